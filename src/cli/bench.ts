import { Command } from 'commander';
import { BENCH_EXAMPLES, withExamples } from './help.ts';
import { type RunOptions, toDisplayOptions, toJudging, toRequest } from './options.ts';
import { addRunOptions } from './run-options.ts';

export function benchCommand(argv: readonly string[], done: (code: number) => void): Command {
  const command = new Command('bench')
    .description('Time the same jobs one after another, on the event loop and in worker threads.')
    .action(async (options: RunOptions) => {
      const request = toRequest('bench', options, argv);
      const { carryOutRun } = await import('./carry-out-run.ts');
      done(await carryOutRun(request, toDisplayOptions(options), toJudging(options)));
    });
  return withExamples(addRunOptions(command, 'bench'), BENCH_EXAMPLES);
}
