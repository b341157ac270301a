import { type ChildProcess, spawn } from 'node:child_process';
import { ThreadmillError } from '../../core/errors.ts';
import { errnoOf } from '../../store/output-errors.ts';

/** As shells, `env` and `timeout` say that a command is not there, or that it is no program. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Program {
  /** Undefined: it could not be started. */
  readonly pid: number | undefined;
  /** Rejects with 'usage' if the command could not be started. */
  readonly ended: Promise<ProgramEnd>;
}

interface ProgramOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Its output goes to our stderr: ours is for another program. */
  readonly stdoutToStderr: boolean;
}

/** What may be sent to us and is meant for it. */
const FORWARDED = ['SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const;
/** A terminal sends these to its whole process group, the program included. */
const FROM_TERMINAL = ['SIGINT', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Starts the command with our input, output and process group. Until it has ended, signals to us are for it.
 * @throws ThreadmillError 'usage' for an empty name, or arguments that no program can be given.
 */
export function runProgram([file = '', ...rest]: readonly string[], options: ProgramOptions): Program {
  const child = started(file, rest, options);
  const release = forwardSignals(child);
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    // Also emitted when a signal may not be sent: the program goes on.
    child.on('error', (thrown) => {
      if (child.pid === undefined) reject(notStarted(file, thrown));
    });
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return { pid: child.pid, ended: ended.finally(release) };
}

function started(file: string, rest: string[], { env, stdoutToStderr }: ProgramOptions): ChildProcess {
  try {
    return spawn(file, rest, { stdio: ['inherit', stdoutToStderr ? 2 : 'inherit', 'inherit'], env });
  } catch (thrown) {
    throw notStarted(file, thrown as Error);
  }
}

function forwardSignals(child: ChildProcess): () => void {
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const listeners = new Map<NodeJS.Signals, () => void>([
    ...FROM_TERMINAL.map((name) => [name, () => void (hasTerminal || child.kill(name))] as const),
    ...FORWARDED.map((name) => [name, () => void child.kill(name)] as const),
  ]);
  for (const [name, listener] of listeners) process.on(name, listener);
  return () => {
    for (const [name, listener] of listeners) process.off(name, listener);
  };
}

function notStarted(file: string, cause: Error): ThreadmillError {
  const code = errnoOf(cause);
  const isMissing = code === 'ENOENT' || file === '';
  return new ThreadmillError(
    'usage',
    `cannot start ${JSON.stringify(file)}: ${isMissing ? 'this command does not exist' : cause.message}`,
    {
      advice: 'Give the command as you would type it: threadmill record -- node app.js',
      exitCode: isMissing ? NOT_FOUND : NOT_EXECUTABLE,
      cause,
    },
  );
}
