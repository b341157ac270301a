import { type ChildProcess, type IOType, spawn } from 'node:child_process';
import { endIdleGuard, setDuty } from './guard.ts';

interface ProgramOptions {
  readonly cwd?: string;
  /** Left out: this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Of the child: 'ignore', 'pipe', or an open file. */
  readonly stdout: IOType | number;
  readonly stderr: IOType | number;
  readonly ipc: boolean;
}

/** Becomes the program when told to. If its input ends before, the process that started it is gone. */
const LAUNCHER = 'read -r go && exec "$@" </dev/null';

interface NodeOptions extends ProgramOptions {
  /** Which Node; left out: the one that runs this process. */
  readonly execPath?: string;
}

const children = new Set<ChildProcess>();

export function startNode(
  nodeArguments: readonly string[],
  { execPath = process.execPath, ...options }: NodeOptions,
): ChildProcess {
  return startProgram([execPath, ...nodeArguments], options);
}

/**
 * Starts a program in its own process group, without standard input. Every child starts here: it runs nothing until
 * the guard knows its group, and what is left of the group is killed when it ends, or this process does. Out of reach
 * is only what leaves the group (`detached`, `setsid`).
 */
export function startProgram(
  command: readonly string[],
  { cwd, env, stdout, stderr, ipc }: ProgramOptions,
): ChildProcess {
  const launched = process.platform !== 'win32';
  const [file = '', ...rest] = launched
    ? ['/bin/sh', '-c', LAUNCHER, 'threadmill-launcher', ...command]
    : command;
  const child = spawn(file, rest, {
    // Ctrl+C in the terminal is for this process to act on.
    detached: true,
    stdio: [launched ? 'pipe' : 'ignore', stdout, stderr, ...(ipc ? (['ipc'] as const) : [])],
    ...(cwd !== undefined && { cwd }),
    ...(env !== undefined && { env }),
  });
  adopt(child);
  // It may have been killed before it read this.
  child.stdin?.on('error', () => {}).end('go\n');
  return child;
}

function adopt(child: ChildProcess): void {
  if (child.pid === undefined) return;
  // Ahead of what removes the folders that they work in.
  if (children.size === 0) process.prependListener('exit', killAll);
  children.add(child);
  tellGuard();
  child.once('exit', () => {
    killGroup(child, 'SIGKILL');
    children.delete(child);
    tellGuard();
    if (children.size > 0) return;
    process.off('exit', killAll);
    void endIdleGuard();
  });
}

/** Signals a child and its process group; nothing if it has ended, as its number may be reused. Never throws. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || !children.has(child)) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: nobody is left in the group, which is what was wanted. (Windows knows no groups.)
    if (process.platform === 'win32') child.kill(signal);
  }
}

function tellGuard(): void {
  setDuty('groups', [...children].map(({ pid }) => pid).join(' '));
}

function killAll(): void {
  for (const child of children) killGroup(child, 'SIGKILL');
}
