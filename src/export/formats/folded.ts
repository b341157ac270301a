import { inChunks } from '../chunks.ts';
import type { Exporter } from '../exporter.ts';
import { foldedStacks } from '../folded-stacks.ts';
import { readTrees } from '../thread-trees.ts';
import { wholeNumbers } from '../whole-numbers.ts';

/**
 * https://github.com/brendangregg/FlameGraph: one stack a line, outermost first, the thread before all, and its
 * self time in µs. Idle time is left out.
 */
export const folded: Exporter = {
  name: 'folded',
  description: 'stacks of all threads and their busy time in µs',
  opens: 'flamegraph.pl, inferno, speedscope, Firefox Profiler',
  extension: '.folded.txt',
  scope: 'variant',
  needs: 'profiles',
  blocks: 'one',
  binary: false,

  async *write(source, { variants }) {
    for (const variant of variants) {
      const stacks = [...foldedStacks(await readTrees(source, [variant]), true)];
      const values = wholeNumbers(stacks.map(([, selfUs]) => selfUs));
      yield* inChunks(stacks.flatMap(([stack], i) => (values[i]! > 0 ? [`${stack} ${values[i]}\n`] : [])));
    }
  },
};
