import { Command, Option } from 'commander';
import { parseRecordingGate, type RecordingGate, recordingExitCode } from '../analysis/recording/gates.ts';
import { EXIT, messageOf } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Recorded, RecordRequest } from '../orchestrator/record/record.ts';
import { renderRecordingMarkdown } from '../output/markdown/recording.ts';
import { renderRecordingSummary } from '../output/terminal/recording.ts';
import { failIfOption } from './gate-options.ts';
import { RECORD_EXAMPLES, withExamples } from './help.ts';
import { openInBrowser } from './open-page.ts';
import { writeOut } from './output.ts';
import { shownPath } from './paths.ts';
import { complaintText } from './report-error.ts';
import { outOption } from './run-options.ts';
import { PLAIN_WIDTH, wantsColour } from './terminal.ts';
import { duration, durationWithUnit, listOf } from './values.ts';

interface RecordOptions {
  readonly duration?: number;
  readonly delay?: number;
  readonly interval: number;
  readonly stall: number;
  readonly waits: boolean;
  readonly include?: string[];
  readonly exclude?: string[];
  readonly failIf: RecordingGate[];
  readonly name?: string;
  readonly out: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly open?: boolean;
}

const MIN_INTERVAL_MS = 0.05;
const MAX_INTERVAL_MS = 1_000;

export function recordCommand(argv: readonly string[], done: (code: number) => void): Command {
  const grouped = (group: string) => (flags: string, text: string) =>
    new Option(flags, text).helpGroup(group);
  const recording = grouped('Recording:');
  const output = grouped('Output:');
  const command = new Command('record')
    .description(
      'Run any command and record every thread of every Node process in it.\n' +
        'Output, input, signals and exit code are those of the command; what Threadmill says goes to stderr.',
    )
    .argument('<command...>', 'what to run, after --')
    .addOption(
      recording('--duration <time>', 'record for this long; the program goes on').argParser(
        durationWithUnit('--duration', 1, LIMITS.timeMs),
      ),
    )
    .addOption(
      recording('--delay <time>', 'begin this long after the start').argParser(
        durationWithUnit('--delay', 0, LIMITS.timeMs),
      ),
    )
    .addOption(
      recording('--interval <time>', 'between two samples of a thread')
        .argParser(duration('--interval', MIN_INTERVAL_MS, MAX_INTERVAL_MS))
        .default(1, '1 ms'),
    )
    .addOption(
      recording('--stall <time>', 'report event loops that were blocked for this long')
        .argParser(duration('--stall', 5, LIMITS.timeMs))
        .default(50, '50 ms'),
    )
    .addOption(recording('--no-waits', 'do not watch requests, DNS, connections, child processes'))
    .addOption(
      recording('--include <parts>', 'only processes whose script path has one of these').argParser(
        listOf(String),
      ),
    )
    .addOption(
      recording('--exclude <parts>', 'no process whose script path has one of these').argParser(
        listOf(String),
      ),
    )
    .addOption(failIfOption("exit 99 if it holds, e.g. 'stall > 200ms'; repeatable", parseRecordingGate))
    .addOption(output('--name <text>', 'what to call the recording (default: the command)'))
    .addOption(outOption())
    .addOption(
      output('--json', 'recording.json on stdout; the output of the command goes to stderr').conflicts(
        'markdown',
      ),
    )
    .addOption(
      output('--markdown', 'a summary as Markdown on stdout; the output of the command goes to stderr'),
    )
    .addOption(output('--open', 'open the report'))
    .action(async (words: string[], options: RecordOptions) => done(await execute(words, options, argv)));
  return withExamples(command, RECORD_EXAMPLES);
}

async function execute(command: string[], options: RecordOptions, argv: readonly string[]): Promise<number> {
  const { record } = await import('../orchestrator/record/record.ts');
  const request: RecordRequest = {
    command,
    argv,
    out: options.out,
    name: options.name ?? null,
    intervalUs: Math.round(options.interval * 1_000),
    stallMs: options.stall,
    waits: options.waits,
    delayMs: options.delay ?? null,
    durationMs: options.duration ?? null,
    gates: options.failIf,
    include: options.include ?? [],
    exclude: options.exclude ?? [],
    ownsStdout: options.json === true || options.markdown === true,
  };
  say(`recording every Node process of: ${command.join(' ').slice(0, 120)}`);
  let gatesCode: number = EXIT.ok;
  const code = await record(request, async (recorded) => {
    gatesCode = recordingExitCode(recorded.recording?.gates ?? []);
    await publish(recorded, options);
  });
  return code === EXIT.ok ? gatesCode : code;
}

/** The exit code is the program's, or that of the gates, whatever becomes of the report. */
async function publish({ recording, folder }: Recorded, options: RecordOptions): Promise<void> {
  if (recording === null) {
    const message = 'nothing was recorded: no Node process of the command was seen';
    const advice =
      'Is it a Node program? --include and --exclude, a Node with the permission model, or an env of its own keep it out.';
    process.stderr.write(complaintText({ message, advice }));
    return;
  }
  const { publishRecording } = await import('./publish.ts');
  const published = await publishRecording(folder, recording);
  for (const { what, thrown } of published.problems) {
    const advice = `The recording itself is in ${shownPath(folder.dir)}.`;
    process.stderr.write(
      complaintText({ message: `${what} could not be written: ${messageOf(thrown)}`, advice }),
    );
  }
  if (options.json) await writeOut([`${JSON.stringify(recording, null, 2)}\n`]);
  if (published.view === null) return;
  if (options.markdown) await writeOut([renderRecordingMarkdown(published.view)]);
  const report = published.report === null ? null : shownPath(published.report);
  const colour = wantsColour(process.stderr, process.env);
  const width = process.stderr.columns ?? PLAIN_WIDTH;
  process.stderr.write(`\n${renderRecordingSummary(published.view, { colour, width, report })}`);
  if (published.report !== null && options.open) await openInBrowser(published.report);
}

function say(text: string): void {
  process.stderr.write(`threadmill: ${text}\n`);
}
