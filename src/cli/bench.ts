import { Command } from 'commander';
import { BENCH_EXAMPLES, withExamples, withVariants } from './help.ts';
import { type RunOptions, toDisplayOptions, toJudging, toRequest } from './options.ts';
import { addRunOptions } from './run-options.ts';

export function benchCommand(argv: readonly string[], done: (code: number) => void): Command {
  const command = new Command('bench')
    .description('Time the same jobs one after another, on the event loop and in worker threads.')
    .action(async (options: RunOptions) => {
      const request = toRequest('bench', options, argv);
      const { executeRun } = await import('./execute-run.ts');
      done(await executeRun(request, toDisplayOptions(options), toJudging(options)));
    });
  return withExamples(withVariants(addRunOptions(command, 'bench')), BENCH_EXAMPLES);
}
