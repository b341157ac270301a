import { ThreadmillError } from '../../errors.ts';
import { EXPORT_FORMATS } from '../../types/export-formats.ts';
import { NS_PER_US } from '../../types/units.ts';
import { inChunks } from '../chunks.ts';
import type { Exporter, VariantPart } from '../exporter.ts';
import { foldedStacks } from '../folded-stacks.ts';
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
  ...EXPORT_FORMATS.foldedDiff,
  extension: '.folded-diff.txt',
  blocks: 'one',
  binary: false,

  async *write(source, { variants }) {
    const sides: Map<string, number>[] = [];
    for (const variant of variants) sides.push(await nsPerJob(source, variant));
    const [before = new Map(), after = new Map()] = sides;
    const stacks = [...new Set([...before.keys(), ...after.keys()])].sort();
    const [left, right] = [before, after].map((side) =>
      wholeNumbers(stacks.map((stack) => side.get(stack) ?? 0)),
    );
    yield* inChunks(
      stacks.flatMap((stack, i) =>
        left![i]! + right![i]! > 0 ? [`${stack} ${left![i]} ${right![i]}\n`] : [],
      ),
    );
  },
};

async function nsPerJob(source: RunSource, variant: VariantPart): Promise<Map<string, number>> {
  const repeats = source.profiledRepeats(variant.name);
  if (repeats === null) {
    throw new ThreadmillError(
      'run-unreadable',
      `the run does not say how many jobs of ${variant.name} were profiled`,
      { advice: 'Profile again with `threadmill profile --captures threads`.' },
    );
  }
  const jobs = source.record.spec.jobs * repeats;
  const stacks = foldedStacks(await readTrees(source, [variant]), false);
  return new Map([...stacks].map(([stack, us]) => [stack, (us * NS_PER_US) / jobs]));
}
