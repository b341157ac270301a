import type { LineTimes } from '../core/documents/flame.ts';
import type { Profile } from './profile.ts';

/**
 * Own time by function and line: line ticks carry no time, so a node's own time is shared out by them; without ticks
 * none. There is no total time by line, as V8 saves no line of a call.
 * @param functions per call frame, its function
 * @param self µs per node
 */
export function lineTimes(
  { nodes, ticks }: Profile,
  functions: readonly number[],
  self: Float64Array,
): LineTimes {
  const times = new Map<number, number>();
  const order = grouped(ticks.node);
  for (let from = 0, to = 0; from < order.length; from = to) {
    const node = ticks.node[order[from]!]!;
    let all = 0;
    for (to = from; to < order.length && ticks.node[order[to]!] === node; to++)
      all += ticks.count[order[to]!]!;
    const us = self[node]!;
    if (us === 0 || all === 0) continue;
    const frame = functions[nodes.frame[node]!]!;
    // Differences of rounded running sums: whole µs (but for one) that add up to the time exactly.
    let seen = 0;
    let given = 0;
    for (let i = from; i < to; i++) {
      seen += ticks.count[order[i]!]!;
      const until = seen === all ? us : Math.floor((us * seen) / all);
      const key = frame * LINES + Math.max(0, ticks.line[order[i]!]!);
      if (until > given) times.set(key, (times.get(key) ?? 0) + until - given);
      given = until;
    }
  }
  // Line 0 stands for "not known".
  const rows = [...times]
    .filter(([key]) => key % LINES > 0)
    .sort(([a, one], [b, other]) => other - one || a - b);
  return {
    frame: rows.map(([key]) => Math.floor(key / LINES)),
    line: rows.map(([key]) => key % LINES),
    self: rows.map(([, us]) => us),
  };
}

/** More lines than a file has. */
const LINES = 2 ** 31;

/** Ticks with those of one node together; as they come, if they are so already. */
function grouped(node: Int32Array): Uint32Array {
  const order = new Uint32Array(node.length).map((_, tick) => tick);
  for (let i = 1; i < node.length; i++) {
    if (node[i]! < node[i - 1]!) return order.sort((a, b) => node[a]! - node[b]! || a - b);
  }
  return order;
}
