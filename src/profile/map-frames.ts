import {
  GREATEST_LOWER_BOUND,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  type TraceMap,
  traceSegment,
} from '@jridgewell/trace-mapping';
import type { CallFrame } from '../core/documents/v8-profiles.ts';
import { originalName } from './original-name.ts';
import type { Profile, TickColumns } from './profile.ts';

/** The source map of a script by V8's URL; null for none. Made with its own URL, so that sources resolve. */
export type SourceMaps = (url: string) => TraceMap | null;

/** The profile in terms of its sources: frames and line ticks are mapped, samples shared; without a map unchanged. */
export function mapFrames<P extends Profile>(profile: P, maps: SourceMaps): P {
  const frames = mapCallFrames(profile.frames, maps);
  return { ...profile, frames, ticks: mapTicks(profile, frames, maps) };
}

/** The call frames alone, one for each. */
export function mapCallFrames(frames: readonly CallFrame[], maps: SourceMaps): CallFrame[] {
  return frames.map((frame) => {
    const map = frame.url === '' ? null : maps(frame.url);
    return map === null ? frame : mapFrame(frame, map);
  });
}

function mapFrame(frame: CallFrame, map: TraceMap): CallFrame {
  // V8 counts lines from 0 here, source maps (in this API) from 1; columns count from 0 in both.
  const needle = { line: frame.lineNumber + 1, column: frame.columnNumber };
  if (needle.line < 1 || needle.column < 0) return frame;
  let at = originalPositionFor(map, { ...needle, bias: GREATEST_LOWER_BOUND });
  if (at.source === null) at = originalPositionFor(map, { ...needle, bias: LEAST_UPPER_BOUND });
  // A source such as `webpack://…` names no file that a reader could open.
  if (at.source === null || !at.source.startsWith('file://')) return frame;
  return {
    ...frame,
    functionName: originalName(frame, map) ?? frame.functionName,
    url: at.source,
    lineNumber: at.line - 1,
    columnNumber: at.column,
  };
}

/** Ticks are per line: a line's are given to where its first code of that source came from. */
function mapTicks(
  { frames, nodes, ticks }: Profile,
  mapped: readonly CallFrame[],
  maps: SourceMaps,
): TickColumns {
  const known = new Map<string, number>();
  const line = ticks.line.map((generated, tick) => {
    const frame = nodes.frame[ticks.node[tick]!]!;
    const { url } = frames[frame]!;
    const map = mapped[frame] === frames[frame] ? null : maps(url);
    if (map === null) return generated;
    const source = mapped[frame]!.url;
    const key = `${generated}\0${url}\0${source}`;
    let original = known.get(key);
    if (original === undefined) {
      original = firstOriginalLine(generated, source, map) ?? generated;
      known.set(key, original);
    }
    return original;
  });
  return addUp({ node: ticks.node, line, count: ticks.count });
}

/** Several lines of a bundle may come from one of the source. The ticks of a node lie together. */
function addUp(ticks: TickColumns): TickColumns {
  const size = ticks.node.length;
  const order = Uint32Array.from({ length: size }, (_, tick) => tick);
  order.sort((a, b) => ticks.node[a]! - ticks.node[b]! || ticks.line[a]! - ticks.line[b]!);
  const node = new Int32Array(size);
  const line = new Int32Array(size);
  const count = new Float64Array(size);
  let last = -1;
  for (const tick of order) {
    if (last < 0 || node[last] !== ticks.node[tick] || line[last] !== ticks.line[tick]) {
      last++;
      node[last] = ticks.node[tick]!;
      line[last] = ticks.line[tick]!;
    }
    count[last]! += ticks.count[tick]!;
  }
  return { node: node.slice(0, last + 1), line: line.slice(0, last + 1), count: count.slice(0, last + 1) };
}

/** Both lines 1-based. */
function firstOriginalLine(line: number, source: string, map: TraceMap): number | null {
  if (line < 1) return null;
  const first = traceSegment(map, line - 1, 0);
  const at = originalPositionFor(map, {
    line,
    column: first === null ? 0 : first[0],
    bias: first === null ? LEAST_UPPER_BOUND : GREATEST_LOWER_BOUND,
  });
  return at.source === source ? at.line : null;
}
