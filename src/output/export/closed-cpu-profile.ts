import type { ProfileNode } from '../../core/documents/v8-profiles.ts';
import { cpuProfileJson } from '../../profile/cpu-profile-json.ts';

export interface ExportedProfile {
  /** Ids are the places in this list, from 1; the first is the root. */
  readonly nodes: Iterable<ProfileNode>;
  readonly startUs: number;
  readonly durationUs: number;
  readonly samples: number;
  /** Node that a sample found running, by its place from 0, and when it did, µs since the start, ascending. */
  readonly nodeAt: (sample: number) => number;
  readonly timeAt: (sample: number) => number;
  readonly threadmill: unknown;
}

/** A `.cpuprofile` that ends with a sample of the root: readers let a sample last until the next, or drop the last. */
export function closedCpuProfile(profile: ExportedProfile): Generator<string> {
  const { nodes, startUs, durationUs, samples, nodeAt, timeAt, threadmill } = profile;
  const time = (sample: number) => (sample < samples ? timeAt(sample) : durationUs);
  return cpuProfileJson({
    nodes: texts(nodes),
    startUs,
    endUs: startUs + durationUs,
    samples: samples + 1,
    idAt: (sample) => (sample < samples ? nodeAt(sample) : 0) + 1,
    deltaAt: (sample) => time(sample) - (sample === 0 ? 0 : time(sample - 1)),
    threadmill,
  });
}

function* texts(nodes: Iterable<ProfileNode>): Generator<string> {
  for (const node of nodes) yield JSON.stringify(node);
}
