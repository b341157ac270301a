import { gridOf } from '../../src/analysis/sweep/axes.ts';
import type { ComparisonRecord, Estimate } from '../../src/core/documents/run-record.ts';
import { SCHEMA_VERSION } from '../../src/core/documents/schema-version.ts';
import type {
  PointResult,
  PointVariant,
  SweepAxis,
  SweepPoint,
  SweepRecord,
} from '../../src/core/documents/sweep-record.ts';
import { type ScalingParameters, throughputAt } from '../../src/core/statistics/scalability-fit.ts';
import type { VariantName } from '../../src/core/variants.ts';
import { sampleRecord } from './sample-record.ts';
import { SWEEP_DEFAULTS } from './spec-defaults.ts';

/** Hand-made sweeps: what a point found is given by its values, everything else is as small as the schema takes. */

export function rate(perSecond: number, share = 0.01): Estimate {
  return {
    estimate: perSecond,
    low: perSecond * (1 - share),
    high: perSecond * (1 + share),
    method: 'hettmansperger-sheather',
    level: 0.95,
  };
}

export function pointVariant(
  name: VariantName,
  perSecond: number,
  over: Partial<PointVariant> = {},
): PointVariant {
  return {
    name,
    threads: name.startsWith('worker-pool') ? 2 : 1,
    concurrency: 16,
    trials: 8,
    failedJobs: 0,
    throughput: rate(perSecond),
    wallMs: rate(1e5 / perSecond),
    cpuMsPerJob: null,
    serverBusy: 0.2,
    ...over,
  };
}

/** `b` is `ratio` times as fast as `a`. */
export function pair(
  a: VariantName,
  b: VariantName,
  ratio: number,
  verdict: ComparisonRecord['verdict'] = ratio > 1 ? 'faster' : ratio < 1 ? 'slower' : 'no-difference',
  pHolm = verdict === 'faster' || verdict === 'slower' ? 1e-4 : 0.8,
): ComparisonRecord {
  return {
    a,
    b,
    rounds: 8,
    ratio: rate(ratio, 0.02),
    test: { pValue: pHolm, pHolm, method: 'exact' },
    minimumDetectableEffect: 2.1,
    verdict,
    reason: verdict === 'inconclusive' ? 'too-few-rounds' : null,
    minRounds: 7,
  };
}

export function result(over: Partial<PointResult> = {}): PointResult {
  return {
    runId: '20261122T091700Z-x7k2',
    path: 'points/p',
    session: 0,
    measuredAt: '2026-11-22T09:18:00.000Z',
    durationMs: 15_000,
    jobs: 160,
    rounds: 8,
    endedBy: 'max-time',
    variants: [],
    comparisons: [],
    mismatches: 0,
    warnings: [],
    ...over,
  };
}

export interface SweepSketch {
  readonly axes: readonly SweepAxis[];
  readonly variants: readonly VariantName[];
  /** Null: not measured. */
  readonly at: (values: readonly number[]) => Partial<PointResult> | null;
  readonly over?: Partial<SweepRecord>;
}

export function sweep({ axes, variants, at, over = {} }: SweepSketch): SweepRecord {
  const points = gridOf(axes).map(({ key, at: values }): SweepPoint => {
    const found = at(values);
    return {
      key,
      at: [...values],
      result: found === null ? null : result({ path: `points/${key}`, ...found }),
      failure: null,
    };
  });
  return {
    schemaVersion: SCHEMA_VERSION,
    id: '20261122T091700Z-sweep-x7k2',
    threadmill: '0.1.0',
    commandLine: 'threadmill sweep',
    out: 'profiles',
    createdAt: '2026-11-22T09:17:00.000Z',
    finishedAt: '2026-11-22T09:19:00.000Z',
    status: 'completed',
    pid: process.pid,
    exitCode: 0,
    failure: null,
    definition: {
      ...SWEEP_DEFAULTS,
      axes: [...axes],
      workload: { name: 'four-apis', source: 'built-in: four APIs', digest: 'd1', items: 40, period: 4 },
      url: null,
      jobs: null,
      queue: null,
      queueWorkers: null,
      uvThreads: null,
      concurrency: axes.some(({ name }) => name === 'concurrency') ? null : 16,
      workers: axes.some(({ name }) => name === 'workers') ? null : 2,
      latencyMs: null,
      cpuMs: 0,
      variants: [...variants],
      rounds: null,
      precision: 0.02,
      maxTimeMs: 12_000,
      warmup: 1,
      seed: 1,
      timeoutMs: 30_000,
      jitter: 0,
      payloadBytes: null,
      keepAlive: true,
    },
    digest: 'd2',
    cpuIterationsPerMs: 0,
    sessions: [
      {
        startedAt: '2026-11-22T09:17:00.000Z',
        environment: { ...sampleRecord().environment, cpus: 8 },
        measured: points.length,
      },
    ],
    points,
    warnings: [],
    analysis: null,
    verdict: null,
    ...over,
  };
}

export const THREE: readonly VariantName[] = ['event-loop', 'worker-pool', 'worker-pool-batched'];

/** Every pair of `THREE`, from their throughputs; nearer than 4% is level. */
function pairsOf(rates: Readonly<Record<string, number>>): ComparisonRecord[] {
  return THREE.flatMap((a, index) =>
    THREE.slice(index + 1).map((b) => {
      const ratio = rates[b]! / rates[a]!;
      return pair(a, b, ratio, Math.abs(Math.log(ratio)) < 0.04 ? 'no-difference' : undefined);
    }),
  );
}

/** Throughputs that follow the Universal Scalability Law: peaks at 40, 63 and beyond; one point with failures. */
export function scalingSweep(over: Partial<SweepRecord> = {}): SweepRecord {
  const laws: Readonly<Record<string, ScalingParameters>> = {
    'event-loop': { lambda: 28, sigma: 0.02, kappa: 0.0006 },
    'worker-pool': { lambda: 27, sigma: 0.012, kappa: 0.00025 },
    'worker-pool-batched': { lambda: 28, sigma: 0.006, kappa: 0.00002 },
  };
  return sweep({
    axes: [{ name: 'concurrency', values: [1, 2, 4, 8, 16, 32, 64, 128] }],
    variants: THREE,
    at: ([n = 1]) => {
      const rates = Object.fromEntries(THREE.map((name) => [name, throughputAt(laws[name]!, n)]));
      return {
        variants: THREE.map((name) =>
          pointVariant(name, rates[name]!, name === 'worker-pool' && n === 4 ? { failedJobs: 2 } : {}),
        ),
        comparisons: pairsOf(rates),
      };
    },
    over,
  });
}

/**
 * CPU work of `cpu` ms after a wait of 10 ms, two CPUs for threads: they pay once the main thread is full, from
 * more than 1 ms at 4 in flight, and before at more. At 64 in flight the last point has too few rounds.
 */
export function crossoverSweep(over: Partial<SweepRecord> = {}): SweepRecord {
  return sweep({
    axes: [
      { name: 'cpu', values: [0, 1, 2, 4, 8, 16] },
      { name: 'concurrency', values: [1, 4, 16, 64] },
    ],
    variants: THREE,
    at: ([cpu = 0, slots = 1]) => {
      const waiting = (1_000 * slots) / (10 + cpu);
      const limit = (threads: number, each: number) => (each === 0 ? waiting : (1_000 * threads) / each);
      const rates = {
        'event-loop': Math.min(waiting, limit(1, cpu)),
        'worker-pool': 0.97 * Math.min(waiting, limit(2, cpu + 0.35)),
        'worker-pool-batched': Math.min(waiting, limit(2, cpu + 0.35)),
      };
      const pairs = pairsOf(rates);
      const few = cpu === 16 && slots === 64;
      return {
        variants: THREE.map((name) => pointVariant(name, rates[name as keyof typeof rates])),
        comparisons: few
          ? pairs.map((each) => ({
              ...each,
              verdict: 'inconclusive' as const,
              reason: 'too-few-rounds' as const,
            }))
          : pairs,
      };
    },
    over,
  });
}
