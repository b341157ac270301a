import type { Allocations, CallTree, FlameFrame } from '../core/documents/flame.ts';
import type { GroupTimes } from './group-times.ts';
import { addTimes, noTimes } from './group-times.ts';
import { errorOf } from './heap-variance.ts';
import type { CategoryTime } from './top-functions.ts';
import { categoryGroups } from './top-functions.ts';
import { reshape } from './tree-builder.ts';

/** Folds V8's built-in functions into their callers, the code that a reader can change. Totals stay the same. */
function foldBuiltIns(tree: CallTree, frames: readonly FlameFrame[]): CallTree {
  return reshape(tree, (_, above, frame) => (above > 0 && frames[frame]!.category === 'native' ? above : -1));
}

/** A sum of sampled allocations. */
export interface ByteEstimate {
  readonly bytes: number;
  /** Half the width of its 95% interval, as far as sampling makes it uncertain. 0 of 0 bytes: nothing was sampled. */
  readonly error: number;
}

interface AllocatingFunction {
  readonly frame: FlameFrame;
  /** By the function itself, and by the built-in ones that it called. */
  readonly self: ByteEstimate;
  /** And by what it called. A function that calls itself is counted once. */
  readonly total: ByteEstimate;
}

/** Every function on whose stacks something was allocated, the one that allocated most itself first. */
export function topAllocators(allocations: Allocations): AllocatingFunction[] {
  const { frames } = allocations.flame;
  const groupOf = frames.map((_, id) => id);
  return estimates(allocations, groupOf, frames.length, 'calls')
    .map(({ group, ...estimate }) => ({ frame: frames[group]!, ...estimate }))
    .filter(({ total }) => total.bytes > 0);
}

interface AllocatingCode extends Pick<CategoryTime, 'category' | 'package'> {
  readonly self: ByteEstimate;
}

/** The same by kind of code, dependencies by package; Σ self is all there is. */
export function allocationsByCategory(allocations: Allocations): AllocatingCode[] {
  const { groups, groupOf } = categoryGroups(allocations.flame.frames);
  return estimates(allocations, groupOf, groups.length, 'apart')
    .filter(({ self }) => self.bytes > 0)
    .map(({ group, self }) => ({ ...groups[group]!, self }));
}

/** All that the variant's threads allocated, or one of them, by its number. */
export function allAllocations({ flame, variance }: Allocations, thread?: number): ByteEstimate {
  let bytes = 0;
  let squares = 0;
  flame.threads.forEach((each, index) => {
    if (thread !== undefined && each.thread !== thread) return;
    bytes += each.duration;
    squares += variance[index]!.reduce((sum, value) => sum + value, 0);
  });
  return { bytes, error: errorOf(squares) };
}

interface GroupEstimate {
  readonly group: number;
  readonly self: ByteEstimate;
  readonly total: ByteEstimate;
}

function estimates(
  { flame, variance }: Allocations,
  groupOf: ArrayLike<number>,
  groups: number,
  root: 'calls' | 'apart',
): GroupEstimate[] {
  const bytes = noTimes(groups);
  const squares = noTimes(groups);
  flame.threads.forEach((thread, index) => {
    addTimes(bytes, foldBuiltIns(thread, flame.frames), groupOf, root);
    // Variances add up as bytes do, along the same stacks.
    addTimes(squares, foldBuiltIns({ ...thread, self: variance[index]! }, flame.frames), groupOf, root);
  });
  const estimate = (part: Exclude<keyof GroupTimes, 'seen'>, group: number): ByteEstimate => {
    return { bytes: bytes[part][group]!, error: errorOf(squares[part][group]!) };
  };
  return Array.from({ length: groups }, (_, group) => group)
    .map((group) => ({ group, self: estimate('self', group), total: estimate('total', group) }))
    .sort((a, b) => b.self.bytes - a.self.bytes || b.total.bytes - a.total.bytes || a.group - b.group);
}
