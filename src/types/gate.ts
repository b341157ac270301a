import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { figure, wholeWithin } from './numbers.ts';
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
  threshold: figure,
  variants: z
    .array(
      z.strictObject({
        variant: z.enum(VARIANT_NAMES),
        outcome: z.enum(GATE_OUTCOMES),
        /** In `unit`; null where there is no such figure. */
        value: figure.nullable(),
        /** The interval that decided; null for a figure that has none (one value, not one for each block). */
        interval: z.strictObject({ low: figure, high: figure, level: figure }).nullable(),
        /** Why it is undecided, if it is. */
        reason: z.enum(['straddles', 'too-few-jobs', 'not-measured', ...NO_CLAIM_REASONS]).nullable(),
      }),
    )
    .max(VARIANT_NAMES.length),
});
export type GateResult = z.infer<typeof gateResultSchema>;
export type GatedVariant = GateResult['variants'][number];

/** What `threadmill compare --json` prints. */
export const compareResultSchema = z.strictObject({
  comparison: runComparisonSchema,
  gates: z.array(gateResultSchema).max(LIMITS.gates),
  /** That of the command. */
  exitCode: wholeWithin(0, 255),
});
export type CompareResult = z.infer<typeof compareResultSchema>;
