import { z } from 'zod';
import { estimateSchema } from './estimate.ts';
import { VARIANT_NAMES } from './variant-names.ts';

/** Two variants compared over the rounds in which both have a comparable block. */
export const comparisonSchema = z.strictObject({
  a: z.enum(VARIANT_NAMES),
  b: z.enum(VARIANT_NAMES),
  rounds: z.int(),
  /**
   * Median over rounds of the wall of `a` divided by that of `b`, on a schedule of their mean response times: the
   * speedup of `b` over `a`.
   */
  ratio: estimateSchema.nullable(),
  /** BCa bootstrap interval of the same, for comparison with other tools; no verdict rests on it. */
  bootstrap: z.strictObject({ low: z.number(), high: z.number(), level: z.number() }).nullable(),
  /** Sign-flip test, two-sided, and its p-value after Holm's correction over all pairs. */
  test: z
    .strictObject({ pValue: z.number(), pHolm: z.number(), method: z.enum(['exact', 'monte-carlo']) })
    .nullable(),
  /** Smallest difference of the walls that these rounds would have shown in 80% of runs, percent. */
  minimumDetectableEffect: z.number().nullable(),
  /**
   * Of `b` against `a`. `no-difference` only if a difference of 10% would have been detected; every output shows
   * this verdict.
   */
  verdict: z.enum(['faster', 'slower', 'no-difference', 'undecided']),
  /** Why it is undecided, if it is. `too-noisy`: a difference of 10% might have been missed. */
  reason: z.enum(['too-few-rounds', 'interval-and-test-disagree', 'too-noisy']).nullable(),
  /** Rounds below which nothing could be claimed, whatever the walls. */
  fewestRounds: z.int(),
});
export type ComparisonRecord = z.infer<typeof comparisonSchema>;
