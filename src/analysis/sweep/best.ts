import type { Curve, CurvePoint } from '../../core/documents/sweep-analysis.ts';
import { ratioInterval } from '../../core/statistics/ratio-interval.ts';

interface Usable {
  readonly n: number;
  readonly throughput: NonNullable<CurvePoint['throughput']>;
}

/** The smallest value whose throughput can't be told from the highest, or is within `precision` of it. */
export function bestOf(points: readonly CurvePoint[], precision: number): Curve['best'] {
  const usable = points.flatMap(({ n, throughput, excluded }): Usable[] =>
    excluded !== null || throughput === null ? [] : [{ n, throughput }],
  );
  const last = usable.at(-1);
  if (last === undefined || usable.length < 2) return null;
  const top = usable.reduce((one, other) =>
    other.throughput.estimate > one.throughput.estimate ? other : one,
  );
  const enough = usable.find((point) => !isBelow(point, top, precision)) ?? top;
  return {
    n: top.n,
    throughput: top.throughput.estimate,
    enough: enough.n,
    enoughThroughput: enough.throughput.estimate,
    rising: enough === last,
    fallsTo: isBelow(last, top, precision) ? last.throughput.estimate / top.throughput.estimate : null,
    sure: usable.every(({ throughput }) => throughput.method !== 'range'),
  };
}

function isBelow(point: Usable, top: Usable, precision: number): boolean {
  if (point === top) return false;
  const { estimate, low } = ratioInterval(top.throughput, point.throughput);
  return low > 1 && estimate > 1 + precision;
}
