import { inChunks } from '../chunks.ts';
import type { Exporter, ProfileSource } from '../exporter.ts';
import { FoldedStacks } from '../folded-stacks.ts';
import { textRoom } from '../room.ts';
import { readTrees, type ThreadTrees } from '../thread-trees.ts';
import { wholeNumbers } from '../whole-numbers.ts';

/**
 * https://github.com/brendangregg/FlameGraph: one stack a line, outermost first, the thread before all, and its
 * self time in µs. Idle time is left out.
 */
export const folded: Exporter<ProfileSource> = {
  name: 'folded',
  description: 'stacks of all threads and their busy time in µs',
  opens: 'flamegraph.pl, inferno, speedscope, Firefox Profiler',
  scope: 'variant',
  needs: 'profiles',
  extension: '.folded.txt',

  async *write(source, { variants }) {
    for (const variant of variants) {
      yield* inChunks(lines(await readTrees(source, [variant])));
    }
  },
};

function* lines(threads: ThreadTrees): Generator<string> {
  const stacks = new FoldedStacks();
  const times = stacks.add(threads, true);
  const values = wholeNumbers([...times.values()]);
  const room = textRoom();
  let place = 0;
  for (const stack of times.keys()) {
    const value = values[place++]!;
    if (value <= 0) continue;
    const text = stacks.text(stack);
    room.take(text.length);
    yield `${text} ${value}\n`;
  }
}
