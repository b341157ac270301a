import type { CallFrame, ProfileNode } from '../../../core/documents/v8-profiles.ts';
import { inChunks } from '../chunks.ts';
import { closedCpuProfile } from '../closed-cpu-profile.ts';
import type { Exporter, ProfileSource } from '../exporter.ts';
import { threadFrame } from '../frame-table.ts';
import { threadTitle } from '../thread-calls.ts';
import { isIdle, readTrees, type ThreadTrees } from '../thread-trees.ts';
import { wholeNumbers } from '../whole-numbers.ts';

/**
 * All threads of a variant in one tree, for readers that take one: each thread a child of the root, busy time
 * only. Threads ran at the same time, and a profile has one sequence of samples: so this one has each node
 * once, for as long as it ran, thread after thread.
 */
export const cpuprofileMerged: Exporter<ProfileSource> = {
  name: 'cpuprofile-merged',
  description: 'all threads of a variant in one tree, busy time only',
  opens: 'Chrome DevTools, VS Code, speedscope, 0x',
  scope: 'variant',
  needs: 'profiles',
  extension: '.cpuprofile',

  async *write(source, { variants }) {
    for (const variant of variants) {
      yield* inChunks(mergedJson(await readTrees(source, [variant]), variant.name));
    }
  },
};

function mergedJson(threads: ThreadTrees, variant: string): Iterable<string> {
  const { nodes, self } = mergeTrees(threads);
  const hits = wholeNumbers(self);
  const ran = Array.from(hits.keys()).filter((node) => hits[node]! > 0);
  const startOf: number[] = [];
  let durationUs = 0;
  for (const node of ran) {
    startOf.push(durationUs);
    durationUs += hits[node]!;
  }
  return closedCpuProfile({
    nodes: nodes.map((node, i) => ({ ...node, hitCount: hits[i]! })),
    startUs: 0,
    durationUs,
    samples: ran.length,
    nodeAt: (sample) => ran[sample]!,
    timeAt: (sample) => startOf[sample]!,
    threadmill: { variant, merged: 'all threads, one after another; idle time is left out' },
  });
}

type MergedNode = ProfileNode & { readonly children: number[] };

function mergeTrees({ table, trees }: ThreadTrees): { nodes: MergedNode[]; self: number[] } {
  const nodes: MergedNode[] = [];
  const self: number[] = [];
  const add = (callFrame: CallFrame, own: number, above: MergedNode | null): MergedNode => {
    const node = { id: nodes.length + 1, callFrame, children: [] };
    nodes.push(node);
    self.push(own);
    above?.children.push(node.id);
    return node;
  };
  const root = add(threadFrame('(root)'), 0, null);
  for (const tree of trees) {
    const added: MergedNode[] = [];
    for (let node = 0; node < tree.frame.length; node++) {
      const self = tree.self[node]!;
      if (node === 0) added[node] = add(threadFrame(threadTitle(tree)), self, root);
      // V8's `(idle)` has no children.
      else if (!isIdle(tree, table, node)) {
        added[node] = add(table.callFrames[tree.frame[node]!]!, self, added[tree.parent[node]!]!);
      }
    }
  }
  return { nodes, self };
}
