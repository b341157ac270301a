import type { DiffFrame, FlameFrame } from '../core/documents/flame.ts';
import { groupBy } from '../core/group-by.ts';
import { placeKey } from './function-table.ts';

interface AlignedFunctions {
  /** The functions of both sides, each once, in an order that does not depend on which side is which. */
  readonly frames: readonly DiffFrame[];
  /** Per frame of a side: its index in `frames`. */
  readonly ofA: Int32Array;
  readonly ofB: Int32Array;
}

interface Pair {
  readonly a: number;
  readonly b: number;
}

const NONE = -1;

/** Which functions are the same: by name, file, line and column; then by a name unique in the file on both sides. */
export function alignFunctions(a: readonly FlameFrame[], b: readonly FlameFrame[]): AlignedFunctions {
  const pairs: Pair[] = [];
  const [leftA, leftB] = match(a, b, [...a.keys()], [...b.keys()], placeKey, pairs);
  const [onlyA, onlyB] = match(a, b, leftA, leftB, nameKey, pairs);
  for (const frame of onlyA) pairs.push({ a: frame, b: NONE });
  for (const frame of onlyB) pairs.push({ a: NONE, b: frame });
  const keyed = pairs.map((pair) => ({ ...pair, key: symmetricKey(a[pair.a], b[pair.b]) }));
  keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  const ofA = new Int32Array(a.length);
  const ofB = new Int32Array(b.length);
  const frames = keyed.map((pair, index) => {
    if (pair.a !== NONE) ofA[pair.a] = index;
    if (pair.b !== NONE) ofB[pair.b] = index;
    return diffFrame(a[pair.a], b[pair.b]);
  });
  return { frames, ofA, ofB };
}

/** Pairs the frames whose key occurs once on each side, and returns those that are left. */
function match(
  a: readonly FlameFrame[],
  b: readonly FlameFrame[],
  fromA: readonly number[],
  fromB: readonly number[],
  keyOf: (frame: FlameFrame) => string | null,
  pairs: Pair[],
): [number[], number[]] {
  const inA = groupBy(fromA, (frame) => keyOf(a[frame]!));
  const inB = groupBy(fromB, (frame) => keyOf(b[frame]!));
  const paired = new Set<string>();
  for (const [key, framesA] of inA) {
    const framesB = inB.get(key);
    if (key === null || framesA.length !== 1 || framesB?.length !== 1) continue;
    pairs.push({ a: framesA[0]!, b: framesB[0]! });
    paired.add(key);
  }
  const isLeft = (frame: FlameFrame): boolean => {
    const key = keyOf(frame);
    return key === null || !paired.has(key);
  };
  return [fromA.filter((frame) => isLeft(a[frame]!)), fromB.filter((frame) => isLeft(b[frame]!))];
}

function nameKey({ name, file, package: owner }: FlameFrame): string | null {
  if (file === null || name === '(anonymous)') return null;
  // `undici@7.30.2/lib/x.js`: the version is the package's own.
  const version = owner === null ? -1 : owner.lastIndexOf('@');
  const inPackage = version > 0 && file.startsWith(`${owner}/`);
  const path = inPackage ? owner!.slice(0, version) + file.slice(owner!.length) : file;
  return `${name}\0${path}`;
}

function symmetricKey(a: FlameFrame | undefined, b: FlameFrame | undefined): string {
  return [a, b]
    .flatMap((frame) => (frame === undefined ? [] : [placeKey(frame)]))
    .sort()
    .join('\0');
}

/** As it is now; where it was, if that was elsewhere. */
function diffFrame(a: FlameFrame | undefined, b: FlameFrame | undefined): DiffFrame {
  const now = b ?? a!;
  const moved = a !== undefined && b !== undefined && placeKey(a) !== placeKey(b);
  return { ...now, before: moved ? { file: a.file, line: a.line, column: a.column } : null };
}
