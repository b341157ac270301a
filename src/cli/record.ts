import { Command, Option } from 'commander';
import {
  parseRecordingGate,
  type RecordingGate,
  recordingExitCode,
  stallMsFor,
} from '../analysis/recording/gates.ts';
import { EXIT, ThreadmillError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Target } from '../orchestrator/record/attach.ts';
import type { Recorded, RecordSettings } from '../orchestrator/record/open-recording.ts';
import { renderRecordingMarkdown } from '../output/markdown/recording.ts';
import { renderRecordingSummary } from '../output/terminal/recording.ts';
import { failIfOption } from './gate-options.ts';
import { RECORD_EXAMPLES, withExamples } from './help.ts';
import { openInBrowser } from './open-page.ts';
import { writeJson, writeOut } from './output.ts';
import { shownPath } from './paths.ts';
import { complaintText, unwrittenText } from './report-error.ts';
import { outOption } from './run-options.ts';
import { listenForSignals } from './signals.ts';
import { textStyle } from './terminal.ts';
import { duration, durationWithUnit, listOf, quote, wholeNumber } from './values.ts';

interface RecordOptions {
  readonly pid?: number;
  readonly inspect?: Target;
  readonly toggle?: boolean;
  readonly light?: boolean;
  readonly heap?: boolean;
  readonly duration?: number;
  readonly delay?: number;
  readonly interval?: number;
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

const INTERVAL_MS = 1;
const LIGHT_INTERVAL_MS = 5;
const ATTACHED_MS = 10_000;
const MAX_PID = 2 ** 22;

export function recordCommand(argv: readonly string[], done: (code: number) => void): Command {
  const grouped = (group: string) => (flags: string, text: string) =>
    new Option(flags, text).helpGroup(group);
  const recording = grouped('Recording:');
  const output = grouped('Output:');
  const command = new Command('record')
    .description(
      'Run any command, or attach to a process, and record every thread of every Node process in it.\n' +
        'Output, input, signals and exit code are those of the command. Threadmill writes to stderr.',
    )
    .argument('[command...]', 'what to run, after --')
    .addOption(
      recording('--pid <number>', 'attach to a running Node process').argParser(
        wholeNumber('--pid', 1, MAX_PID),
      ),
    )
    .addOption(
      recording('--inspect <host:port>', 'attach through an inspector that is already open')
        .argParser(inspectorAddress)
        .conflicts('pid'),
    )
    .addOption(
      recording(
        '--duration <time>',
        'record for this long, then let the program run on (with --pid: 10 s)',
      ).argParser(durationWithUnit('--duration', 1, LIMITS.timeMs)),
    )
    .addOption(
      recording('--delay <time>', 'start recording after this delay').argParser(
        durationWithUnit('--delay', 0, LIMITS.timeMs),
      ),
    )
    .addOption(
      recording('--interval <time>', 'between two samples of a thread (default: 1 ms)').argParser(
        duration('--interval', LIMITS.recordedIntervalMs.least, LIMITS.recordedIntervalMs.most),
      ),
    )
    .addOption(recording('--heap', 'sample what each thread allocates'))
    .addOption(recording('--light', 'costs less: a sample every 5 ms, no waits'))
    .addOption(
      recording('--toggle', 'SIGUSR2 starts and stops the recording of a process').conflicts([
        ...['delay', 'duration', 'pid', 'inspect'],
      ]),
    )
    .addOption(
      recording('--stall <time>', 'report event-loop stalls of this length or longer')
        .argParser(duration('--stall', LIMITS.stallMs, LIMITS.timeMs))
        .default(50, '50 ms'),
    )
    .addOption(recording('--no-waits', 'do not record requests, DNS, connections, child processes'))
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
    .addOption(output('--name <text>', 'name of the recording (default: the command)'))
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
  const target = options.pid === undefined ? options.inspect : { pid: options.pid };
  if ((target === undefined) === (command.length === 0)) {
    throw new ThreadmillError(
      'usage',
      target === undefined ? 'record: no command' : 'record: a command and a running process',
      { advice: 'Give one of them: threadmill record -- node app.js, or threadmill record --pid 1234' },
    );
  }
  const { record, recordRunning } = await import('../orchestrator/record/record.ts');
  const settings: RecordSettings = {
    argv,
    out: options.out,
    name: options.name ?? null,
    intervalUs: Math.round((options.interval ?? (options.light ? LIGHT_INTERVAL_MS : INTERVAL_MS)) * 1_000),
    stallMs: stallMsFor(options.failIf, options.stall),
    waits: options.waits && options.light !== true,
    delayMs: options.delay ?? null,
    durationMs: options.duration ?? (target === undefined ? null : ATTACHED_MS),
    gates: options.failIf,
    include: options.include ?? [],
    exclude: options.exclude ?? [],
    toggle: options.toggle === true,
    heap: options.heap === true,
  };
  let gatesCode: number = EXIT.ok;
  const publishAndJudge = async (recorded: Recorded): Promise<void> => {
    const { recording } = recorded;
    if (recording !== null) gatesCode = recordingExitCode(recording.gates);
    else if (options.failIf.length > 0) gatesCode = EXIT.inconclusive;
    await publish(recorded, options);
  };
  if (target === undefined) {
    const ownsStdout = options.json === true || options.markdown === true;
    say(`recording every Node process of: ${command.join(' ').slice(0, 120)}`);
    const code = await record({ ...settings, command, ownsStdout }, publishAndJudge);
    return code === EXIT.ok ? gatesCode : code;
  }
  const stop = listenForSignals(() => undefined);
  try {
    const recorded = await recordRunning(target, settings, stop.signal, (pid) => {
      say(`recording process ${pid} for ${settings.durationMs! / 1_000} s; Ctrl+C ends it earlier`);
    });
    await publishAndJudge(recorded);
  } finally {
    stop.dispose();
  }
  return gatesCode;
}

/** `9229`, `127.0.0.1:9229`, `[::1]:9229`. */
function inspectorAddress(given: string): Target {
  const [, host = '127.0.0.1', port] = /^(?:(.+):)?(\d{1,5})$/.exec(given) ?? [];
  if (port === undefined) {
    throw new ThreadmillError('usage', `--inspect: ${quote(given)} is not <host>:<port>`, {
      advice: 'Node prints it when it opens its inspector (default: 127.0.0.1:9229).',
    });
  }
  return { host, port: Number(port) };
}

/** The exit code is the program's, or that of the gates, whatever becomes of the report. */
async function publish({ recording, folder }: Recorded, options: RecordOptions): Promise<void> {
  if (recording === null) {
    const message = 'nothing was recorded: no Node process of the command was seen';
    const advice =
      'Is it a Node program? Processes can be missing because of --include, --exclude, Node’s permission model, or an env without NODE_OPTIONS.';
    process.stderr.write(complaintText({ message, advice }));
    return;
  }
  const { publishRecording } = await import('./publish.ts');
  const published = await publishRecording(folder, recording);
  for (const { what, thrown } of published.problems) {
    const advice = `The recording itself is in ${shownPath(folder.dir)}.`;
    process.stderr.write(unwrittenText(what, thrown, advice));
  }
  if (options.json) await writeJson(recording);
  if (published.view === null) return;
  if (options.markdown) await writeOut([renderRecordingMarkdown(published.view)]);
  const report = published.report === null ? null : shownPath(published.report);
  const shown = { ...textStyle(process.stderr), report };
  process.stderr.write(`\n${renderRecordingSummary(published.view, shown)}`);
  if (published.report !== null && options.open) await openInBrowser(published.report);
}

function say(text: string): void {
  process.stderr.write(`threadmill: ${text}\n`);
}
