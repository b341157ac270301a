import type { FlameData, FlameFrame, FlameThread, FrameCategory } from '../core/documents/flame.ts';
import { addTimes, type GroupTimes, noTimes } from './group-times.ts';

export interface FunctionTime {
  readonly frame: FlameFrame;
  /** Time in the function itself, µs. */
  readonly self: number;
  /** Time in it and in what it called, µs. A function that calls itself is counted once. */
  readonly totalUs: number;
}

interface ThreadChoice {
  /** Only this thread, by its number; else the sum over all. */
  readonly thread?: number;
}

/** Of all threads, for who asks again: several parts of a report do, and data does not change. */
const ofAllThreads = new WeakMap<FlameData, readonly FunctionTime[]>();

/** Every function of a variant, the one with the most self time first. Linear in the nodes. */
export function topFunctions(data: FlameData, choice: ThreadChoice = {}): readonly FunctionTime[] {
  const known = choice.thread === undefined ? ofAllThreads.get(data) : undefined;
  if (known !== undefined) return known;
  const functions = functionsByTime(data, choice);
  if (choice.thread === undefined) ofAllThreads.set(data, functions);
  return functions;
}

function functionsByTime(data: FlameData, choice: ThreadChoice): FunctionTime[] {
  const { self, total, seen } = timesBy(
    data,
    choice,
    data.frames.map((_, id) => id),
    data.frames.length,
    'calls',
  );
  return data.frames
    .map((frame, id) => ({ frame, self: self[id]!, totalUs: total[id]!, id }))
    .filter(({ id }) => seen[id] === 1)
    .sort((a, b) => b.self - a.self || b.totalUs - a.totalUs || a.id - b.id)
    .map(({ frame, self, totalUs }) => ({ frame, self, totalUs }));
}

interface LineTime {
  /** The function that the line is in. */
  readonly frame: FlameFrame;
  /** 1-based. */
  readonly line: number;
  readonly self: number;
}

/** Every line that V8 took a sample in, the one with the most time first. */
export function topLines(data: FlameData, choice: ThreadChoice = {}): LineTime[] {
  const sums = new Map<string, { frame: number; line: number; self: number }>();
  for (const { lines } of chosen(data, choice)) {
    lines.frame.forEach((frame, row) => {
      const line = lines.line[row]!;
      const sum = sums.get(`${frame}:${line}`) ?? { frame, line, self: 0 };
      sum.self += lines.self[row]!;
      sums.set(`${frame}:${line}`, sum);
    });
  }
  return [...sums.values()]
    .sort((a, b) => b.self - a.self || a.frame - b.frame || a.line - b.line)
    .map(({ frame, line, self }) => ({ frame: data.frames[frame]!, line, self }));
}

export interface CategoryTime {
  readonly category: FrameCategory;
  /** Of a dependency: which. Null for the other categories. */
  readonly package: string | null;
  readonly self: number;
  /** Time with any of its functions on the stack, µs. */
  readonly totalUs: number;
}

/** Where time went by kind of code, dependencies by package; Σ self is all of it. Most self time first. */
export function timeByCategory(data: FlameData, choice: ThreadChoice = {}): CategoryTime[] {
  const { groups, groupOf } = categoryGroups(data.frames);
  const { self, total, seen } = timesBy(data, choice, groupOf, groups.length, 'apart');
  return groups
    .map((group, id) => ({ ...group, self: self[id]!, totalUs: total[id]!, id }))
    .filter(({ id }) => seen[id] === 1)
    .sort((a, b) => b.self - a.self || b.totalUs - a.totalUs || a.id - b.id)
    .map(({ id: _, ...group }) => group);
}

interface CategoryGroups {
  readonly groups: readonly Pick<CategoryTime, 'category' | 'package'>[];
  /** Per frame, an index into `groups`. */
  readonly groupOf: readonly number[];
}

/** Functions by kind of code, dependencies by package. */
export function categoryGroups(frames: readonly FlameFrame[]): CategoryGroups {
  const groups: Pick<CategoryTime, 'category' | 'package'>[] = [];
  const known = new Map<string, number>();
  const groupOf = frames.map(({ category, package: owner }) => {
    const key = `${category}\0${owner}`;
    const group = known.get(key) ?? groups.push({ category, package: owner }) - 1;
    known.set(key, group);
    return group;
  });
  return { groups, groupOf };
}

/** Time in which threads were not idle, µs. On a busy machine some of it was spent waiting for a CPU. */
export function runningUs(data: FlameData, choice: ThreadChoice = {}): number {
  return timeByCategory(data, choice)
    .filter(({ category }) => category !== 'idle')
    .reduce((sum, { self }) => sum + self, 0);
}

/** What one job took of a time that was spent on all of them, µs; null if there was none. */
export function perJob(us: number, jobs: number): number | null {
  return jobs > 0 ? us / jobs : null;
}

function timesBy(
  data: FlameData,
  choice: ThreadChoice,
  groupOf: ArrayLike<number>,
  groups: number,
  root: 'calls' | 'apart',
): GroupTimes {
  const times = noTimes(groups);
  for (const thread of chosen(data, choice)) addTimes(times, thread, groupOf, root);
  return times;
}

function chosen({ threads }: FlameData, { thread }: ThreadChoice): readonly FlameThread[] {
  return thread === undefined ? threads : threads.filter((each) => each.thread === thread);
}
