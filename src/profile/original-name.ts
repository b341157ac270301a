import { decodedMappings, type TraceMap } from '@jridgewell/trace-mapping';
import type { CallFrame } from '../core/documents/v8-profiles.ts';
import { firstIndex } from '../core/first-index.ts';

/**
 * What the source calls a function that the build renamed; null if the map does not say. V8 gives the place of its
 * parameters. The name stands right before them (`function load2(`), or a little before (`const load2 = async (`),
 * which is believed only if the names differ by a trailing number.
 */
export function originalName(frame: CallFrame, map: TraceMap): string | null {
  const generated = frame.functionName;
  if (generated === '') return null;
  const segments = decodedMappings(map)[frame.lineNumber];
  if (segments === undefined) return null;
  const before = frame.columnNumber - generated.length;
  // Far enough for `export const name = async function* name(`, and not into another statement of a long line.
  const farthest = before - FARTHEST;
  const after = firstIndex(segments.length, (i) => segments[i]![0] > frame.columnNumber);
  for (let i = after - 1; i >= 0; i--) {
    const segment = segments[i]!;
    if (segment[0] < farthest) return null;
    if (segment.length !== 5) continue;
    const name = map.names[segment[4]];
    if (name === undefined) continue;
    if (segment[0] === before || isNumberedCopy(generated, name)) return name;
  }
  return null;
}

const FARTHEST = 40;

function isNumberedCopy(generated: string, original: string): boolean {
  return generated.startsWith(original) && /^\d+$/.test(generated.slice(original.length));
}
