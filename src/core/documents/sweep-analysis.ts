import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { VARIANT_NAMES } from '../variants.ts';
import { estimateSchema, intervalSchema } from './estimate.ts';
import { amount, count, figure } from './numbers.ts';
import { SWEEP_AXES } from './sweep-axes.ts';

/** Why a measured throughput takes no part in fits and comparisons of a curve. */
const exclusionSchema = z.enum(['not-measured', 'jobs-failed', 'server-saturated', 'too-few-jobs']);
export type Exclusion = z.infer<typeof exclusionSchema>;

export const curvePointSchema = z.strictObject({
  key: z.string(),
  /** Value of the axis that the curve runs along. */
  n: figure,
  /** Jobs a second in the steady part of a trial; null where nothing was measured. */
  throughput: estimateSchema.nullable(),
  /** Throughput as a multiple of the panel's reference; null where either is missing. */
  speedup: intervalSchema.nullable(),
  excluded: exclusionSchema.nullable(),
});
export type CurvePoint = z.infer<typeof curvePointSchema>;

/** Fits hold these at 0 or above. */
const coefficientSchema = z.strictObject({ estimate: amount, low: amount, high: amount });

/** X(n) = λn / (1 + σ(n−1) + κn(n−1)). */
export const scalabilityLawSchema = z.strictObject({
  kind: z.literal('universal-scalability-law'),
  lambda: figure,
  /** Contention: the share of work that waits its turn. */
  sigma: coefficientSchema,
  /** Coherency: what each pair costs. 0: throughput levels off, but never falls. */
  kappa: coefficientSchema,
  /**
   * Null where κ is 0: throughput never falls. `high` null: there may be no peak at all. `extrapolated`: beyond what was
   * measured, so more of a guess than the interval says.
   */
  peak: z
    .strictObject({
      n: figure,
      low: figure,
      high: figure.nullable(),
      throughput: figure,
      extrapolated: z.boolean(),
    })
    .nullable(),
  /** Root of the mean squared relative distance of the points from the curve. */
  residual: figure,
  points: count,
});

/** X(n) = λn / (1 + s(n−1)), n threads. */
export const amdahlLawSchema = z.strictObject({
  kind: z.literal('amdahl'),
  lambda: figure,
  /** The share of the work that no thread can take off another, 0 to 1. */
  serial: coefficientSchema,
  /** Null: nothing is serial, so there is no bound. */
  greatestSpeedup: figure.nullable(),
  residual: figure,
  points: count,
  /** Fitted over more threads than there are CPUs: what looks serial is partly the lack of CPUs. */
  beyondCpus: z.boolean(),
});
const lawSchema = z.discriminatedUnion('kind', [scalabilityLawSchema, amdahlLawSchema]);
export type Law = z.infer<typeof lawSchema>;
export type ScalabilityLawRecord = z.infer<typeof scalabilityLawSchema>;
export type AmdahlLawRecord = z.infer<typeof amdahlLawSchema>;

/** A rate, jobs a second, and how many workers of a queue reach it by the law. */
const neededWorkersSchema = z.strictObject({
  perSecond: figure,
  /** Null: no number of them. `high` null: perhaps none. */
  workers: z.strictObject({ n: figure, low: figure, high: figure.nullable() }).nullable(),
  /** More workers than were measured. */
  extrapolated: z.boolean(),
  /** What would need more than one CPU at this rate. */
  beyond: z.enum(['queueServer', 'coordinator']).nullable(),
});
export type NeededWorkers = z.infer<typeof neededWorkersSchema>;

/** How far one queue carries, along the axis of its workers. */
const capacitySchema = z.strictObject({
  /** The most workers of a point that counts. */
  measuredTo: figure,
  /**
   * Jobs a second that would take all of one CPU of the queue server, and of the coordinator: by their CPU per job at the
   * point with the highest throughput. Null where unknown.
   */
  queueServer: estimateSchema.nullable(),
  coordinator: estimateSchema.nullable(),
  /** `--target-rate`, or the next round rates above what was measured. Empty without a law. */
  rates: z.array(neededWorkersSchema).max(10),
  /** By the law, with the 95% interval for one measurement. */
  predicted: z.array(z.strictObject({ n: figure, estimate: figure, low: figure, high: figure })).max(10),
});
export type Capacity = z.infer<typeof capacitySchema>;

export const curveSchema = z.strictObject({
  variant: z.enum(VARIANT_NAMES),
  points: z.array(curvePointSchema).max(LIMITS.points),
  law: lawSchema.nullable(),
  /** Why there is no law where one could be expected. */
  lawMissing: z.enum(['too-few-points']).nullable(),
  /** Of a queue along its workers; else left out. */
  capacity: capacitySchema.optional(),
  /** Null with fewer than two points to choose from, and along axes where more is not meant to be better. */
  best: z
    .strictObject({
      /** Where throughput was highest. */
      n: figure,
      throughput: figure,
      /** The least value whose throughput can't be told from that, and what it reaches. */
      enough: figure,
      enoughThroughput: figure,
      /** It was highest at the end of the axis, and clearly higher there than before. */
      rising: z.boolean(),
      /** Throughput at the end of the axis as a share of the best, where it is clearly lower; else null. */
      fallsTo: figure.nullable(),
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
  at: figure.nullable(),
  /** What speedups are multiples of: a variant at the least value. */
  reference: z.strictObject({ variant: z.enum(VARIANT_NAMES), n: figure, throughput: figure }).nullable(),
  curves: z.array(curveSchema).max(VARIANT_NAMES.length),
});
export type Panel = z.infer<typeof panelSchema>;

/** One of the two that a map sets against each other. */
export const sideSchema = z.strictObject({
  name: z.enum(['main-thread', 'threads', ...VARIANT_NAMES]),
  variants: z.array(z.enum(VARIANT_NAMES)).max(VARIANT_NAMES.length),
});
export type Side = z.infer<typeof sideSchema>;

/**
 * Who wins at one point. `decided`: a variant of one side is faster than every variant of the other. `level`:
 * no difference between the sides that the point could see. `inconclusive`: too few rounds, or interval and test
 * disagree. `unknown`: not measured, or jobs failed.
 */
export const cellSchema = z.strictObject({
  key: z.string(),
  /** Values of the axes, in their order. */
  at: z.array(amount).max(2),
  state: z.enum(['decided', 'level', 'inconclusive', 'unknown']),
  side: z.union([z.literal(0), z.literal(1)]).nullable(),
  /** Of the winning side: the variants that none of it is faster than. */
  winners: z.array(z.enum(VARIANT_NAMES)).max(VARIANT_NAMES.length),
  /** Of that claim, corrected for all pairs of the point; null where it is inconclusive. */
  pValue: figure.nullable(),
  /**
   * No neighbour agrees, and as many points as this sweep has may well bring forth one such claim by chance. No
   * frontier rests on it.
   */
  isolated: z.boolean(),
  /** How many times as fast the best of the winning side is as the best of the other, with its interval. */
  factor: intervalSchema.nullable(),
  /** ln of the speed of side 1's best over that of side 0's: above 0 where side 1 leads. */
  logRatio: figure.nullable(),
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
  /** Of a level cell, and of one that is too noisy: the minimum detectable effect, percent. */
  unseenPercent: figure.nullable(),
  /** The server set the pace of some variant: the difference between them is then too small. */
  serverSaturated: z.boolean(),
});
export type Cell = z.infer<typeof cellSchema>;

/** Where, along the first axis, a side begins or ceases to win. A side of null: level there. */
export const frontierSchema = z.strictObject({
  /** Value of the second axis; null where there is one axis. */
  at: figure.nullable(),
  /** The last value at which it is still one way for sure, and the first at which it is the other way for good. */
  from: figure,
  to: figure,
  fromSide: z.union([z.literal(0), z.literal(1)]).nullable(),
  toSide: z.union([z.literal(0), z.literal(1)]).nullable(),
  /** Measured values between the two: inconclusive, level, or not yet for good. */
  open: z.array(figure).max(LIMITS.points),
  /**
   * Where the log ratio, taken as straight over the logarithm of the axis between measured points, is 0; null if that is
   * not one place.
   */
  interpolated: figure.nullable(),
});
export type Frontier = z.infer<typeof frontierSchema>;

/** One point, and how many times as fast as event-loop offload should be there: from `low` to `high`. */
const breakEvenCellSchema = z.strictObject({
  key: z.string(),
  cpuMs: amount,
  low: figure,
  high: figure,
  /** `either`: neither leads by 5% for sure. */
  predicted: z.enum(['event-loop', 'offload', 'either']),
  /** What it was; null where it was not measured. */
  measured: figure.nullable(),
  /** Whether the point shows the predicted winner; null where it cannot tell, or none was predicted. */
  held: z.boolean().nullable(),
});
export type BreakEvenCell = z.infer<typeof breakEvenCellSchema>;

const breakEvenRowSchema = z.strictObject({
  /** Value of the second axis; null where there is one axis. */
  at: figure.nullable(),
  /** CPU of the point that the model takes its figures from. */
  fromMs: amount,
  /**
   * `--cpu` below which event-loop should be ahead by 5%, at which both should be equal, and above which offload should
   * be ahead by 5%; `fromMs` where it is so at once, null where it never is.
   */
  lowMs: figure.nullable(),
  estimateMs: figure.nullable(),
  highMs: figure.nullable(),
  /** The other points of the row. */
  cells: z.array(breakEvenCellSchema).max(LIMITS.points),
});
export type BreakEvenRow = z.infer<typeof breakEvenRowSchema>;

/** From which CPU per job offload should pay against event-loop, by a model: see docs/method.md. */
const breakEvenSchema = z.strictObject({ rows: z.array(breakEvenRowSchema).max(LIMITS.points) });
export type BreakEven = z.infer<typeof breakEvenSchema>;

export const sweepAnalysisSchema = z.strictObject({
  panels: z.array(panelSchema).max(LIMITS.points),
  /** Null where there are not two sides: one variant, or three and more of one kind. */
  sides: z.tuple([sideSchema, sideSchema]).nullable(),
  cells: z.array(cellSchema).max(LIMITS.points),
  frontiers: z.array(frontierSchema).max(LIMITS.points),
  /** Null without an axis of CPU, and without both variants. */
  breakEven: breakEvenSchema.nullable(),
});
export type SweepAnalysis = z.infer<typeof sweepAnalysisSchema>;
