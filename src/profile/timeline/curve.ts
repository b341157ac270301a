import type { LoopTrace } from '../../core/documents/breakdown.ts';
import type { Curve } from '../../core/documents/timeline.ts';
import { NS_PER_US } from '../../core/units.ts';
import type { Axis } from './axis.ts';
import { wholeSteps } from './codec/packed.ts';
import type { Step } from './steps.ts';

/** Means are rounded to this: as many decimals as are saved. */
const STEPS_PER_UNIT = 100;

interface Thinned {
  readonly curve: Curve;
  /** Length of a piece over which the value is a mean, µs; null if nothing was merged. */
  readonly meanOverUs: number | null;
}

/** Counts over time; with more than `most` points, means over that many equally long pieces. */
export function countCurve(steps: Iterable<Step>, axis: Axis, most: number): Thinned {
  const atUs: number[] = [0];
  const value: number[] = [0];
  for (const { atNs, count } of steps) {
    const at = axis.within(atNs);
    // Two changes within a step of the axis are one.
    if (at !== atUs.at(-1)) atUs.push(at);
    value[atUs.length - 1] = count;
  }
  const curve = { atUs: Float64Array.from(atUs), value: Float64Array.from(value) };
  if (atUs.length <= most) return { curve, meanOverUs: null };
  return { curve: meansOver(curve, axis.wallUs, most, STEPS_PER_UNIT), meanOverUs: axis.wallUs / most };
}

/** Means over equally long pieces of the time until `wallUs`, in steps of 1/`perUnit`. */
export function meansOver({ atUs, value }: Curve, wallUs: number, pieces: number, perUnit: number): Curve {
  const starts = Float64Array.from({ length: pieces }, (_, i) => Math.round((wallUs * i * 10) / pieces) / 10);
  const means = new Float64Array(pieces);
  let point = 0;
  for (let i = 0; i < pieces; i++) {
    const from = starts[i]!;
    const to = i + 1 < pieces ? starts[i + 1]! : wallUs;
    let area = 0;
    for (let at = from; at < to; ) {
      while (point + 1 < atUs.length && atUs[point + 1]! <= at) point++;
      const until = Math.min(to, atUs[point + 1] ?? to);
      area += value[point]! * (until - at);
      at = until;
    }
    means[i] = to > from ? Math.round((area / (to - from)) * perUnit) / perUnit : value[point]!;
  }
  return { atUs: starts, value: means };
}

/** How late the event loop came to its timer, µs, at each time at which it was due in the trial. */
export function delayCurve({ dueNs, delayNs }: LoopTrace, axis: Axis): Curve {
  const points = Array.from(dueNs.keys()).filter((i) => {
    const at = axis.at(dueNs[i]!);
    return at >= 0 && at <= axis.wallUs;
  });
  return {
    atUs: Float64Array.from(points, (i) => axis.at(dueNs[i]!)),
    value: Float64Array.from(points, (i) => wholeSteps(delayNs[i]! / NS_PER_US)),
  };
}
