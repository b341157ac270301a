import { piecesAt, textPieces } from './json-pieces.ts';

/** What a `.cpuprofile` holds, in the order in which it is written. */
interface CpuProfileContent {
  /** Each as JSON, the root first. */
  readonly nodes: Iterable<string>;
  /** On the clock of process.hrtime(), µs. */
  readonly startUs: number;
  readonly endUs: number;
  readonly samples: number;
  /** Id of the node that a sample found running. */
  readonly idAt: (sample: number) => number;
  /** µs since the sample before it, of the first one since the start. */
  readonly deltaAt: (sample: number) => number;
  /** Written beside the standard fields, and ignored by readers; null for none. */
  readonly threadmill: unknown;
}

/** V8's format, in pieces, so that a long profile need not be one string. */
export function* cpuProfileJson(content: CpuProfileContent): Generator<string, void, undefined> {
  const { nodes, startUs, endUs, samples, idAt, deltaAt, threadmill } = content;
  yield '{"nodes":[';
  yield* textPieces(nodes);
  yield `],"startTime":${startUs},"endTime":${endUs},"samples":[`;
  yield* piecesAt(samples, idAt);
  yield '],"timeDeltas":[';
  yield* piecesAt(samples, deltaAt);
  yield threadmill === null ? ']}\n' : `],"threadmill":${JSON.stringify(threadmill)}}\n`;
}
