import { z } from 'zod';
import { estimateSchema } from './run-record.ts';
import { SWEEP_AXES } from './sweep-axis-names.ts';
import { VARIANT_NAMES } from './variant-names.ts';

/** A number with its 95% interval. */
export const intervalSchema = z.strictObject({ estimate: z.number(), low: z.number(), high: z.number() });
export type Interval = z.infer<typeof intervalSchema>;

/** Why a measured throughput takes no part in fits and comparisons of a curve. */
const exclusionSchema = z.enum(['not-measured', 'jobs-failed', 'server-saturated', 'too-few-jobs']);
export type Exclusion = z.infer<typeof exclusionSchema>;

export const curvePointSchema = z.strictObject({
  key: z.string(),
  /** Value of the axis that the curve runs along. */
  n: z.number(),
  /** Jobs a second in the steady part of a block; null where nothing was measured. */
  throughput: estimateSchema.nullable(),
  /** Throughput as a multiple of the panel's reference; null where either is missing. */
  speedup: intervalSchema.nullable(),
  excluded: exclusionSchema.nullable(),
});
export type CurvePoint = z.infer<typeof curvePointSchema>;

/** X(n) = λn / (1 + σ(n−1) + κn(n−1)). */
export const scalabilityLawSchema = z.strictObject({
  kind: z.literal('universal-scalability-law'),
  lambda: z.number(),
  sigma: intervalSchema,
  kappa: intervalSchema,
  /** Null where κ is 0: throughput never falls. `high` null: there may be no peak at all. */
  peak: z
    .strictObject({
      n: z.number(),
      low: z.number(),
      high: z.number().nullable(),
      throughput: z.number(),
      extrapolated: z.boolean(),
    })
    .nullable(),
  /** Root of the mean squared relative distance of the points from the curve. */
  residual: z.number(),
  points: z.int(),
});

/** X(n) = λn / (1 + s(n−1)), n threads. */
export const amdahlLawSchema = z.strictObject({
  kind: z.literal('amdahl'),
  lambda: z.number(),
  serial: intervalSchema,
  /** Null: nothing is serial, so there is no bound. */
  greatestSpeedup: z.number().nullable(),
  residual: z.number(),
  points: z.int(),
  /** Fitted over more threads than there are CPUs: what looks serial is partly the lack of CPUs. */
  beyondCpus: z.boolean(),
});
const lawSchema = z.discriminatedUnion('kind', [scalabilityLawSchema, amdahlLawSchema]);
export type Law = z.infer<typeof lawSchema>;
export type ScalabilityLawRecord = z.infer<typeof scalabilityLawSchema>;
export type AmdahlLawRecord = z.infer<typeof amdahlLawSchema>;

export const curveSchema = z.strictObject({
  variant: z.enum(VARIANT_NAMES),
  points: z.array(curvePointSchema),
  law: lawSchema.nullable(),
  /** Why there is no law where one could be expected. */
  lawMissing: z.enum(['too-few-points']).nullable(),
  /** Null with fewer than two points to choose from, and along axes where more is not meant to be better. */
  best: z
    .strictObject({
      /** Where throughput was highest. */
      n: z.number(),
      throughput: z.number(),
      /** The least value whose throughput can't be told from that, and what it reaches. */
      enough: z.number(),
      enoughThroughput: z.number(),
      /** It was highest at the end of the axis, and clearly higher there than before. */
      rising: z.boolean(),
      /** Throughput at the end of the axis as a share of the best, where it is clearly lower; else null. */
      fallsTo: z.number().nullable(),
      /** Every throughput that this rests on has a 95% interval of its own. */
      sure: z.boolean(),
    })
    .nullable(),
});
export type Curve = z.infer<typeof curveSchema>;

/** The curves at one value of the other axis, or all of them where there is one axis. */
export const panelSchema = z.strictObject({
  along: z.enum(SWEEP_AXES),
  /** Value of the other axis. */
  at: z.number().nullable(),
  /** What speedups are multiples of: a variant at the least value. */
  reference: z
    .strictObject({ variant: z.enum(VARIANT_NAMES), n: z.number(), throughput: z.number() })
    .nullable(),
  curves: z.array(curveSchema),
});
export type Panel = z.infer<typeof panelSchema>;

/** One of the two that a map sets against each other. */
export const sideSchema = z.strictObject({
  name: z.enum(['main-thread', 'threads', ...VARIANT_NAMES]),
  variants: z.array(z.enum(VARIANT_NAMES)),
});
export type Side = z.infer<typeof sideSchema>;

/**
 * Who wins at one point. `decided`: a variant of one side is faster than every variant of the other. `level`:
 * no difference between the sides that the point could see. `undecided`: too few rounds, or interval and test
 * disagree. `unknown`: not measured, or jobs failed.
 */
export const cellSchema = z.strictObject({
  key: z.string(),
  /** Values of the axes, in their order. */
  at: z.array(z.number()),
  state: z.enum(['decided', 'level', 'undecided', 'unknown']),
  side: z.union([z.literal(0), z.literal(1)]).nullable(),
  /** Of the winning side: the variants that none of it is faster than. */
  winners: z.array(z.enum(VARIANT_NAMES)),
  /** Of that claim, corrected for all pairs of the point; null where it is undecided. */
  pValue: z.number().nullable(),
  /**
   * No neighbour agrees, and as many points as this sweep has may well bring forth one such claim by chance. No
   * frontier rests on it.
   */
  lone: z.boolean(),
  /** How many times as fast the best of the winning side is as the best of the other, with its interval. */
  factor: intervalSchema.nullable(),
  /** ln of the speed of side 1's best over that of side 0's: above 0 where side 1 leads. */
  logRatio: z.number().nullable(),
  reason: z
    .enum([
      'too-few-rounds',
      'interval-and-test-disagree',
      'too-noisy',
      'jobs-failed',
      'responses-differ',
      'not-measured',
    ])
    .nullable(),
  /** Of a level cell, and of one that is too noisy: the smallest difference that it would have seen, percent. */
  unseenPercent: z.number().nullable(),
  /** The server set the pace of some variant: the difference between them is then too small. */
  serverSaturated: z.boolean(),
});
export type Cell = z.infer<typeof cellSchema>;

/** Where, along the first axis, a side begins or ceases to win. A side of null: level there. */
export const frontierSchema = z.strictObject({
  /** Value of the second axis; null where there is one axis. */
  at: z.number().nullable(),
  /** The last value at which it is still one way for sure, and the first at which it is the other way for good. */
  from: z.number(),
  to: z.number(),
  fromSide: z.union([z.literal(0), z.literal(1)]).nullable(),
  toSide: z.union([z.literal(0), z.literal(1)]).nullable(),
  /** Measured values between the two: undecided, level, or not yet for good. */
  open: z.array(z.number()),
  /** Where the log ratio, taken as straight between measured points, is 0; null if that is not one place. */
  interpolated: z.number().nullable(),
});
export type Frontier = z.infer<typeof frontierSchema>;

export const sweepAnalysisSchema = z.strictObject({
  panels: z.array(panelSchema),
  /** Null where there are not two sides: one variant, or three and more of one kind. */
  sides: z.tuple([sideSchema, sideSchema]).nullable(),
  cells: z.array(cellSchema),
  frontiers: z.array(frontierSchema),
});
export type SweepAnalysis = z.infer<typeof sweepAnalysisSchema>;
