import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { VARIANT_NAMES } from '../variants.ts';
import { count, figure, perVariant, wholeWithin } from './numbers.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { comparisonVerdictSchema, GATE_OUTCOMES } from './verdict.ts';

/** Of differences between the runs, and of warnings: each comes from a rule, or from a version of a package. */
const MAX_REMARKS = 1_000;

/** A figure with the interval that holds the true one with probability `level`; all null where there is none. */
const measuredSchema = z.strictObject({
  estimate: figure,
  low: figure,
  high: figure,
  /** Probability, 0 to 1. Less than 0.95 where the trials are too few for that. */
  level: figure,
});

/** Why nothing is claimed, whatever the figures. */
const NO_CLAIM_REASONS = [
  /** Not even a complete separation of so few trials would be significant. */
  'too-few-rounds',
  /** Neither shows a change, but one of 10% might not have shown either. */
  'too-noisy',
  /** The interval leaves out no change, but the test, corrected for all variants, does not confirm it. */
  'not-after-correction',
  /** Other programs took CPU from one of the runs, and that may be all that changed. */
  'machine-busy',
  /** Other programs took much more of the CPUs during one of the runs than during the other. */
  'load-differs',
  /** In one of the runs jobs of this variant failed, or its process was lost. */
  'jobs-failed',
  /** In one of the runs the variants got different responses. */
  'responses-differ',
  /** The base, run twice in the same rounds, differs from itself by as much (`--against`). */
  'noise-floor',
  /** In one of the runs the baseline differed from its double (`--aa`). */
  'aa-failed',
] as const;
export type NoClaimReason = (typeof NO_CLAIM_REASONS)[number];

/** One quantity in two runs, whose trials are two independent samples. */
export const changeSchema = z.strictObject({
  /**
   * After ÷ before: Hodges–Lehmann estimate from the logarithms, with the distribution-free interval, widened
   * by `allowance`. Null if either run has no trial that counts.
   */
  ratio: measuredSchema.nullable(),
  /**
   * What may have another cause than the code, as factors of `ratio`, low to high: a machine that drifted or
   * wandered within the runs, CPU work (`--cpu`) that was calibrated apart, and on a busy machine waiting for a CPU
   * (times) and neighbours (CPU).
   */
  allowance: z.strictObject({ low: figure, high: figure }),
  /** Wilcoxon's rank-sum test, or of paired rounds one that may be looked at after each (`sequential`); two-sided, and its p-value after Holm's correction over all variants. */
  test: z
    .strictObject({ pValue: figure, pHolm: figure, method: z.enum(['exact', 'normal', 'sequential']) })
    .nullable(),
  /** Smallest increase that this number of trials detects with 80% power, percent. */
  minimumDetectableEffect: figure.nullable(),
  verdict: z.enum(['increased', 'decreased', 'no-difference', 'inconclusive']),
  reason: z.enum(NO_CLAIM_REASONS).nullable(),
});
export type Change = z.infer<typeof changeSchema>;

/** A figure of either run; null where a run lacks it. Nothing is claimed about how they differ. */
const figuresSchema = z.strictObject({ before: figure.nullable(), after: figure.nullable() });
export type Figures = z.infer<typeof figuresSchema>;

const runSchema = z.strictObject({
  id: z.string(),
  createdAt: z.iso.datetime(),
  threadmill: z.string(),
  commandLine: z.string(),
  status: z.enum(['running', 'completed', 'aborted', 'failed']),
  /** The first variant: what speedups of this run are against. */
  baseline: z.enum(VARIANT_NAMES),
});

/** What is not the same around two runs, as text. */
export const differenceSchema = z.strictObject({ what: z.string(), before: z.string(), after: z.string() });
export type Difference = z.infer<typeof differenceSchema>;

/** What `threadmill compare` found, and `bench --baseline`. */
export const runComparisonSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  before: runSchema,
  after: runSchema,
  /** Whether both ran in the same rounds (`--against`); else their trials are two independent samples. */
  paired: z.boolean(),
  /** What is compared: the wall of a trial, or, with `--rate`, the mean response time in it; ms. */
  quantity: z.enum(['wall', 'response']),
  verdict: comparisonVerdictSchema,
  /** What differs between the runs besides the figures, as text. */
  differences: z.array(differenceSchema).max(MAX_REMARKS),
  /** What a reader should know before believing the figures. */
  warnings: z
    .array(
      z.strictObject({
        code: z.enum([
          'aborted',
          'machine-busy',
          'load-differs',
          'drift',
          'calibration',
          'aa-failed',
          'work-failed',
          'all-alike',
          'missing-variant',
        ]),
        message: z.string(),
      }),
    )
    .max(MAX_REMARKS),
  variants: perVariant(
    z.strictObject({
      name: z.enum(VARIANT_NAMES),
      trials: z.strictObject({ before: count, after: count }),
      /** Median of the compared quantity over the trials with its interval, ms. */
      ms: z.strictObject({ before: measuredSchema.nullable(), after: measuredSchema.nullable() }),
      /** Of that quantity: above 1 is slower than before. */
      change: changeSchema,
      /**
       * Of the speedup against the runs' baseline, taken round by round within each run, so that the speed of
       * the machine cancels: below 1 is worse than before. Null for the baseline itself, and if the runs have
       * different ones.
       */
      speedup: z
        .strictObject({
          before: measuredSchema.nullable(),
          after: measuredSchema.nullable(),
          change: changeSchema,
        })
        .nullable(),
      /** CPU of one job, all threads of the runner, ms: the median over the trials. A change above 1 is a greater cost. */
      cpu: z.strictObject({
        before: measuredSchema.nullable(),
        after: measuredSchema.nullable(),
        change: changeSchema,
      }),
      /** CPU of the main thread for each job, ms, and how late its event loop came to a timer at the worst, ms. */
      mainCpuMsPerJob: figuresSchema,
      worstStallMs: figuresSchema,
      startupMs: figuresSchema,
      p50Ms: figuresSchema,
      peakRssBytes: figuresSchema,
    }),
  ),
});
export type RunComparison = z.infer<typeof runComparisonSchema>;
export type ComparedVariant = RunComparison['variants'][number];
export type Measured = z.infer<typeof measuredSchema>;
export type ComparisonWarning = RunComparison['warnings'][number];

/** In what a gate's figures are given. */
const GATE_UNITS = ['ms', '×', 'jobs/s', 'bytes', '%', 'jobs'] as const;
export type GateUnit = (typeof GATE_UNITS)[number];

/** One `--fail-if`, and what the run says of it. */
export const gateResultSchema = z.strictObject({
  expression: z.string(),
  /** `failed` if it failed for any variant; `passed` only if it passed for all; else `inconclusive`. */
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
        /** The interval that decided; null for a figure that has none (one value, not one for each trial). */
        interval: z.strictObject({ low: figure, high: figure, level: figure }).nullable(),
        /** Why it is inconclusive, if it is. */
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
  exitCode: wholeWithin(0, 255),
});
export type CompareResult = z.infer<typeof compareResultSchema>;
