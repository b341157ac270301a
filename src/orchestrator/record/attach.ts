import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'undici';
import { ThreadmillError } from '../../core/errors.ts';
import type { RecorderConfig } from '../../engine/recorder/config.ts';
import type { Refusal } from '../../engine/recorder/preload.ts';

/** A process that runs already: by its number, or by the inspector that it has open on this machine. */
export type Target = { readonly pid: number } | { readonly host: string; readonly port: number };

const DEFAULT_PORT = 9229;
/** SIGUSR1 is 10 on all of Linux that Node runs on; masks of signals begin with the first. */
const CATCHES_SIGUSR1 = 1n << 9n;
/** Node has `process.getBuiltinModule`, by which code from outside gets at modules, since 20.16 and 22.3. */
const OLDEST: readonly (readonly [major: number, minor: number])[] = [
  [20, 16],
  [22, 3],
];
const POLL_MS = 20;
/** Somebody else's attach takes about a second. */
const TAKEN_MS = 5_000;
/** A process in a call that does not return answers no earlier than that. */
const ANSWER_MS = 10_000;
const REQUEST_MS = 1_000;
/** To close the inspector at once can crash the process. */
const CLOSE_AFTER_MS = 1_000;
const CLOSED_MS = 10_000;

/**
 * Starts the recorder in a process that runs already. An inspector that this opens is closed when it resolves.
 * @param config is called just before.
 * @throws ThreadmillError 'usage' if it can't be done; the process goes on as before.
 */
export async function attach(target: Target, config: () => RecorderConfig): Promise<void> {
  const found = 'pid' in target ? await ofProcess(target.pid) : await ofAddress(target);
  const answer = await evaluate(found.url, () => injection(config(), found.isOurs));
  if (found.isOurs) await closed(found.pid, found.listener);
  if (answer !== null) throw refused(answer);
}

interface Inspector {
  readonly url: string;
  /** We have opened it. */
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
    'Its own SIGUSR1 handler, or a call that never returns, prevents it. Start the program with node --inspect, and use --inspect.',
  );
}

/** SIGUSR1 kills what does not expect it: everything is looked at before. */
function checkProcess(pid: number): void {
  if (process.platform !== 'linux') {
    throw problem('--pid needs Linux', 'Start the program with node --inspect, and use --inspect.');
  }
  let file: string;
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
    file = readlinkSync(`/proc/${pid}/exe`);
  } catch (thrown) {
    throw (thrown as NodeJS.ErrnoException).code === 'EACCES'
      ? foreign(pid)
      : problem(`there is no process ${pid}`, 'List those of Node: pgrep -a node');
  }
  if (Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) !== process.getuid!()) throw foreign(pid);
  if (!/^node(js)?[\d.-]*( \(deleted\))?$/.test(basename(file))) {
    throw problem(`process ${pid} is ${basename(file)}, not Node`, 'List those of Node: pgrep -a node');
  }
  if (readlinkSync(`/proc/${pid}/ns/mnt`) !== readlinkSync('/proc/self/ns/mnt')) {
    throw problem(`process ${pid} runs in another container`, 'Run Threadmill in that container.');
  }
  const version = spawnSync(`/proc/${pid}/exe`, ['--version'], { env: {}, encoding: 'utf8' }).stdout;
  const [, major = 0, minor = 0] = (/^v(\d+)\.(\d+)\./.exec(version) ?? []).map(Number);
  if (!OLDEST.some(([from, least]) => major === from && minor >= least) && major < 23) {
    throw problem(
      `process ${pid} runs Node ${version.trim()}`,
      'Recording a running process needs Node 20.16, 22.3 or newer.',
    );
  }
  const caught = BigInt(`0x${/^SigCgt:\s+([\da-f]+)/m.exec(status)?.[1] ?? '0'}`);
  if ((caught & CATCHES_SIGUSR1) === 0n) {
    throw problem(
      `process ${pid} would be killed by SIGUSR1, which opens the inspector of Node`,
      'It is still starting, or runs with --disable-sigusr1: try again, or start it with --inspect and use --inspect.',
    );
  }
}

function foreign(pid: number): ThreadmillError {
  return problem(
    `process ${pid} belongs to another user`,
    'Run Threadmill as that user: the process writes the files.',
  );
}

/** Where its inspector listens, or would: as options say, of the command line or of NODE_OPTIONS. */
function inspectorAddress(pid: number): Listener & { readonly isOpen: boolean } {
  const words = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8')).join('\0');
  const given =
    /[\0= ]--(?:inspect(?:-brk|-wait)?=|(?:inspect|debug)-port[= \0])(?:([^\0 ]+):)?(\d+)(?=[\0 ]|$)/.exec(
      words,
    );
  return {
    host: given?.[1] ?? '127.0.0.1',
    port: Number(given?.[2] ?? DEFAULT_PORT),
    isOpen: given !== null && !given[0].includes('-port'),
  };
}

interface Listener {
  readonly host: string;
  readonly port: number;
}

const LISTENS = '0A';

/** Ports that a process listens on; or, if not `own`, whoever sees the same network. See proc(5), /proc/net/tcp. */
export function listeners(pid: number, own = true): Listener[] {
  const inodes = own ? socketsOf(pid) : null;
  return ['tcp', 'tcp6'].flatMap((name) => {
    const lines = readFileSync(`/proc/${pid}/net/${name}`, 'latin1').trim().split('\n').slice(1);
    return lines.flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [host, port] = fields[1]!.split(':') as [string, string];
      if (fields[3] !== LISTENS || inodes?.has(fields[9]!) === false) return [];
      return [{ host: name === 'tcp' ? dotted(host) : '::1', port: Number.parseInt(port, 16) }];
    });
  });
}

function socketsOf(pid: number): Set<string> {
  return new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
}

/** The kernel writes them as numbers of this machine, whose lowest byte comes first. */
function dotted(hex: string): string {
  const bytes = hex.match(/../g)!.map((byte) => Number.parseInt(byte, 16));
  return bytes.reverse().join('.');
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);
}

/** Of the main thread; null: this is no inspector. */
async function debuggerUrl({ host, port }: Listener): Promise<string | null> {
  try {
    const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    const signal = AbortSignal.timeout(REQUEST_MS);
    const response = await fetch(`http://${name}:${port}/json/list`, { signal });
    const [first] = (await response.json()) as { readonly webSocketDebuggerUrl?: string }[];
    return first?.webSocketDebuggerUrl ?? null;
  } catch {
    return null;
  }
}

/** What the process runs; gives null, or why it is not recorded. Too late to be of use, it does no more than close. */
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

type Answer = Refusal | 'old' | 'late' | 'elsewhere' | 'silent';

const REFUSALS: Readonly<Record<Answer, readonly [message: string, advice: string]>> = {
  'cpu-prof': ['the process takes a profile with --cpu-prof', 'Start it without --cpu-prof.'],
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
  const signal = AbortSignal.timeout(ANSWER_MS);
  try {
    await once(socket, 'open', { signal });
    const params = { expression: expression(), returnByValue: true };
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
    const [{ data }] = (await once(socket, 'message', { signal })) as [{ readonly data: string }];
    const { result } = JSON.parse(data) as {
      readonly result?: { readonly result?: { value?: Answer | null } };
    };
    return result?.result?.value ?? null;
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

function problem(message: string, advice: string): ThreadmillError {
  return new ThreadmillError('usage', message, { advice });
}
