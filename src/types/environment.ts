import { z } from 'zod';
import { amount, count, figure } from './numbers.ts';

/** Direct dependencies are some ten. */
const MOST_PACKAGES = 100;

/** Before they are looked at one by one. */
const fewPackages = z
  .unknown()
  .refine(
    (value) => typeof value !== 'object' || value === null || Object.keys(value).length <= MOST_PACKAGES,
    { error: `more than ${MOST_PACKAGES} packages` },
  );

export const environmentSchema = z.strictObject({
  node: z.string(),
  v8: z.string(),
  platform: z.string(),
  arch: z.string(),
  release: z.string(),
  cpuModel: z.string(),
  cpus: count,
  memoryBytes: amount,
  loadAverage: amount,
  /** Share of the machine's CPU time that other programs used just before the run, 0 to 1. */
  backgroundLoad: figure,
  clock: z.string(),
  /** Smallest step of the clock seen, ns. */
  clockResolutionNs: amount,
  /** One instant on both clocks, read as the run began: places the times of jobs and samples in wall time. */
  clockAnchor: z.strictObject({
    /** On the clock of process.hrtime(), which all processes of a machine share, ns. */
    hrtimeNs: amount,
    /** Since 1970-01-01T00:00:00Z, ms. */
    unixMs: amount,
  }),
  /** Direct dependencies that shape the figures: name to version. */
  packages: z.pipe(fewPackages, z.record(z.string(), z.string())),
});
export type Environment = z.infer<typeof environmentSchema>;
