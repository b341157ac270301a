import { z } from 'zod';
import { FAULT_NAMES } from '../faults.ts';
import { LIMITS } from '../limits.ts';
import { OUTCOMES } from '../outcomes.ts';
import { VARIANT_NAMES } from '../variants.ts';
import { count, wholeWithin } from './numbers.ts';

const fault = z.enum(FAULT_NAMES).nullable();

const jobsSchema = z.strictObject({
  variant: z.enum(VARIANT_NAMES),
  /** Of the job's last request, or of its connection; null: none. */
  fault,
  outcome: z.enum(OUTCOMES),
  jobs: count,
  /** Whether such a job may end so. */
  isExpected: z.boolean(),
});

export const DEFECTS_QUOTED = 20;

/** What the embedded server injected (`--fault`) beside what became of the jobs, of all timed trials that ran to their end. */
export const reconciledSchema = z.strictObject({
  /** What the server says: faults of requests and of connections. */
  injected: z
    .array(z.strictObject({ variant: z.enum(VARIANT_NAMES), fault: z.enum(FAULT_NAMES), count }))
    .max(VARIANT_NAMES.length * FAULT_NAMES.length),
  /** Jobs by fault and outcome. */
  jobs: z.array(jobsSchema).max(VARIANT_NAMES.length * (FAULT_NAMES.length + 1) * OUTCOMES.length * 2),
  /** Jobs that did not end as they should: no fault explains it, or a fault had no effect. */
  defects: count,
  /** The first few of them. */
  examples: z
    .array(
      z.strictObject({
        variant: z.enum(VARIANT_NAMES),
        round: wholeWithin(1, LIMITS.rounds),
        position: wholeWithin(0, LIMITS.jobs),
        name: z.string(),
        fault,
        outcome: z.enum(OUTCOMES),
      }),
    )
    .max(DEFECTS_QUOTED),
});
export type Reconciled = z.infer<typeof reconciledSchema>;
