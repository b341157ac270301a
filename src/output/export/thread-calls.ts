import { savedOptions } from '../../profile/flame-tree.ts';
import type { ThreadProfile, TickColumns } from '../../profile/profile.ts';
import { selfTimes } from '../../profile/self-time.ts';
import type { FrameTable } from './frame-table.ts';

/** The call tree of one thread: what remains of a profile when the order in time is left out. */
export interface ThreadTree {
  readonly variant: string;
  readonly thread: number;
  readonly label: string;
  /** Into the table of functions; per node, parents before children, node 0 is the root. */
  readonly frame: Int32Array;
  readonly parent: Int32Array;
  readonly self: Float64Array;
  readonly hits: Uint32Array;
}

/** A thread's profile as every exporter reads it. Σ self is `durationUs`, `(idle)` included. */
export interface ThreadCalls extends ThreadTree {
  /** µs on the clock of process.hrtime(). */
  readonly startUs: number;
  /** The same since the load began, which is one instant for all threads of a variant. */
  readonly offsetUs: number;
  readonly durationUs: number;
  /** When each sample was taken, µs since `startUs`, ascending from 0: the node runs until the next one. */
  readonly sampleUs: Float64Array;
  readonly sampleNode: Int32Array;
  /** How many samples were taken in which line, by node, as far as V8 says. */
  readonly ticks: TickColumns;
}

/** Times are those of `selfTimes`; every format uses them, so all formats agree. */
export function threadCalls(profile: ThreadProfile, table: FrameTable): ThreadCalls {
  const { nodes, startUs, endUs } = profile;
  const { variant, thread, label, load } = profile.thread;
  const options = savedOptions(profile.thread);
  const ids = profile.frames.map((frame) => table.idOf(frame, options));
  const self = selfTimes(profile);
  const samples = sampleColumns(profile) ?? oneAfterAnother(self);
  const hits = new Uint32Array(self.length);
  for (const node of samples.sampleNode) hits[node]!++;
  return {
    ...{ variant, thread, label, parent: nodes.parent, self, hits, ...samples },
    frame: nodes.frame.map((frame) => ids[frame]!),
    startUs,
    offsetUs: startUs - (load?.startUs ?? startUs),
    durationUs: endUs - startUs,
    ticks: profile.ticks,
  };
}

type Samples = Pick<ThreadCalls, 'sampleUs' | 'sampleNode'>;

function sampleColumns({ samples, startUs }: ThreadProfile): Samples | null {
  if (samples.node.length === 0) return null;
  const sampleUs = samples.timeUs.map((time) => time - startUs);
  sampleUs[0] = 0;
  return { sampleUs, sampleNode: samples.node };
}

/** For a profile that has hit counts only: the nodes in the order of the tree, each for as long as it took. */
function oneAfterAnother(self: Float64Array): Samples {
  const nodes = Array.from(self.keys()).filter((node) => self[node]! > 0);
  const sampleUs = new Float64Array(nodes.length);
  for (let i = 1; i < nodes.length; i++) sampleUs[i] = sampleUs[i - 1]! + self[nodes[i - 1]!]!;
  return { sampleUs, sampleNode: Int32Array.from(nodes) };
}

export function threadTitle({ thread, label }: Pick<ThreadTree, 'thread' | 'label'>): string {
  return `thread ${thread} (${label})`;
}
