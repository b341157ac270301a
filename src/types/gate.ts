import { z } from 'zod';
import { NO_CLAIM_REASONS, runComparisonSchema } from './run-comparison.ts';
import { VARIANT_NAMES } from './variant-names.ts';

/** In what a gate's figures are given. */
const GATE_UNITS = ['ms', '×', 'jobs/s', 'bytes', '%', 'jobs'] as const;
export type GateUnit = (typeof GATE_UNITS)[number];

const GATE_OUTCOMES = ['held', 'not-held', 'undecided'] as const;
export type GateOutcome = (typeof GATE_OUTCOMES)[number];

/** One `--fail-if`, and what the run says of it. */
export const gateResultSchema = z.strictObject({
  /** As it was given. */
  expression: z.string(),
  /** `held` if it held for any of the variants it looks at; `not-held` only if for all of them it did not. */
  outcome: z.enum(GATE_OUTCOMES),
  unit: z.enum(GATE_UNITS),
  /** In `unit`. */
  threshold: z.number(),
  variants: z.array(
    z.strictObject({
      variant: z.enum(VARIANT_NAMES),
      outcome: z.enum(GATE_OUTCOMES),
      /** In `unit`; null where there is no such figure. */
      value: z.number().nullable(),
      /** The interval that decided; null for a figure that has none (one value, not one for each block). */
      interval: z.strictObject({ low: z.number(), high: z.number(), level: z.number() }).nullable(),
      /** Why it is undecided, if it is. */
      reason: z.enum(['straddles', 'too-few-jobs', 'not-measured', ...NO_CLAIM_REASONS]).nullable(),
    }),
  ),
});
export type GateResult = z.infer<typeof gateResultSchema>;
export type GatedVariant = GateResult['variants'][number];

/** What `threadmill compare --json` prints. */
export const compareResultSchema = z.strictObject({
  comparison: runComparisonSchema,
  gates: z.array(gateResultSchema),
  /** That of the command. */
  exitCode: z.int(),
});
export type CompareResult = z.infer<typeof compareResultSchema>;
