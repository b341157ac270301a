import type { ProfileNode } from '../types/cpu-profile.ts';
import { jsonPieces, numberPieces } from './json-pieces.ts';

export interface WrittenProfile {
  /** Ids are the places in this list, from 1; the first is the root. */
  readonly nodes: Iterable<ProfileNode>;
  readonly startUs: number;
  readonly durationUs: number;
  readonly samples: number;
  /** Node that a sample found running, by its place from 0, and when it did, µs since the start, ascending. */
  readonly nodeAt: (sample: number) => number;
  readonly timeAt: (sample: number) => number;
  /** Written beside the standard fields; readers ignore it. */
  readonly threadmill: unknown;
}

/**
 * V8's format, so that readers of every kind come to the same times: samples in order of time, and a last one
 * of the root at the end, because a sample lasts until the next one and some readers drop the last.
 */
export function* cpuProfileJson(profile: WrittenProfile): Generator<string> {
  const { nodes, startUs, durationUs, samples, nodeAt, timeAt, threadmill } = profile;
  const time = (i: number) => (i < samples ? timeAt(i) : durationUs);
  yield '{"nodes":[';
  yield* jsonPieces(nodes);
  yield `],"startTime":${startUs},"endTime":${startUs + durationUs},"samples":[`;
  yield* numberPieces(samples + 1, (i) => (i < samples ? nodeAt(i) : 0) + 1);
  yield '],"timeDeltas":[';
  yield* numberPieces(samples + 1, (i) => (i === 0 ? time(0) : time(i) - time(i - 1)));
  yield `],"threadmill":${JSON.stringify(threadmill)}}\n`;
}
