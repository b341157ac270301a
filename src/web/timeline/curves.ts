import type { Curve } from '../../core/documents/timeline.ts';
import { timeAt, upperBound, type View } from './intervals.ts';

/** A curve with the least and greatest value of each block of points, so that a pixel looks at few of them. */
export interface IndexedCurve extends Curve {
  readonly least: Float64Array;
  readonly most: Float64Array;
  readonly highest: number;
}

const BLOCK = 64;

export function indexCurve({ atUs, value }: Curve): IndexedCurve {
  const blocks = Math.ceil(value.length / BLOCK);
  const least = new Float64Array(blocks).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(blocks).fill(Number.NEGATIVE_INFINITY);
  let highest = 0;
  value.forEach((each, i) => {
    const block = Math.floor(i / BLOCK);
    least[block] = Math.min(least[block]!, each);
    most[block] = Math.max(most[block]!, each);
    highest = Math.max(highest, each);
  });
  return { atUs, value, least, most, highest };
}

interface Envelope {
  /** Per pixel column: the least and the greatest value in it. */
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** What a step function does within each pixel of a view. */
export function envelope(curve: IndexedCurve, view: View): Envelope {
  const width = Math.max(0, Math.ceil(view.widthPx));
  const least = new Float64Array(width);
  const most = new Float64Array(width);
  let i = upperBound(curve.atUs, view.fromUs) - 1;
  for (let x = 0; x < width; x += 1) {
    const until = upperBound(curve.atUs, timeAt(x + 1, view));
    let low = i < 0 ? 0 : curve.value[i]!;
    let high = low;
    let j = i + 1;
    while (j < until) {
      if (j % BLOCK === 0 && j + BLOCK <= until) {
        low = Math.min(low, curve.least[j / BLOCK]!);
        high = Math.max(high, curve.most[j / BLOCK]!);
        j += BLOCK;
      } else {
        low = Math.min(low, curve.value[j]!);
        high = Math.max(high, curve.value[j]!);
        j += 1;
      }
    }
    i = Math.max(i, until - 1);
    least[x] = low;
    most[x] = high;
  }
  return { least, most };
}
