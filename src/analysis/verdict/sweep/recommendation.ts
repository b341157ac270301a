import type { CurvePoint, Panel } from '../../../core/documents/sweep-analysis.ts';
import type { SweepRecord } from '../../../core/documents/sweep-record.ts';
import { maxBy } from '../../../core/max-by.ts';
import type { VariantName } from '../../../core/variants.ts';
import { detectableOf, pairOf } from '../pairs.ts';

export interface Recommendation {
  readonly variant: VariantName;
  /** Value of the axis; null for a variant that it is nothing to. */
  readonly n: number | null;
  readonly point: CurvePoint;
  /** Its throughput was clearly rising to the end of the axis. */
  readonly rising: boolean;
  /** Others without a difference at the same point, and the smallest that would have been detected, percent. */
  readonly level: readonly VariantName[];
  readonly detectable: number | null;
  /** The point can't tell it from all others, nor call them level: it only had the highest throughput. */
  readonly inconclusive: boolean;
}

/** The variant with the highest throughput, at the smallest sufficient value; of ties the simplest. */
export function recommend(record: SweepRecord, panel: Panel): Recommendation | null {
  const candidates = panel.curves.flatMap(({ variant, points, best }) => {
    const n = best?.enough ?? null;
    const usable = points.filter(({ excluded }) => excluded === null);
    const point = n === null ? usable[0] : usable.find((each) => each.n === n);
    return point?.throughput == null
      ? []
      : [{ variant, n, point, rate: point.throughput.estimate, rising: best?.rising ?? false }];
  });
  const top = maxBy(candidates, ({ rate }) => rate);
  if (top === undefined || candidates.every(({ n }) => n === null)) return null;
  const judged = judge(record, top);
  const inconclusive = candidates.some(({ variant }) => judged.open.includes(variant));
  const level = candidates.filter(({ variant }) => judged.level.includes(variant));
  const chosen = inconclusive ? top : (level[0] ?? top);
  return {
    variant: chosen.variant,
    n: chosen.n,
    point: chosen.point,
    rising: chosen.rising,
    level: inconclusive ? [] : level.filter((each) => each !== chosen).map(({ variant }) => variant),
    detectable: judged.detectable,
    inconclusive,
  };
}

interface Judged {
  /** Their comparison with it is inconclusive. */
  readonly open: readonly VariantName[];
  readonly level: readonly VariantName[];
  readonly detectable: number | null;
}

/** Who is level with a variant at a point, itself among them: by the comparison of that point's own rounds. */
function judge(
  { points, definition }: SweepRecord,
  { variant, point }: { readonly variant: VariantName; readonly point: CurvePoint },
): Judged {
  const result = points.find(({ key }) => key === point.key)?.result ?? null;
  const pairs = definition.variants.flatMap((other) =>
    result === null ? [] : (pairOf(result, variant, other) ?? []),
  );
  const level = pairs.filter(({ verdict }) => verdict === 'no-difference');
  const decided = pairs.filter(({ verdict }) => verdict !== 'inconclusive').map(({ other }) => other);
  return {
    level: definition.variants.filter(
      (name) => name === variant || level.some(({ other }) => other === name),
    ),
    open: definition.variants.filter((name) => name !== variant && !decided.includes(name)),
    detectable: detectableOf(level),
  };
}
