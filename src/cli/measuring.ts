import { join } from 'node:path';
import type { RunRecord } from '../core/documents/run-record.ts';
import { messageOf } from '../core/errors.ts';
import type { ExperimentHooks } from '../orchestrator/experiment/session.ts';
import type { LogFollower } from '../store/log-follower.ts';
import type { DisplayOptions } from './options.ts';
import { isForPrograms } from './output.ts';
import type { Display } from './progress/display.ts';
import type { DrawnOptions } from './progress/paint.ts';
import type { Published } from './publish.ts';
import { complaintText } from './report-error.ts';
import { listenForSignals, orStopped, type StopSignals } from './signals.ts';
import { canRedraw, wantsColour } from './terminal.ts';

export interface DisplayKinds<D extends Display> {
  /** For --quiet, and for --json where nobody looks at a terminal. */
  readonly Silent: new (
    write: (text: string) => void,
  ) => D;
  /** For a log or a pipe. */
  readonly Lines: new (
    write: (text: string) => void,
  ) => D;
  readonly Terminal: new (options: DrawnOptions) => D;
}

type MeasuringHooks = Required<Pick<ExperimentHooks, 'progress' | 'signal' | 'idle'>>;

/** Calls `measure` with a display and the logs of --verbose; the first Ctrl+C asks it to stop. Resolves with the exit code. */
export async function measuring<D extends Display>(
  kinds: DisplayKinds<D>,
  options: DisplayOptions,
  measure: (display: D, hooks: MeasuringHooks, stop: StopSignals) => Promise<number>,
): Promise<number> {
  const display = chooseDisplay(kinds, options, process.stderr, process.env);
  const stop = listenForSignals(() => display.event({ type: 'phase', phase: 'stopping', detail: null }));
  const logs = await followLogs(display, options.verbose);
  try {
    return await measure(display, { ...logs, signal: stop.signal }, stop);
  } catch (thrown) {
    throw orStopped(thrown, stop);
  } finally {
    display.close();
    stop.dispose();
  }
}

/** Progress always goes to stderr, so that stdout holds the result and nothing else. */
export function chooseDisplay<D extends Display>(
  { Silent, Lines, Terminal }: DisplayKinds<D>,
  options: DisplayOptions,
  stream: NodeJS.WriteStream,
  environment: NodeJS.ProcessEnv,
): D {
  const write = (text: string): void => {
    stream.write(text);
  };
  if (options.quiet || (isForPrograms(options) && stream.isTTY !== true)) return new Silent(write);
  if (!canRedraw(stream, environment)) return new Lines(write);
  const colour = wantsColour(stream, environment);
  return new Terminal({ stream, colour, now: () => performance.now() });
}

/** The logs of a run as --verbose shows them: read where nothing is being timed. */
async function followLogs(display: Display, wanted: boolean): Promise<Omit<MeasuringHooks, 'signal'>> {
  const Follower = wanted ? (await import('../store/log-follower.ts')).LogFollower : null;
  let follower: LogFollower | null = null;
  return {
    progress: {
      event(event) {
        if (event.type === 'started' && Follower !== null) {
          const colour = wantsColour(process.stderr, process.env);
          const dir = join(event.runDir, 'logs');
          follower = new Follower({ dir, colour, write: (text) => display.print(text) });
        }
        display.event(event);
      },
      close: () => display.close(),
    },
    idle: () => follower?.flush(),
  };
}

/** One message for what of report, index and `latest` could not be written; not where the record itself was not saved. */
export function reportIssues(
  { problems }: Published,
  { failure }: Pick<RunRecord, 'failure'>,
  kind: 'run' | 'sweep',
  display: Pick<Display, 'print'>,
): void {
  if (problems.length === 0 || failure?.code.startsWith('output-')) return;
  const what = problems.map((problem) => problem.what).join(' and ');
  const why = [...new Set(problems.map(({ thrown }) => messageOf(thrown)))].join('; ');
  display.print(
    complaintText({
      message: `${what} could not be written: ${why}`,
      advice: `The ${kind} itself is saved: \`threadmill report\` draws the report again.`,
    }),
  );
}
