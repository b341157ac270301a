import { type Estimate, jobsPerSecond } from '../../core/documents/estimate.ts';
import type { Capacity, CurvePoint, NeededWorkers } from '../../core/documents/sweep-analysis.ts';
import type { SweepPoint } from '../../core/documents/sweep-record.ts';
import {
  type MeasuredScaling,
  predictAt,
  reachingWithin,
} from '../../core/statistics/universal-scalability-law.ts';
import type { VariantName } from '../../core/variants.ts';
import { highestOf, usablePoints } from './usable-points.ts';

/** Round rates above what was measured, where none is asked for. */
const RATES = 3;
const ROUND = [1, 2, 5] as const;
/** A law is predicted to this multiple of what was measured. */
const AHEAD = 2;

/**
 * Jobs a second at which a thread would be busy all the time, by the utilisation law: 1 ÷ CPU per job (Denning & Buzen,
 * "The Operational Analysis of Queueing Network Models", Computing Surveys 10, 1978). Null where the CPU was too little to
 * be seen.
 * @param cpuMs of all jobs
 */
export function ceilingOf(cpuMs: Estimate, jobs: number): Estimate | null {
  return cpuMs.low > 0 ? jobsPerSecond(cpuMs, jobs) : null;
}

/** Null without a point that counts. @param scaling null: no law was fitted */
export function capacityOf(
  name: VariantName,
  { curve, points }: { readonly curve: readonly CurvePoint[]; readonly points: readonly SweepPoint[] },
  scaling: MeasuredScaling | null,
  targetRate: number | null,
): Capacity | null {
  const usable = usablePoints(curve);
  const last = usable.at(-1);
  const top = highestOf(usable);
  if (last === undefined || top === undefined) return null;
  const variants = points.find(({ key }) => key === top.key)?.result?.variants;
  const costs = variants?.find((variant) => variant.name === name)?.queue;
  const ceilings = {
    queueServer: costs?.serverCpuMsPerJob == null ? null : ceilingOf(costs.serverCpuMsPerJob, 1),
    coordinator: costs === undefined ? null : ceilingOf(costs.coordinatorCpuMsPerJob, 1),
  };
  const rates = targetRate === null ? ratesAbove(top.throughput.estimate) : [targetRate];
  return {
    measuredTo: last.n,
    ...ceilings,
    rates: scaling === null ? [] : rates.map((rate) => needed(scaling, rate, last.n, ceilings)),
    predicted: scaling === null ? [] : [{ n: AHEAD * last.n, ...predictAt(scaling, AHEAD * last.n) }],
  };
}

function needed(
  scaling: MeasuredScaling,
  perSecond: number,
  measuredTo: number,
  ceilings: Pick<Capacity, 'queueServer' | 'coordinator'>,
): NeededWorkers {
  const workers = reachingWithin(scaling, perSecond);
  const over = (['queueServer', 'coordinator'] as const)
    .flatMap((name) => {
      const ceiling = ceilings[name];
      return ceiling !== null && ceiling.estimate < perSecond ? [{ name, at: ceiling.estimate }] : [];
    })
    .sort((one, other) => one.at - other.at);
  return {
    perSecond,
    workers,
    extrapolated: workers === null || Math.ceil(workers.n) > measuredTo,
    beyond: over[0]?.name ?? null,
  };
}

/** The next of 1, 2, 5, 10, 20, 50 … */
export function ratesAbove(measured: number): number[] {
  const power = 10 ** Math.floor(Math.log10(measured));
  return [power, 10 * power, 100 * power]
    .flatMap((unit) => ROUND.map((digit) => digit * unit))
    .filter((rate) => rate > measured)
    .slice(0, RATES);
}
