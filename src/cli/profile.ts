import { Command } from 'commander';
import { PROFILE_EXAMPLES, withExamples, withVariants } from './help.ts';
import { type RunOptions, toDisplayOptions, toJudging, toRequest } from './options.ts';
import { addRunOptions } from './run-options.ts';

export function profileCommand(argv: readonly string[], done: (code: number) => void): Command {
  const command = new Command('profile')
    .description('Do what bench does, then profile every thread of every variant.')
    .action(async (options: RunOptions) => {
      const request = toRequest('profile', options, argv);
      const { executeRun } = await import('./execute-run.ts');
      done(await executeRun(request, toDisplayOptions(options), toJudging(options)));
    });
  return withExamples(withVariants(addRunOptions(command, 'profile')), PROFILE_EXAMPLES);
}
