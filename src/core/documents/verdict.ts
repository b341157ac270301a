import { z } from 'zod';
import { FOLDER_LIMITS } from '../limits.ts';
import { VARIANT_NAMES } from '../variants.ts';
import { estimateSchema } from './estimate.ts';
import { count, figure, wholeWithin } from './numbers.ts';
import { SWEEP_AXES } from './sweep-axes.ts';
import { BOTTLENECK_CAUSES, bottleneckSchema, crossoverSchema, HOPS } from './trace-record.ts';

const MAX_REASONS = 50;
const MAX_TEXT = 20_000;
const MAX_NEXT = 3;
const MAX_ADVICE = 10;
const variantName = z.enum(VARIANT_NAMES);

const text = z.string().max(MAX_TEXT);

/** Why no variant is recommended. */
const WHY_NOT = [
  'run-failed',
  'nothing-measured',
  'responses-differ',
  /** Clients that did not do the same work, by `fairness`. */
  'clients-differ',
  'jobs-failed',
  /** Jobs of a schedule that were never sent. */
  'jobs-unsent',
  'aa-failed',
  'one-variant',
  'too-few-rounds',
  /** The leaders can't be separated, and larger differences than the run could detect may be there. */
  'too-noisy',
] as const;
export type WhyNot = (typeof WHY_NOT)[number];

/** How reliable the headline is; `low` with at least one code, each of which is in `reasons`. */
const confidenceSchema = z.strictObject({
  level: z.enum(['high', 'low']),
  reasons: z.array(z.string().max(60)).max(MAX_REASONS),
  /** The same in a few words, to be shown beside the headline; null where `headline` itself says it. */
  doubt: text.nullable(),
});

/** A code, and the same in words: a clause without a full stop. */
const reasonsSchema = z.array(z.strictObject({ code: z.string().max(60), text })).max(MAX_REASONS);
export type Reasons = z.infer<typeof reasonsSchema>;

/** Variants that could not be separated from the recommended one. */
const tiesSchema = z
  .array(
    z.strictObject({
      variant: variantName,
      verdict: z.enum(['no-difference', 'inconclusive']),
      /** The smallest difference that would have been detected, percent; null where none would. */
      detectablePercent: figure.nullable(),
    }),
  )
  .max(VARIANT_NAMES.length);

/** What the lines of a run's verdict are about, in their order. */
export const VERDICT_TOPICS = [
  'confidence',
  'run',
  'why',
  'speedup',
  'choice',
  'inconclusive',
  'advice',
  'retries',
  'cost',
  'main',
  'moved',
  'bottleneck',
  'queue',
  'change',
  'aa',
  'rounds',
] as const;

/** What a run concludes: as data, and in the words of every output. */
export const verdictSchema = z.strictObject({
  /**
   * `decided`: a variant is the fastest, or tied with the fastest. `no-difference`: all leaders are tied with the
   * baseline. `inconclusive`: neither was shown. `not-compared`: nothing may be said about who is faster.
   */
  outcome: z.enum(['decided', 'no-difference', 'inconclusive', 'not-compared']),
  recommended: variantName.nullable(),
  /** Null with a recommendation. */
  why: z.enum(WHY_NOT).nullable(),
  ties: tiesSchema,
  /**
   * How many times as fast as the baseline: the recommended variant, or one that it is tied with. Null where neither
   * was shown to be faster, and where one of the two missed the rate.
   */
  speedup: estimateSchema.extend({ variant: variantName, baseline: variantName, rounds: count }).nullable(),
  /** Of the recommended variant, or of the one that leads; null where unknown. */
  bottleneck: z
    .strictObject({
      variant: variantName,
      kind: z.enum([...BOTTLENECK_CAUSES, 'mixed', 'rate-limit']),
      causes: z.array(z.enum(BOTTLENECK_CAUSES)).max(BOTTLENECK_CAUSES.length),
      /** Ideal, efficiency and terms of the traced pass; null without one. */
      terms: bottleneckSchema
        .pick({
          idealMs: true,
          idealOf: true,
          efficiency: true,
          waitingMs: true,
          cpuMs: true,
          serverMs: true,
          coordinatorMs: true,
          queueServerMs: true,
        })
        .nullable(),
    })
    .nullable(),
  /** Of the same variant. */
  cost: z
    .strictObject({
      variant: variantName,
      threads: wholeWithin(1, FOLDER_LIMITS.threads),
      cpuMsPerJob: figure.nullable(),
      peakRssBytes: figure.nullable(),
      startupMs: figure.nullable(),
      /** Of the main thread. */
      mainCpuMsPerJob: figure.nullable(),
      /** The latest that the main thread's event loop came to a timer in any round. */
      worstStallMs: figure.nullable(),
    })
    .nullable(),
  /**
   * A variant that takes at least half of the CPU off the main thread of another, and was not found slower. Of a
   * recommended variant with worker threads: beside event-loop. Else who would do that for the recommended one.
   */
  freed: z
    .strictObject({
      by: variantName,
      of: variantName,
      /** Of the main thread's CPU, 0.5 to 1. */
      share: figure,
      /** What is left, of `by`. */
      mainCpuMsPerJob: figure,
      worstStallMs: figure.nullable(),
    })
    .nullable(),
  /** Data whose way between threads costs the main thread much, by the traced pass; the dearest first. */
  moved: z
    .array(
      z.strictObject({
        variant: variantName,
        hop: z.enum(HOPS),
        copiedBytesPerJob: figure,
        /** CPU of the main thread to write the data, or to read it: that is an estimate. */
        mainMsPerJob: figure,
        /** The same for messages that hold next to nothing. */
        smallMsPerJob: figure,
      }),
    )
    .max(HOPS.length * VARIANT_NAMES.length),
  /**
   * CPU per job from which worker threads should be faster than the event loop. Null where nothing was estimated;
   * `atMs` null where the estimate is `withheld`, and why (`contradicted`: by the comparisons of this run).
   */
  crossover: z
    .strictObject({
      nowMs: figure,
      atMs: figure.nullable(),
      withheld: z.enum([...crossoverSchema.shape.withheld.unwrap().options, 'contradicted']).nullable(),
    })
    .nullable(),
  /** What a job on a queue costs, of typical trials; left out without one. */
  queue: z
    .strictObject({
      variant: variantName,
      /** CPU of the workers' processes, the coordinator and the queue server; null where unknown. */
      cpuMsPerJob: z.strictObject({
        workers: figure.nullable(),
        coordinator: figure,
        server: figure.nullable(),
      }),
      /** To and from the queue server. */
      bytesPerJob: figure.nullable(),
      /** CPU ÷ wall: of all threads that run jobs, of the coordinator and of the queue server. */
      busy: z.strictObject({ workers: figure, coordinator: figure, server: figure.nullable() }),
      /** Jobs a second that would take all of one CPU of the queue server, and of the coordinator. */
      ceilings: z.strictObject({ server: estimateSchema.nullable(), coordinator: estimateSchema.nullable() }),
      /**
       * How many machines like this one a queue needs to run as many jobs as worker-pool on one, where CPU is the limit:
       * CPU per job on the queue ÷ that of worker-pool. Null without both.
       */
      machines: figure.nullable(),
    })
    .optional(),
  confidence: confidenceSchema,
  /** Why nothing is recommended, and what lowers the confidence. */
  reasons: reasonsSchema,
  /** Never shown without `confidence.doubt`. */
  headline: text,
  lines: z.array(z.strictObject({ topic: z.enum(VERDICT_TOPICS), text })).max(VERDICT_TOPICS.length),
  /** Commands that answer what this run leaves open, for the same jobs. */
  next: z.array(z.strictObject({ command: text, why: text })).max(MAX_NEXT),
});
export type Verdict = z.infer<typeof verdictSchema>;
export type BottleneckKind = NonNullable<Verdict['bottleneck']>['kind'];

/** What the lines of a sweep's verdict are about, in their order. */
export const SWEEP_TOPICS = [
  'confidence',
  'run',
  'choice',
  'frontier',
  'model',
  'best',
  'law',
  'capacity',
  'map',
  'inconclusive',
  'excluded',
  'warned',
] as const;

/** What a sweep concludes: as data, and in the words of every output. */
export const sweepVerdictSchema = z.strictObject({
  /** Of a sweep of one axis that scales; `value` null for a variant that the axis does nothing to. */
  recommended: z
    .strictObject({ variant: variantName, axis: z.enum(SWEEP_AXES), value: figure.nullable() })
    .nullable(),
  ties: tiesSchema,
  /** How many points of the map are what. */
  points: z.strictObject({
    decided: count,
    noDifference: count,
    inconclusive: count,
    unknown: count,
    notMeasured: count,
  }),
  confidence: confidenceSchema,
  reasons: reasonsSchema,
  headline: text,
  lines: z.array(z.strictObject({ topic: z.enum(SWEEP_TOPICS), text })).max(SWEEP_TOPICS.length),
});
export type SweepVerdict = z.infer<typeof sweepVerdictSchema>;

/** What the lines of a comparison of two runs are about, in their order. */
export const COMPARISON_TOPICS = ['time', 'cpu', 'note'] as const;

/** What the comparison of two runs concludes: as data, and in the words of every output. */
export const comparisonVerdictSchema = z.strictObject({
  /**
   * `regression`: the time or the CPU per job of a variant increased. `improvement`: one decreased and none
   * increased. `no-difference`: that was shown for the times of all variants. Else `inconclusive`.
   */
  conclusion: z.enum(['regression', 'improvement', 'no-difference', 'inconclusive']),
  confidence: confidenceSchema,
  reasons: reasonsSchema,
  headline: text,
  lines: z.array(z.strictObject({ topic: z.enum(COMPARISON_TOPICS), text })).max(COMPARISON_TOPICS.length),
});
export type ComparisonVerdict = z.infer<typeof comparisonVerdictSchema>;

export const GATE_OUTCOMES = ['failed', 'passed', 'inconclusive'] as const;
export type GateOutcome = (typeof GATE_OUTCOMES)[number];

/** What all gates of a run with `--against` say together: as data, and in the words of every output. */
export const againstVerdictSchema = z.strictObject({
  /** `failed` if one failed; `inconclusive` if one was and none failed; else `passed`. */
  outcome: z.enum(GATE_OUTCOMES),
  headline: text,
  /** What would decide what is inconclusive; empty if nothing is. */
  advice: z.array(text).max(MAX_ADVICE),
});
export type AgainstVerdict = z.infer<typeof againstVerdictSchema>;

export type VerdictTopic =
  | (typeof VERDICT_TOPICS)[number]
  | (typeof SWEEP_TOPICS)[number]
  | (typeof COMPARISON_TOPICS)[number];
