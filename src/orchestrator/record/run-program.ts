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

interface Program {
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
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** Starts the command with our input, output and process group. Until it has ended, signals to us are for it. */
export function runProgram([file = '', ...rest]: readonly string[], options: ProgramOptions): Program {
  const child = spawn(file, rest, {
    stdio: ['inherit', options.stdoutToStderr ? 2 : 'inherit', 'inherit'],
    env: options.env,
  });
  const release = forwardSignals(child);
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.once('error', (thrown) => reject(notStarted(file, thrown)));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return { pid: child.pid, ended: ended.finally(release) };
}

function forwardSignals(child: ChildProcess): () => void {
  // A terminal sends Ctrl+C to all of its process group: to it as well.
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const listeners = new Map<NodeJS.Signals, () => void>([
    ['SIGINT', () => void (hasTerminal || child.kill('SIGINT'))],
    ...FORWARDED.map((name) => [name, () => void child.kill(name)] as const),
  ]);
  for (const [name, listener] of listeners) process.on(name, listener);
  return () => {
    for (const [name, listener] of listeners) process.off(name, listener);
  };
}

function notStarted(file: string, cause: Error): ThreadmillError {
  const code = errnoOf(cause);
  const isMissing = code === 'ENOENT';
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
