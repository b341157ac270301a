import { childrenOf } from './node-order.ts';
import type { Profile } from './profile.ts';

/** So many nodes, or samples, make one piece of text. */
const PIECE = 5_000;

/**
 * The profile as the JSON of a `.cpuprofile`, in pieces, so that a long one need not be one string. Nodes keep
 * their ids; samples come in order of time, hence without negative deltas. Reading it gives the same profile.
 */
export function* writeCpuProfile(profile: Profile): Generator<string, void, undefined> {
  yield '{"nodes":[';
  yield* pieces(profile.nodes.id.length, nodeWriter(profile));
  yield `],"startTime":${profile.startUs},"endTime":${profile.endUs},"samples":[`;
  const { node, timeUs } = profile.samples;
  yield* pieces(node.length, (sample) => String(profile.nodes.id[node[sample]!]!));
  yield '],"timeDeltas":[';
  yield* pieces(node.length, (sample) => {
    return String(timeUs[sample]! - (sample === 0 ? profile.startUs : timeUs[sample - 1]!));
  });
  yield profile.thread === null ? ']}' : `],"threadmill":${JSON.stringify(profile.thread)}}`;
}

function nodeWriter({ frames, nodes, ticks }: Profile): (node: number) => string {
  const frameTexts = frames.map((frame) => JSON.stringify(frame));
  const { from, children } = childrenOf(nodes.parent);
  const ticksOf = new Map<number, { line: number; ticks: number }[]>();
  ticks.node.forEach((node, tick) => {
    const entry = { line: ticks.line[tick]!, ticks: ticks.count[tick]! };
    const known = ticksOf.get(node);
    if (known === undefined) ticksOf.set(node, [entry]);
    else known.push(entry);
  });
  return (node) => {
    const ids = Array.from(children.subarray(from[node]!, from[node + 1]!), (child) => nodes.id[child]!);
    const lines = ticksOf.get(node);
    return [
      `{"id":${nodes.id[node]},"callFrame":${frameTexts[nodes.frame[node]!]},"hitCount":${nodes.hits[node]}`,
      ids.length === 0 ? '' : `,"children":[${ids.join()}]`,
      lines === undefined ? '' : `,"positionTicks":${JSON.stringify(lines)}`,
      '}',
    ].join('');
  };
}

function* pieces(count: number, textOf: (index: number) => string): Generator<string, void, undefined> {
  for (let from = 0; from < count; from += PIECE) {
    const length = Math.min(PIECE, count - from);
    const texts = Array.from({ length }, (_, i) => textOf(from + i));
    yield `${from === 0 ? '' : ','}${texts.join()}`;
  }
}
