import { Command } from 'commander';
import { threadmillVersion } from '../orchestrator/experiment/environment.ts';
import { benchCommand } from './bench.ts';
import { compareCommand } from './compare.ts';
import { exportCommand } from './export.ts';
import { EXIT_CODES_HELP, MAIN_EXAMPLES, withExamples } from './help.ts';
import { historyCommand } from './history.ts';
import { profileCommand } from './profile.ts';
import { pruneCommand } from './prune.ts';
import { recordCommand } from './record.ts';
import { reportCommand } from './report.ts';
import { reportError } from './report-error.ts';
import { scaffoldCommand } from './scaffold.ts';
import { serveCommand } from './serve.ts';
import { sweepCommand } from './sweep.ts';

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
      'Should this I/O run one after another, overlapped on the event loop, or in worker threads?\n' +
        'Runs the same jobs each way, measures, profiles every thread, and explains the result.',
    )
    .version(threadmillVersion(), '--version', 'print the version')
    .helpCommand(false)
    .showSuggestionAfterError(true);
  const commands = [
    benchCommand(argv, done),
    profileCommand(argv, done),
    sweepCommand(argv, done),
    recordCommand(argv, done),
    scaffoldCommand(done),
    compareCommand(done),
    historyCommand(done),
    reportCommand(done),
    exportCommand(done),
    pruneCommand(done),
    serveCommand(done),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) {
    // Nothing but cli.ts ends the process, and every error is told in one place and one form.
    command
      .exitOverride()
      .configureOutput({ outputError: () => undefined })
      .allowExcessArguments(false);
    command.helpOption('-h, --help', 'show this help');
  }
  return withExamples(program, MAIN_EXAMPLES).addHelpText('after', EXIT_CODES_HELP);
}
