import { killGroup, startProgram } from '../../core/processes/start-node.ts';
import { throwIfAborted } from '../experiment/abort.ts';

export interface CommandResult {
  /** 127: the program does not exist. Null: a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  /** Of stdout and stderr, as they came; the end of it. */
  readonly output: string;
}

const OUTPUT_KEPT = 8_192;

/** Runs a program to its end; kills it and what it started on abort or timeout. @throws ThreadmillError 'aborted' */
export async function runCommand(
  command: readonly string[],
  {
    cwd,
    env = {},
    signal,
    limitMs,
  }: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly limitMs: number;
  },
): Promise<CommandResult> {
  throwIfAborted(signal);
  const child = startProgram(command, {
    cwd,
    env: { ...process.env, ...env },
    stdout: 'pipe',
    stderr: 'pipe',
    ipc: false,
  });
  const stdout: Buffer[] = [];
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout.push(chunk);
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_KEPT);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_KEPT);
  });
  const kill = () => killGroup(child, 'SIGKILL');
  const limit = setTimeout(kill, limitMs);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const code = await new Promise<number | null>((resolve) => {
      child.once('error', () => resolve(127));
      child.once('close', resolve);
    });
    throwIfAborted(signal);
    return { code, stdout: Buffer.concat(stdout).toString('utf8'), output };
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', kill);
  }
}
