import { z } from 'zod';

export const environmentSchema = z.strictObject({
  node: z.string(),
  v8: z.string(),
  platform: z.string(),
  arch: z.string(),
  release: z.string(),
  cpuModel: z.string(),
  cpus: z.int(),
  memoryBytes: z.number(),
  loadAverage: z.number(),
  /** Share of the machine's CPU time that other programs used just before the run, 0 to 1. */
  backgroundLoad: z.number(),
  clock: z.string(),
  /** Smallest step of the clock seen, ns. */
  clockResolutionNs: z.number(),
  /** One instant on both clocks, read as the run began: places the times of jobs and samples in wall time. */
  clockAnchor: z.strictObject({
    /** On the clock of process.hrtime(), which all processes of a machine share, ns. */
    hrtimeNs: z.number(),
    /** Since 1970-01-01T00:00:00Z, ms. */
    unixMs: z.number(),
  }),
  /** Direct dependencies that shape the figures: name to version. */
  packages: z.record(z.string(), z.string()),
});
export type Environment = z.infer<typeof environmentSchema>;
