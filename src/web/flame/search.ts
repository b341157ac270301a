import type { FlameFrame } from '../../core/documents/flame.ts';
import type { FlameTree } from './tree.ts';

export type Query =
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid'; readonly problem: string }
  | { readonly kind: 'matcher'; matches(frame: FlameFrame): boolean };

/** `/text/flags`. What cannot be flags is the end of a path, as in `/deps/uv`. */
const PATTERN = /^\/(.+?)(?:\/((?!.*(?:(.).*\3|u.*v|v.*u))[dgimsuvy]*))?$/;

/** `text` is looked for in names and places, whatever its case; `/text/` is a regular expression. */
export function parseQuery(text: string): Query {
  const wanted = text.trim();
  if (wanted === '' || wanted === '/') return { kind: 'none' };
  const pattern = PATTERN.exec(wanted);
  if (pattern === null) {
    const lower = wanted.toLowerCase();
    return { kind: 'matcher', matches: (frame) => searched(frame).toLowerCase().includes(lower) };
  }
  try {
    const flags = (pattern[2] ?? 'i').replace(/[gy]/g, '');
    const regex = new RegExp(pattern[1] ?? '', flags);
    return { kind: 'matcher', matches: (frame) => regex.test(frame.name) || regex.test(searched(frame)) };
  } catch (error) {
    return { kind: 'invalid', problem: error instanceof Error ? error.message : 'not a regular expression' };
  }
}

function searched({ name, file, line }: FlameFrame): string {
  return `${name} ${file ?? ''}${line === null ? '' : `:${line}`}`;
}

export interface Matches {
  /** 1 for each index of the tree's frames that matches. */
  readonly frames: Uint8Array;
  readonly functions: number;
  /** Time, or bytes, within matching frames; what is nested in one is not counted again. */
  readonly amount: number;
}

export function findMatches(tree: FlameTree, query: Query): Matches | null {
  if (query.kind !== 'matcher') return null;
  const { size, frame, parent } = tree;
  const isMatch = (candidate: FlameFrame) => candidate.category !== 'thread' && query.matches(candidate);
  const frames = Uint8Array.from(tree.frames, (candidate) => (isMatch(candidate) ? 1 : 0));
  const covered = new Uint8Array(size);
  const seen = new Set<number>();
  let amount = 0;
  for (let node = 0; node < size; node += 1) {
    const index = frame[node] ?? 0;
    const total = tree.total[node] ?? 0;
    const within = covered[parent[node] ?? -1] === 1;
    if (frames[index] === 1 && total > 0) {
      seen.add(index);
      if (!within) amount += total;
      covered[node] = 1;
    } else if (within) covered[node] = 1;
  }
  return { frames, functions: seen.size, amount };
}
