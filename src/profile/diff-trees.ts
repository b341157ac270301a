import type { CallTree, FlameData, FlameDiff, FlameFrame } from '../core/documents/flame.ts';
import { alignFunctions } from './align-functions.ts';
import { depthFirst, pickedTimes, reordered, totalTimes } from './call-tree.ts';
import { flameView, type ViewChoice } from './flame-view.ts';
import { TreeBuilder } from './tree-builder.ts';

/** One of two trees that are compared. */
interface DiffSide {
  readonly frames: readonly FlameFrame[];
  readonly tree: CallTree;
  /** How many jobs its time was spent on; at least 1. */
  readonly jobs: number;
  /** Mean time between two samples, µs: how precise its times are, if the tree doesn't say. */
  readonly intervalUs: number;
}

/**
 * Two call trees as one, µs per job: stacks are the same if their functions are (see alignFunctions). A stack
 * of one side only is 0 on the other. The differences `selfB − selfA` add up over subtrees; swapping the sides only
 * changes signs.
 */
export function diffTrees(a: DiffSide, b: DiffSide): FlameDiff {
  for (const { jobs } of [a, b])
    if (!(jobs > 0)) throw new RangeError(`cannot share time among ${jobs} jobs`);
  const { frames, ofA, ofB } = alignFunctions(a.frames, b.frames);
  const builder = new TreeBuilder(ofB[b.tree.frame[0]!]!);
  const placeA = builder.graft(a.tree, ofA);
  const placeB = builder.graft(b.tree, ofB);
  const { frame, parent } = builder.tree();
  const timesA = timesPerJob(builder.tree(), placeA, a);
  const timesB = timesPerJob(builder.tree(), placeB, b);
  const width = timesA.total.map((us, node) => Math.max(us, timesB.total[node]!));
  // Ties by function, so that the order is the same whichever side comes first.
  const order = depthFirst(
    parent,
    (one, other) => width[other]! - width[one]! || frame[one]! - frame[other]!,
  );
  const sorted = reordered({ frame, parent, self: timesA.self }, order);
  return {
    frames,
    frame: sorted.frame,
    parent: sorted.parent,
    selfA: pickedTimes(timesA.self, order),
    selfB: pickedTimes(timesB.self, order),
    totalA: pickedTimes(timesA.total, order),
    totalB: pickedTimes(timesB.total, order),
    selfVarianceA: pickedTimes(timesA.variance, order),
    selfVarianceB: pickedTimes(timesB.variance, order),
    totalVarianceA: pickedTimes(totalTimes({ frame, parent, self: timesA.variance }), order),
    totalVarianceB: pickedTimes(totalTimes({ frame, parent, self: timesB.variance }), order),
    jobsRatio: a.jobs / b.jobs,
    samplingA: a.intervalUs / a.jobs,
    samplingB: b.intervalUs / b.jobs,
  };
}

/** The same for two variants, or one in two runs; all threads as one, without idle time unless chosen otherwise. */
export function diffFlames(
  a: { readonly data: FlameData; readonly jobs: number },
  b: { readonly data: FlameData; readonly jobs: number },
  choice: ViewChoice = { threads: 'one' },
): FlameDiff {
  const side = ({ data, jobs }: typeof a): DiffSide => {
    return { ...flameView(data, choice), jobs, intervalUs: samplingInterval(data) };
  };
  return diffTrees(side(a), side(b));
}

function samplingInterval({ threads }: FlameData): number {
  const samples = threads.reduce((sum, thread) => sum + thread.samples, 0);
  const duration = threads.reduce((sum, thread) => sum + thread.duration, 0);
  return samples === 0 ? 0 : duration / samples;
}

/** Divided after they are added up: sums of whole µs are exact, in whatever order. */
function timesPerJob(
  { frame, parent }: CallTree,
  place: Int32Array,
  { tree, jobs, intervalUs }: DiffSide,
): { self: Float64Array; total: Float64Array; variance: Float64Array } {
  const self = new Float64Array(frame.length);
  const variance = new Float64Array(frame.length);
  place.forEach((at, node) => {
    const us = tree.self[node]!;
    self[at]! += us;
    variance[at]! += tree.variance?.[node] ?? us * intervalUs;
  });
  const total = totalTimes({ frame, parent, self });
  return {
    self: self.map((us) => us / jobs),
    total: total.map((us) => us / jobs),
    variance: variance.map((squares) => squares / jobs ** 2),
  };
}
