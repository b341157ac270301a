import { ThreadmillError } from '../../../core/errors.ts';
import { NS_PER_US } from '../../../core/units.ts';
import { inChunks } from '../chunks.ts';
import type { Exporter, VariantPart } from '../exporter.ts';
import { FoldedStacks } from '../folded-stacks.ts';
import { textRoom } from '../room.ts';
import type { RunSource } from '../run-source.ts';
import { readTrees } from '../thread-trees.ts';
import { wholeNumbers } from '../whole-numbers.ts';

/**
 * What difffolded.pl makes of two files of folded stacks: a stack and two values a line, for flamegraph.pl to
 * draw. Values are ns of CPU per job: a profiled pass repeats its plan until it has lasted long enough, so that
 * the passes of two variants have run different numbers of jobs. Threads are left out of the stacks, for no
 * thread of one variant is a thread of the other.
 */
export const foldedDiff: Exporter = {
  name: 'folded-diff',
  description: 'stacks of two variants and their busy time in ns per job',
  opens: 'flamegraph.pl, inferno',
  scope: 'pair',
  needs: 'profiles',
  extension: '.folded-diff.txt',

  async *write(source, { variants }) {
    const stacks = new FoldedStacks();
    const sides: Map<number, number>[] = [];
    for (const variant of variants) sides.push(await nsPerJob(source, variant, stacks));
    yield* inChunks(lines(stacks, sides));
  },
};

function* lines(stacks: FoldedStacks, sides: readonly ReadonlyMap<number, number>[]): Generator<string> {
  const order = stacks.inOrder();
  const columns = sides.map((side) =>
    wholeNumbers(Float64Array.from(order, (stack) => side.get(stack) ?? 0)),
  );
  const room = textRoom();
  for (const [place, stack] of order.entries()) {
    const values = columns.map((column) => column[place]!);
    if (values.every((value) => value <= 0)) continue;
    const text = stacks.text(stack);
    room.take(text.length);
    yield `${text} ${values.join(' ')}\n`;
  }
}

async function nsPerJob(
  source: RunSource,
  variant: VariantPart,
  stacks: FoldedStacks,
): Promise<Map<number, number>> {
  const repeats = source.profiledRepeats(variant.name);
  if (repeats === null) {
    throw new ThreadmillError(
      'run-unreadable',
      `the run does not say how many jobs of ${variant.name} were profiled`,
      { advice: 'Profile again with `threadmill profile --captures threads`.' },
    );
  }
  const jobs = source.record.spec.jobs * repeats;
  const times = stacks.add(await readTrees(source, [variant]), false);
  return new Map([...times].map(([stack, us]) => [stack, (us * NS_PER_US) / jobs]));
}
