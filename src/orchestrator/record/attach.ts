import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'undici';
import type { ThreadmillError } from '../../core/errors.ts';
import type { RecorderConfig } from '../../engine/recorder/config.ts';
import type { Refusal } from '../../engine/recorder/preload.ts';
import { isAlive } from './process-tree.ts';
import { checkProcess, inspectorAddress, type Listener, listeners, problem } from './target-process.ts';

/** A running process: its number, or the address of its open inspector on this machine. */
export type Target = { readonly pid: number } | { readonly host: string; readonly port: number };

const POLL_MS = 20;
/** Waits for another attach to free the port; an attach takes about 1 s. */
const TAKEN_MS = 5_000;
/** Time limit for an answer: a process blocked in a call answers after the call. */
const ANSWER_MS = 10_000;
const REQUEST_MS = 1_000;
/** Closing the inspector at once can crash the process. */
const CLOSE_AFTER_MS = 1_000;
const CLOSED_MS = 10_000;

/**
 * Starts the recorder in a running process. Closes the inspector before it resolves, if it opened it; a process that is
 * blocked for longer than the time limit opens it later, and keeps it open.
 * @param config called just before the recorder starts
 * @throws ThreadmillError 'usage' if the process can't be recorded; the process continues unchanged.
 */
export async function attach(target: Target, config: () => RecorderConfig): Promise<void> {
  const found = 'pid' in target ? await ofProcess(target.pid).catch(ended) : await ofAddress(target);
  const answer = await evaluate(found.url, () => injection(config(), found.isOurs));
  if (answer === 'silent' && 'pid' in target && !isAlive(target.pid)) throw hasEnded();
  if (found.isOurs) await closed(found.pid, found.listener);
  if (answer !== null) throw refused(answer);
}

/** The files in /proc of a process that ends in between are gone. */
function ended(thrown: unknown): never {
  const { code } = thrown as NodeJS.ErrnoException;
  throw code === 'ENOENT' || code === 'ESRCH' ? hasEnded() : thrown;
}

export function hasEnded(): ThreadmillError {
  return problem('the process has ended', 'List those of Node: pgrep -a node');
}

interface Inspector {
  readonly url: string;
  /** Opened by this attach, so to be closed by it. */
  readonly isOurs: boolean;
  readonly pid: number;
  readonly listener: Listener;
}

async function ofAddress({ host, port }: { host: string; port: number }): Promise<Inspector> {
  const address = `${host}:${port}`;
  if (!isLoopback(host)) {
    throw problem(
      `${address} is not on this machine`,
      'The recorder writes its files where the process runs: run Threadmill there, with --inspect 127.0.0.1:9229.',
    );
  }
  const url = await debuggerUrl({ host, port });
  if (url === null) {
    throw problem(
      `no inspector answers at ${address}`,
      'Start the program with node --inspect, or use --pid, which opens the inspector for a moment.',
    );
  }
  return { url, isOurs: false, pid: 0, listener: { host, port } };
}

async function ofProcess(pid: number): Promise<Inspector> {
  checkProcess(pid);
  const wanted = inspectorAddress(pid);
  const isWanted = ({ port }: Listener): boolean => port === wanted.port;
  for (const listener of listeners(pid)) {
    if (!isWanted(listener) && !(wanted.isOpen && wanted.port === 0)) continue;
    const url = await debuggerUrl(listener);
    if (url !== null) return { url, isOurs: false, pid, listener };
  }
  if (!isLoopback(wanted.host)) {
    throw problem(
      `the inspector of process ${pid} would listen on ${wanted.host}, open to other machines`,
      'Start the program without that host in --inspect-port.',
    );
  }
  for (const end = performance.now() + TAKEN_MS; listeners(pid, false).some(isWanted); ) {
    if (performance.now() > end) {
      throw problem(
        `port ${wanted.port}, needed by the inspector of process ${pid}, is used by another program`,
        `Stop that program, or start yours with --inspect-port=0.`,
      );
    }
    await sleep(POLL_MS);
  }
  const before = listeners(pid);
  process.kill(pid, 'SIGUSR1');
  for (const end = performance.now() + ANSWER_MS; performance.now() < end; await sleep(POLL_MS)) {
    for (const listener of listeners(pid)) {
      if (before.some(({ host, port }) => host === listener.host && port === listener.port)) continue;
      const found = await debuggerUrl(listener);
      if (found !== null) return { url: found, isOurs: true, pid, listener };
    }
  }
  throw problem(
    `process ${pid} did not open its inspector`,
    'Its own SIGUSR1 handler prevents it, or a call that has not returned: after that call the process opens its inspector and leaves it open. Start the program with node --inspect, and use --inspect.',
  );
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);
}

/** WebSocket URL of the main thread; null if no inspector answers. */
async function debuggerUrl({ host, port }: Listener): Promise<string | null> {
  try {
    const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    const signal = AbortSignal.timeout(REQUEST_MS);
    const response = await fetch(`http://${name}:${port}/json/list`, { signal, redirect: 'error' });
    const [first] = (await response.json()) as { readonly webSocketDebuggerUrl: string }[];
    // Only the path is taken from the answer, so that it can't lead to another machine.
    return `ws://${name}:${port}${new URL(first!.webSocketDebuggerUrl).pathname}`;
  } catch {
    return null;
  }
}

/** Code for the process to run; its value is null or the reason for not recording. If it runs too late, it only closes. */
function injection(config: RecorderConfig, isOurs: boolean): string {
  const preload = JSON.stringify(config.preload);
  const close = `setTimeout(() => process.getBuiltinModule('inspector').close(), ${CLOSE_AFTER_MS}).unref();`;
  return `(() => {
  ${isOurs ? close : ''}
  if (typeof process.getBuiltinModule !== 'function') return 'old';
  if (Date.now() > ${Date.now() + ANSWER_MS}) return 'late';
  const { existsSync } = process.getBuiltinModule('fs');
  try {
    if (!existsSync(${preload}) || !existsSync(${JSON.stringify(config.dir)})) return 'elsewhere';
    return process.getBuiltinModule('module').createRequire(${preload})(${preload}).start(${JSON.stringify(config)});
  } catch {
    return 'refused';
  }
})()`;
}

type Answer = Refusal | 'old' | 'late' | 'elsewhere' | 'silent' | 'not-node';

const REFUSALS: Readonly<Record<Answer, readonly [message: string, advice: string]>> = {
  'cpu-prof': ['the process takes a profile with --cpu-prof', 'Start it without --cpu-prof.'],
  'test-runner': [
    'the process is the parent of node --test, in which Node has no inspector',
    'Record a process that runs a test file.',
  ],
  recorded: ['the process is being recorded already', 'Wait for that recording to end.'],
  refused: [
    'the process allows no recorder: its permission model is on',
    'Start it without the permission model.',
  ],
  old: ['the process runs an old version of Node', 'It takes Node 20.16, 22.3 or newer.'],
  late: ['the process did not answer in time', 'Try again when no call blocks it.'],
  silent: [
    'the process did not answer',
    'A debugger has paused it, or a call does not return: try again after that.',
  ],
  'not-node': [
    'what answers there is not Node',
    'Give the address that Node prints when it opens its inspector.',
  ],
  elsewhere: [
    'the process does not see the files of Threadmill',
    'Run Threadmill in the same container as the process.',
  ],
};

export function refused(answer: Answer): ThreadmillError {
  return problem(...REFUSALS[answer]);
}

async function evaluate(url: string, expression: () => string): Promise<Answer | null> {
  const socket = new WebSocket(url);
  const gone = new AbortController();
  socket.addEventListener('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    await once(socket, 'open', { signal });
    const params = { expression: expression(), returnByValue: true };
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
    const [{ data }] = (await once(socket, 'message', { signal })) as [{ readonly data: string }];
    const { result } = JSON.parse(data) as { readonly result?: { readonly result?: { value?: unknown } } };
    const value = result?.result?.value;
    if (value === null) return null;
    return typeof value === 'string' && Object.hasOwn(REFUSALS, value) ? (value as Answer) : 'not-node';
  } catch {
    return 'silent';
  } finally {
    socket.close();
  }
}

async function closed(pid: number, { port }: Listener): Promise<void> {
  for (const end = performance.now() + CLOSED_MS; performance.now() < end; await sleep(POLL_MS)) {
    try {
      if (!listeners(pid).some((each) => each.port === port)) return;
    } catch {
      return;
    }
  }
  process.stderr.write(
    `threadmill: the inspector of process ${pid} is still open on port ${port}: the process is too busy to close it\n`,
  );
}
