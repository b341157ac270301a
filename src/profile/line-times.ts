import type { LineTimes } from '../types/flame.ts';
import type { Profile } from './profile.ts';
import { splitByWeight } from './self-time.ts';

/**
 * Own time by function and line. V8's line ticks are counts without times, so a node's own time is shared out
 * among its lines in proportion to them; a node without ticks (native code, and what V8 knows no line of) gives
 * no line. There are no total times by line: V8 does not save from which line a call was made.
 *
 * @param functions per call frame of the profile: which function it is.
 * @param self µs per node of the profile.
 */
export function lineTimes(
  { nodes, ticks }: Profile,
  functions: readonly number[],
  self: Float64Array,
): LineTimes {
  const times = new Map<string, { frame: number; line: number; selfUs: number }>();
  const order = Uint32Array.from({ length: ticks.node.length }, (_, tick) => tick);
  if (!isGrouped(ticks.node)) order.sort((a, b) => ticks.node[a]! - ticks.node[b]! || a - b);
  for (let from = 0; from < order.length; ) {
    const node = ticks.node[order[from]!]!;
    let to = from + 1;
    while (to < order.length && ticks.node[order[to]!] === node) to++;
    const own = order.subarray(from, to);
    from = to;
    const weights = Float64Array.from(own, (tick) => ticks.count[tick]!);
    if (self[node] === 0 || weights.every((weight) => weight === 0)) continue;
    const parts = new Float64Array(own.length);
    splitByWeight(self[node]!, weights, parts);
    const frame = functions[nodes.frame[node]!]!;
    own.forEach((tick, i) => {
      const line = ticks.line[tick]!;
      const key = `${frame}:${line}`;
      const known = times.get(key);
      if (known === undefined) times.set(key, { frame, line, selfUs: parts[i]! });
      else known.selfUs += parts[i]!;
    });
  }
  const rows = [...times.values()]
    .filter(({ line, selfUs }) => line >= 1 && selfUs > 0)
    .sort((a, b) => b.selfUs - a.selfUs || a.frame - b.frame || a.line - b.line);
  return {
    frame: rows.map(({ frame }) => frame),
    line: rows.map(({ line }) => line),
    selfUs: rows.map(({ selfUs }) => selfUs),
  };
}

function isGrouped(node: Int32Array): boolean {
  for (let i = 1; i < node.length; i++) if (node[i]! < node[i - 1]!) return false;
  return true;
}
