import { groupBy } from '../../core/group-by.ts';
import type { ThreadCalls } from './thread-calls.ts';
import { wholeNumbers } from './whole-numbers.ts';

export interface LineShare<Line extends number | null = number> {
  /** 1-based; null where V8 does not say. */
  readonly line: Line;
  readonly value: number;
}

/** For each node of which V8 says in which lines its samples were taken: those lines, and how many. */
export function linesByNode({ ticks }: Pick<ThreadCalls, 'ticks'>): Map<number, LineShare[]> {
  const { node, line, count } = ticks;
  const shares = Array.from(node, (of, tick) => ({ of, line: line[tick]!, value: count[tick]! }));
  return groupBy(shares, ({ of }) => of);
}

/** A whole number shared out among lines in proportion to their ticks, which carry no time themselves. */
export function shareOut<Line extends number | null>(
  value: number,
  lines: readonly LineShare<Line>[],
): LineShare<Line>[] {
  const sum = lines.reduce((total, { value: ticks }) => total + ticks, 0);
  const shares = wholeNumbers(lines.map(({ value: ticks }) => (sum === 0 ? 0 : (value * ticks) / sum)));
  return lines.map(({ line }, i) => ({ line, value: shares[i]! }));
}
