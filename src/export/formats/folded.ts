import { EXPORT_FORMATS } from '../../types/export-formats.ts';
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
  ...EXPORT_FORMATS.folded,
  extension: '.folded.txt',
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
