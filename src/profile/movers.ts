import type { DiffFrame, FlameDiff } from '../types/flame.ts';
import { addTimes, noTimes } from './group-times.ts';

/** What became of a function's time, or of a stack's. */
export type Change = 'added' | 'removed' | 'grew' | 'shrank' | 'same';

/** One function on both sides, µs per job. */
export interface Mover {
  readonly frame: DiffFrame;
  readonly selfA: number;
  readonly selfB: number;
  readonly totalA: number;
  readonly totalB: number;
  /** By where it was on the stack at all. */
  readonly change: Change;
  /**
   * Standard deviation that sampling alone gives `selfB − selfA`, and `totalB − totalA`: a time of n samples as long
   * as each other is uncertain by √n of them (see selfVariance in self-time.ts). Two runs of the same program differ
   * by more.
   */
  readonly samplingUs: number;
  readonly totalSamplingUs: number;
}

/** Every function of a difference, the one whose self (or total) time changed most first. Σ (selfB − selfA) is all. */
export function movers(diff: FlameDiff, by: 'self' | 'total' = 'self'): Mover[] {
  const { frames, frame, parent, selfA, selfB, selfVariance } = diff;
  const groupOf = frames.map((_, index) => index);
  const a = noTimes(frames.length);
  const b = noTimes(frames.length);
  addTimes(a, { frame, parent, selfUs: selfA }, groupOf);
  addTimes(b, { frame, parent, selfUs: selfB }, groupOf);
  const variance = noTimes(frames.length);
  addTimes(variance, { frame, parent, selfUs: selfVariance }, groupOf);
  const rows = frames.map((each, index): Mover => {
    const [own, other] = [a.self[index]!, b.self[index]!];
    return {
      frame: each,
      selfA: own,
      selfB: other,
      totalA: a.total[index]!,
      totalB: b.total[index]!,
      change: changeOf(a.total[index]!, b.total[index]!),
      samplingUs: Math.sqrt(variance.self[index]!),
      totalSamplingUs: Math.sqrt(variance.total[index]!),
    };
  });
  const size = (mover: Mover): number =>
    Math.abs(by === 'self' ? mover.selfB - mover.selfA : mover.totalB - mover.totalA);
  return rows
    .map((mover, index) => ({ mover, index }))
    .filter(({ mover: { totalA, totalB } }) => totalA > 0 || totalB > 0)
    .sort((one, other) => size(other.mover) - size(one.mover) || one.index - other.index)
    .map(({ mover }) => mover);
}

/** Of a node's or a function's total times. */
export function changeOf(a: number, b: number): Change {
  if (a === b) return 'same';
  if (a === 0) return 'added';
  if (b === 0) return 'removed';
  return b > a ? 'grew' : 'shrank';
}
