import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Gate } from '../analysis/gates/parse-gate.ts';
import { runGateOption } from './gate-options.ts';
import { COMPARE_EXAMPLES, withExamples } from './help.ts';
import { type GivenOutput, outputOptions, toOutput } from './output.ts';
import { outOption } from './run-options.ts';

interface CompareOptions extends GivenOutput {
  readonly failIf: Gate[];
  readonly out: string;
}

export function compareCommand(done: (code: number) => void): Command {
  const command = new Command('compare')
    .description(
      'Compare two runs of the same jobs: is the second slower? Or two recordings: which functions changed?',
    )
    .action(async (before: string, after: string, options: CompareOptions) => {
      const { compareSaved } = await import('./compare-saved.ts');
      done(await compareSaved(resolve(options.out), before, after, options.failIf, toOutput(options)));
    });
  return withExamples(addCompareOptions(command), COMPARE_EXAMPLES);
}

export function addCompareOptions(command: Command): Command {
  command
    .argument('<before>', 'the earlier run or recording: its id, the start of it, its folder, or latest')
    .argument('<after>', 'the later run or recording')
    .addOption(runGateOption())
    .addOption(outOption());
  for (const option of outputOptions('print the comparison as JSON on stdout')) command.addOption(option);
  return command;
}
