import type { ChildProcess } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import { killGroup, startNode } from '../../core/processes/start-node.ts';
import { abortedError } from '../experiment/abort.ts';

interface ToolCommand {
  /** As errors name it: `0x`, `the runner`. */
  readonly name: string;
  readonly nodeArguments: readonly string[];
  /** Which Node; left out: the one that runs this. */
  readonly execPath?: string | undefined;
  readonly cwd: string;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Given: it waits for its turn among those that share these. */
  readonly turns?: Turns | undefined;
}

/** Lets several processes work in turns, one at a time: those of two versions that are profiled together. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Answers each of the child's requests when its turn has come; the turn ends with the next request, or the child. */
  serve(child: ChildProcess): void {
    let end = () => {};
    child.on('message', async (asked) => {
      if (asked !== 'turn') return;
      end();
      const before = this.#last;
      this.#last = new Promise((resolve) => {
        end = resolve;
      });
      await before;
      if (child.connected) child.send('go', () => {});
    });
    child.once('close', () => end());
    child.once('exit', () => end());
  }
}

export interface ToolExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last 8 KiB of what it printed, both streams as they came. */
  readonly output: string;
}

const OUTPUT_BYTES = 8192;
/** How long a group may take to end by itself once asked, ms. */
const GRACE_MS = 2000;
/** How long to wait for the pipes of an ended process, ms: a descendant outside of the group may hold them. */
const DRAIN_MS = 1000;

/**
 * Runs Node with a script, and resolves when it has ended, however it ended. No process of its group outlives the
 * promise: see `startNode`.
 * @throws ThreadmillError `aborted` when `signal` is, `capture-failed` on the time limit or if it can't start.
 */
export async function spawnTool(command: ToolCommand): Promise<ToolExit> {
  const { name, signal, timeoutMs } = command;
  if (signal.aborted) throw abortedError();
  const child = startNode(command.nodeArguments, {
    cwd: command.cwd,
    env: withNode(command.environment, command.execPath),
    stdout: 'pipe',
    stderr: 'pipe',
    ipc: command.turns !== undefined,
    ...(command.execPath !== undefined && { execPath: command.execPath }),
  });
  const output = new Tail();
  command.turns?.serve(child);
  child.stdout?.on('data', (chunk: Buffer) => output.add(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.add(chunk));
  let stopped: 'aborted' | 'timeout' | null = null;
  let killing: NodeJS.Timeout | undefined;
  const stop = (why: 'aborted' | 'timeout') => {
    stopped ??= why;
    killGroup(child, 'SIGTERM');
    killing ??= setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS);
  };
  const onAbort = () => stop('aborted');
  const limit = setTimeout(() => stop('timeout'), timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const { code, by } = await ended(child, name);
    if (stopped === 'aborted') throw abortedError();
    if (stopped === 'timeout') {
      throw new ThreadmillError(
        'capture-failed',
        `${name} was stopped after its time limit of ${timeoutMs / 1000} s.${output.quoted()}`,
        { advice: 'Take fewer jobs or a shorter load, or leave this capture out with --captures.' },
      );
    }
    return { code, signal: by, output: output.text() };
  } finally {
    clearTimeout(limit);
    clearTimeout(killing);
    signal.removeEventListener('abort', onAbort);
  }
}

/** How it ended, once its pipes are read. */
function ended(
  child: ChildProcess,
  name: string,
): Promise<{ code: number | null; by: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      const message = `${name} could not be started: ${messageOf(error)}.`;
      reject(new ThreadmillError('capture-failed', message, { cause: error }));
    });
    child.once('exit', (code, by) => {
      const drained = setTimeout(() => resolve({ code, by }), DRAIN_MS);
      child.once('close', () => {
        clearTimeout(drained);
        resolve({ code, by });
      });
    });
  });
}

/** The last lines of an output, as the end of an error message. */
export function lastLines(output: string): string {
  const lines = output.trimEnd().split('\n').slice(-5).join('\n').trim();
  return lines === '' ? '' : ` Its last lines:\n${lines}`;
}

/** Tools start `node` by name; it has to be the one that is meant. */
function withNode(
  environment: Readonly<NodeJS.ProcessEnv>,
  execPath: string = process.execPath,
): NodeJS.ProcessEnv {
  const PATH = [dirname(execPath), environment.PATH ?? ''].filter((part) => part !== '').join(delimiter);
  return { ...environment, PATH };
}

class Tail {
  #kept = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, chunk]).subarray(-OUTPUT_BYTES);
  }

  text(): string {
    return this.#kept.toString('utf8');
  }

  quoted(): string {
    return lastLines(this.text());
  }
}
