import {
  comparable,
  comparedEstimate,
  comparedMs,
  comparedQuantity,
  trialMedian,
} from '../../analysis/comparable.ts';
import { failedJobsOf } from '../../analysis/verdict/measured.ts';
import type { RunRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { niceStep } from '../../core/format.ts';
import type { MedianInterval } from '../../core/statistics/median-interval.ts';
import type { WallChart } from './run/charts.ts';

const MAX_TICKS = 5;

/** Bars from zero: a bar that starts elsewhere lies about how much faster something is. */
export function wallChart(record: RunRecord): WallChart {
  const bars = record.variants.map((variant) => ({
    variant: variant.name,
    medianMs: variant.summary === null ? null : comparedEstimate(variant.summary),
    interval: intervalOf(variant),
    dots: variant.trials.flatMap((trial) => {
      const ms = trial.wallMs === null ? null : comparedMs(trial);
      if (ms === null) return [];
      const outlier = variant.outliers.find(({ round }) => round === trial.round)?.kind ?? null;
      return [{ round: trial.round, ms, clean: failedJobsOf(trial) === 0, outlier }];
    }),
    bottleneck: variant.trace?.bottleneck ?? null,
  }));
  const longest = bars.reduce(
    (most, { medianMs, dots }) =>
      dots.reduce((m, dot) => Math.max(m, dot.ms), Math.max(most, medianMs?.high ?? 0)),
    0,
  );
  const compared = comparedQuantity(record.spec);
  if (longest <= 0) return { compared, axisMs: 1, ticksMs: [0], bars };
  return {
    compared,
    axisMs: longest * 1.04,
    ticksMs: ticksUntil(longest, longest / MAX_TICKS),
    bars,
  };
}

/** One round says nothing of how far another may lie from it. */
function intervalOf(variant: VariantRecord): MedianInterval | null {
  return variant.trials.filter(comparable).length < 2 ? null : trialMedian(variant, comparedMs);
}

/** From 0, at round steps of at least `atLeast`. */
export function ticksUntil(end: number, atLeast: number): number[] {
  const step = niceStep(atLeast);
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, i) => i * step);
}
