import type { RunRecord } from '../../types/run-record.ts';
import { failedJobsOf } from '../verdict/measured.ts';
import type { WallChart } from './view.ts';

const MOST_TICKS = 5;

/** Bars from zero: a bar that starts elsewhere lies about how much faster something is. */
export function wallChart(record: RunRecord): WallChart {
  const bars = record.variants.map((variant) => ({
    variant: variant.name,
    wallMs: variant.summary?.wallMs ?? null,
    dots: variant.blocks.flatMap((block) =>
      block.wallMs === null
        ? []
        : [
            {
              round: block.round,
              wallMs: block.wallMs,
              clean: failedJobsOf(block) === 0,
              outlier: variant.outliers.find(({ round }) => round === block.round)?.kind ?? null,
            },
          ],
    ),
    limit: variant.trace?.limit ?? null,
  }));
  const longest = bars.reduce(
    (most, { wallMs, dots }) =>
      dots.reduce((m, dot) => Math.max(m, dot.wallMs), Math.max(most, wallMs?.high ?? 0)),
    0,
  );
  if (longest <= 0) return { axisMs: 1, ticksMs: [0], bars };
  const step = niceStep(longest / MOST_TICKS);
  const count = Math.floor(longest / step + 1e-9);
  return { axisMs: longest * 1.04, ticksMs: Array.from({ length: count + 1 }, (_, i) => i * step), bars };
}

/** The smallest of 1, 2, 5 × 10ⁿ that is at least `atLeast`. */
export function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const factor = [1, 2, 5, 10].find((f) => f * power >= atLeast * (1 - 1e-9)) ?? 10;
  return factor * power;
}
