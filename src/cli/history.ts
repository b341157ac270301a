import { Command, Option } from 'commander';
import { HISTORY_EXAMPLES, withExamples } from './help.ts';
import { outOption } from './run-options.ts';
import type { HistoryOptions } from './show-history.ts';
import { path } from './values.ts';

export function historyCommand(done: (code: number) => void): Command {
  const option = (flags: string, description: string) => new Option(flags, description).helpGroup('Output:');
  const command = new Command('history')
    .description('Show how wall time and CPU per job changed from run to run, and with which commit.')
    .argument('[workload]', 'only workloads with this in their name')
    .addOption(new Option('--with-busy', 'count runs on a busy machine as well'))
    .addOption(outOption())
    .addOption(option('--json', 'every series as JSON on stdout').conflicts('csv'))
    .addOption(option('--csv', 'a line for each run and quantity as CSV on stdout'))
    .addOption(
      option('--output <path>', 'where to write the page: a file or a folder').argParser(path('--output')),
    )
    .addOption(option('--force', 'overwrite the file even if it is not a page of this kind'))
    .action(async (workload: string | undefined, options: HistoryOptions) => {
      const { showHistory } = await import('./show-history.ts');
      await showHistory(workload ?? '', options);
      done(0);
    });
  return withExamples(command, HISTORY_EXAMPLES);
}
