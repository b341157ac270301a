import {
  GREATEST_LOWER_BOUND,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  type TraceMap,
  traceSegment,
} from '@jridgewell/trace-mapping';
import type { CallFrame, CpuProfile, ProfileNode } from '../types/cpu-profile.ts';
import { originalName } from './original-name.ts';

/**
 * The source map of a script by its URL as V8 gives it; null if it has none. The map must have been made with
 * its own URL, so that its sources resolve to absolute ones.
 */
export type SourceMaps = (url: string) => TraceMap | null;

type PositionTicks = NonNullable<ProfileNode['positionTicks']>;

/**
 * The same profile in terms of the sources that its scripts were built from: call frames carry the original
 * file (as `file://` URL), line, column and, where the map knows one, name; line ticks the original lines.
 * What has no map, or no place in it, stays as it is. Samples, times and ids are shared with the original.
 */
export function mapFrames<P extends CpuProfile>(profile: P, maps: SourceMaps): P {
  const frames = new Map<string, CallFrame>();
  const nodes = profile.nodes.map((node) => {
    const { callFrame } = node;
    const map = callFrame.url === '' ? null : maps(callFrame.url);
    if (map === null) return node;
    const key = `${callFrame.url}:${callFrame.lineNumber}:${callFrame.columnNumber}:${callFrame.functionName}`;
    let mapped = frames.get(key);
    if (mapped === undefined) {
      mapped = mapFrame(callFrame, map);
      frames.set(key, mapped);
    }
    if (mapped === callFrame || node.positionTicks === undefined) return { ...node, callFrame: mapped };
    return { ...node, callFrame: mapped, positionTicks: mapTicks(node.positionTicks, mapped.url, map) };
  });
  return { ...profile, nodes };
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
function mapTicks(ticks: PositionTicks, source: string, map: TraceMap): PositionTicks {
  const byLine = new Map<number, number>();
  for (const { line, ticks: count } of ticks) {
    const original = firstOriginalLine(line, source, map) ?? line;
    byLine.set(original, (byLine.get(original) ?? 0) + count);
  }
  return [...byLine].map(([line, count]) => ({ line, ticks: count })).sort((a, b) => a.line - b.line);
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
