import { Command, Option } from 'commander';
import { threadmillVersion } from '../core/package-versions.ts';
import { compareCommand } from './compare.ts';
import { exportCommand } from './export.ts';
import {
  BENCH_EXAMPLES,
  EXIT_CODES_HELP,
  HISTORY_EXAMPLES,
  MAIN_EXAMPLES,
  PROFILE_EXAMPLES,
  SWEEP_EXAMPLES,
  withExamples,
  withVariants,
} from './help.ts';
import { type RunOptions, toDisplayOptions, toJudging, toRequest } from './options.ts';
import { pruneCommand } from './prune.ts';
import { recordCommand } from './record.ts';
import { reportCommand } from './report.ts';
import { reportError } from './report-error.ts';
import { addRunOptions, outOption } from './run-options.ts';
import { scaffoldCommand } from './scaffold.ts';
import { serveCommand } from './serve.ts';
import type { HistoryOptions } from './show-history.ts';
import { addSweepOptions, type SweepOptions, toSweepRequest } from './sweep-options.ts';
import { path } from './values.ts';
import { workerCommand } from './worker.ts';

/** Runs the command that `argv` names (without node and script). Never rejects; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = buildProgram(argv, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (thrown) {
    return reportError(thrown, (process.env.THREADMILL_DEBUG ?? '') !== '');
  }
}

export function buildProgram(argv: readonly string[], done: (code: number) => void): Command {
  const program = new Command('threadmill')
    .description(
      'Should this work run one after another, overlapped on the event loop, in worker threads, or on more machines?\n' +
        'Runs the same jobs each way, measures, profiles every thread, and explains the result.',
    )
    .version(threadmillVersion(), '--version', 'print the version')
    .helpCommand(false)
    .showSuggestionAfterError(true);
  const commands = [
    withExamples(runCommand('bench', argv, done), BENCH_EXAMPLES),
    withExamples(runCommand('profile', argv, done), PROFILE_EXAMPLES),
    sweepCommand(argv, done),
    recordCommand(argv, done),
    scaffoldCommand(done),
    compareCommand(done),
    historyCommand(done),
    reportCommand(done),
    exportCommand(done),
    pruneCommand(done),
    serveCommand(done),
    workerCommand(done),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) {
    // Only main.ts ends the process, and all errors are reported there in one form.
    command
      .exitOverride()
      .configureOutput({ outputError: () => undefined })
      .allowExcessArguments(false);
    command.helpOption('-h, --help', 'show this help');
  }
  return withExamples(program, MAIN_EXAMPLES).addHelpText('after', EXIT_CODES_HELP);
}

const RUN_DESCRIPTIONS = {
  bench: 'Time the same jobs one after another, on the event loop and in worker threads.',
  profile: 'Do what bench does, then profile every thread of every variant.',
} as const;

function runCommand(
  name: keyof typeof RUN_DESCRIPTIONS,
  argv: readonly string[],
  done: (code: number) => void,
): Command {
  const command = new Command(name)
    .description(RUN_DESCRIPTIONS[name])
    .action(async (options: RunOptions) => {
      const request = toRequest(name, options, argv);
      const { executeRun } = await import('./execute-run.ts');
      done(await executeRun(request, toDisplayOptions(options), toJudging(options)));
    });
  return withVariants(addRunOptions(command, name));
}

function sweepCommand(argv: readonly string[], done: (code: number) => void): Command {
  const command = new Command('sweep')
    .description('Time the same jobs at many settings: how each variant scales, and where each one wins.')
    .action(async (options: SweepOptions) => {
      const request = toSweepRequest(options, argv);
      const { executeSweep } = await import('./execute-sweep.ts');
      done(await executeSweep(request, toDisplayOptions(options)));
    });
  return withExamples(withVariants(addSweepOptions(command)), SWEEP_EXAMPLES);
}

function historyCommand(done: (code: number) => void): Command {
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
