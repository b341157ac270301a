import { Command } from 'commander';
import { SWEEP_EXAMPLES, withExamples, withVariants } from './help.ts';
import { toDisplayOptions } from './options.ts';
import { addSweepOptions, type SweepOptions, toSweepRequest } from './sweep-options.ts';

export function sweepCommand(argv: readonly string[], done: (code: number) => void): Command {
  const command = new Command('sweep')
    .description('Time the same jobs at many settings: how each variant scales, and where each one wins.')
    .action(async (options: SweepOptions) => {
      const request = toSweepRequest(options, argv);
      const { executeSweep } = await import('./execute-sweep.ts');
      done(await executeSweep(request, toDisplayOptions(options)));
    });
  return withExamples(withVariants(addSweepOptions(command)), SWEEP_EXAMPLES);
}
