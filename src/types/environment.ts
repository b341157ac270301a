import { z } from 'zod';

export const environmentSchema = z.strictObject({
  node: z.string(),
  v8: z.string(),
  platform: z.string(),
  arch: z.string(),
  release: z.string(),
  cpuModel: z.string(),
  /** Logical CPUs of the machine that are online. */
  cpus: z.int().positive(),
  /**
   * CPUs that the run could use, by affinity or cpuset: how many, and the kernel's list (`0`, `0-3,8`), which may
   * name CPUs that are offline. Null where the system does not tell (anything but Linux).
   */
  cpuAffinity: z.strictObject({ cpus: z.int().positive(), list: z.string().regex(/^[\d,-]+$/) }).nullable(),
  /**
   * The tightest CPU limit of the run's control groups: CPU time ÷ wall time, and the period in which the kernel
   * enforces it, ms. Null for none, and where the system does not tell.
   */
  cpuQuota: z.strictObject({ cpus: z.number().positive(), periodMs: z.number().positive() }).nullable(),
  /** CPUs that the run could use at once: the least of the three above; a quota need not be a whole number. */
  availableCpus: z.number().positive(),
  memoryBytes: z.number(),
  loadAverage: z.number(),
  /** Share of the time of these CPUs (without the quota) that other programs used just before the run, 0 to 1. */
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
