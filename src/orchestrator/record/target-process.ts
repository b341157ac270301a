import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { ThreadmillError } from '../../core/errors.ts';

const DEFAULT_PORT = 9229;
/** Bit of SIGUSR1 in a signal mask: its number is 10 on every Linux that Node supports, and bit 0 is signal 1. */
const CATCHES_SIGUSR1 = 1n << 9n;
/** Versions with `process.getBuiltinModule`, which gives injected code access to modules. */
const OLDEST: readonly (readonly [major: number, minor: number])[] = [
  [20, 16],
  [22, 3],
];
const VERSION_MS = 5_000;

/**
 * Checks all that could make SIGUSR1 kill the process instead of opening its inspector.
 * @throws ThreadmillError 'usage' with the reason.
 */
export function checkProcess(pid: number): void {
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
      ? otherUser(pid)
      : problem(`there is no process ${pid}`, 'List those of Node: pgrep -a node');
  }
  if (Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) !== process.getuid!()) throw otherUser(pid);
  if (!/^node(js)?[\d.-]*( \(deleted\))?$/.test(basename(file))) {
    throw problem(`process ${pid} is ${basename(file)}, not Node`, 'List those of Node: pgrep -a node');
  }
  if (readlinkSync(`/proc/${pid}/ns/mnt`) !== readlinkSync('/proc/self/ns/mnt')) {
    throw problem(`process ${pid} runs in another container`, 'Run Threadmill in that container.');
  }
  const version =
    spawnSync(`/proc/${pid}/exe`, ['--version'], { env: {}, encoding: 'utf8', timeout: VERSION_MS }).stdout ??
    '';
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

function otherUser(pid: number): ThreadmillError {
  return problem(
    `process ${pid} belongs to another user`,
    'Run Threadmill as that user: the process writes the files.',
  );
}

/** Address of its inspector, open or not, from the options on its command line or in NODE_OPTIONS. */
export function inspectorAddress(pid: number): Listener & { readonly isOpen: boolean } {
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

export interface Listener {
  readonly host: string;
  readonly port: number;
}

const LISTENS = '0A';

/**
 * TCP ports that a process listens on; see proc(5), /proc/net/tcp.
 * @param own false: ports of every process in the same network namespace
 */
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

/** The kernel writes IPv4 addresses as little-endian numbers. */
function dotted(hex: string): string {
  const bytes = hex.match(/../g)!.map((byte) => Number.parseInt(byte, 16));
  return bytes.reverse().join('.');
}

export function problem(message: string, advice: string): ThreadmillError {
  return new ThreadmillError('usage', message, { advice });
}
