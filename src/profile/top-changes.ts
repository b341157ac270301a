import type { DiffFrame, FlameDiff } from '../core/documents/flame.ts';
import { addTimes, type GroupTimes, noTimes } from './group-times.ts';

/** What became of a function's time, or of a stack's. */
export type Change = 'added' | 'removed' | 'grew' | 'shrank' | 'same';

export interface TopChange {
  readonly frame: DiffFrame;
  readonly selfA: number;
  readonly selfB: number;
  readonly totalA: number;
  readonly totalB: number;
  /** By where it was on the stack at all. */
  readonly change: Change;
  /** Standard deviation of the self and of the total difference by sampling alone. Two runs differ by more. */
  readonly sampling: number;
  readonly totalSampling: number;
}

/** Every function of a difference, the one whose self (or total) time changed most first. Σ (selfB − selfA) is all. */
export function topChanges(diff: FlameDiff, by: 'self' | 'total' = 'self'): TopChange[] {
  const { frames, frame, parent, selfA, selfB, jobsRatio } = diff;
  const groupOf = frames.map((_, index) => index);
  const byFunction = (self: Float64Array): GroupTimes => {
    const times = noTimes(frames.length);
    addTimes(times, { frame, parent, self }, groupOf);
    return times;
  };
  const [a, b] = [byFunction(selfA), byFunction(selfB)];
  const [varianceA, varianceB] = [byFunction(diff.selfVarianceA), byFunction(diff.selfVarianceB)];
  const rows = frames.map((each, index): TopChange => {
    const [own, other] = [a.self[index]!, b.self[index]!];
    return {
      frame: each,
      selfA: own,
      selfB: other,
      totalA: a.total[index]!,
      totalB: b.total[index]!,
      change: changeOf(a.total[index]!, b.total[index]!),
      sampling: samplingDeviation(varianceA.self[index]!, varianceB.self[index]!, jobsRatio),
      totalSampling: samplingDeviation(varianceA.total[index]!, varianceB.total[index]!, jobsRatio),
    };
  });
  const size = (change: TopChange): number =>
    Math.abs(by === 'self' ? change.selfB - change.selfA : change.totalB - change.totalA);
  return rows
    .map((change, index) => ({ change, index }))
    .filter(({ change: { totalA, totalB } }) => totalA > 0 || totalB > 0)
    .sort((one, other) => size(other.change) - size(one.change) || one.index - other.index)
    .map(({ change }) => change);
}

/**
 * Standard deviation of a difference by sampling, the larger of two: of each side's own variance (which makes a side
 * without samples seem certain of its 0), and of all samples shared among all jobs.
 * @param jobsRatio jobs of A per job of B
 */
export function samplingDeviation(varianceA: number, varianceB: number, jobsRatio: number): number {
  const apart = varianceA + varianceB;
  const together = varianceA * jobsRatio + varianceB / jobsRatio;
  return Math.sqrt(Math.max(apart, together));
}

/** Of a node's or a function's total times. */
export function changeOf(a: number, b: number): Change {
  if (a === b) return 'same';
  if (a === 0) return 'added';
  if (b === 0) return 'removed';
  return b > a ? 'grew' : 'shrank';
}
