import { groupBy } from '../core/group-by.ts';
import { cpuProfileJson } from './cpu-profile-json.ts';
import { childrenOf } from './node-order.ts';
import type { Profile } from './profile.ts';

/** The profile as JSON of a `.cpuprofile`, in pieces; ids are kept, samples in order. Reading gives the same profile. */
export function writeCpuProfile(profile: Profile): Generator<string, void, undefined> {
  const { startUs, endUs, nodes, thread } = profile;
  const { node, timeUs } = profile.samples;
  return cpuProfileJson({
    nodes: nodeTexts(profile),
    startUs,
    endUs,
    samples: node.length,
    idAt: (sample) => nodes.id[node[sample]!]!,
    deltaAt: (sample) => timeUs[sample]! - (sample === 0 ? startUs : timeUs[sample - 1]!),
    threadmill: thread,
  });
}

function* nodeTexts({ frames, nodes, ticks }: Profile): Generator<string, void, undefined> {
  const frameTexts = frames.map((frame) => JSON.stringify(frame));
  const { from, children } = childrenOf(nodes.parent);
  const ticksOf = groupBy(ticks.node.keys(), (tick) => ticks.node[tick]!);
  for (let node = 0; node < nodes.id.length; node++) {
    const ids = Array.from(children.subarray(from[node]!, from[node + 1]!), (child) => nodes.id[child]!);
    const lines = ticksOf.get(node)?.map((tick) => ({ line: ticks.line[tick]!, ticks: ticks.count[tick]! }));
    yield [
      `{"id":${nodes.id[node]},"callFrame":${frameTexts[nodes.frame[node]!]},"hitCount":${nodes.hits[node]}`,
      ids.length === 0 ? '' : `,"children":[${ids.join()}]`,
      lines === undefined ? '' : `,"positionTicks":${JSON.stringify(lines)}`,
      '}',
    ].join('');
  }
}
