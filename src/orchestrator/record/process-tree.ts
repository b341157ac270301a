import { readdirSync, readFileSync } from 'node:fs';
import { RECORDING_LIMITS, type RecordedProcess, type Recording } from '../../core/documents/recording.ts';
import { redactText } from '../../core/redaction.ts';

export interface SeenProcess {
  readonly name: string;
  readonly cpuMs: number;
}

const LOOK_MS = 250;
/** A look takes some µs for each process of the machine: no more than this share of the time. */
const MAX_SHARE = 0.02;
/** /proc counts in 1/100 s on every architecture that Node runs on. */
const MS_PER_TICK = 10;

/** Looks at all processes that descend from one, itself included, now and then. Linux only; else there are none. */
export class ProcessTree {
  readonly #seen = new Map<number, SeenProcess>();
  #timer: NodeJS.Timeout | undefined;

  constructor(root: number | undefined) {
    if (process.platform === 'linux' && root !== undefined) this.#look(root);
  }

  /** By process number; what ends between two looks is not in it. */
  stop(): ReadonlyMap<number, SeenProcess> {
    clearTimeout(this.#timer);
    return this.#seen;
  }

  #look(root: number): void {
    const before = performance.now();
    const running = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const processes = running.flatMap(readProcess);
    const below = new Set([root]);
    for (let size = 0; size < below.size; ) {
      size = below.size;
      for (const { pid, ppid } of processes) if (below.has(ppid)) below.add(pid);
    }
    for (const { pid, name, cpuMs } of processes) if (below.has(pid)) this.#seen.set(pid, { name, cpuMs });
    const tookMs = performance.now() - before;
    this.#timer = setTimeout(() => this.#look(root), Math.max(LOOK_MS, tookMs / MAX_SHARE));
    this.#timer.unref();
  }
}

/** False also for a zombie: it has ended, and its parent has not asked how. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return process.platform !== 'linux' || readProcess(String(pid))[0]?.isZombie === false;
}

interface Read extends SeenProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly isZombie: boolean;
}

/** Of proc(5), /proc/pid/stat: the name in parentheses, which may have any in it, state, ppid, and utime and stime. */
function readProcess(pid: string): Read[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    const fields = stat.slice(end + 2).split(' ');
    return [
      {
        ...{ pid: Number(pid), ppid: Number(fields[1]), name: stat.slice(stat.indexOf('(') + 1, end) },
        isZombie: fields[0] === 'Z',
        cpuMs: MS_PER_TICK * (Number(fields[11]) + Number(fields[12])),
      },
    ];
  } catch {
    // It has ended.
    return [];
  }
}

/**
 * Sums processes that were not recorded by name, most CPU first.
 * @param children names of child processes that recorded ones started, by process number
 */
export function othersOf(
  processes: readonly RecordedProcess[],
  children: ReadonlyMap<number, string>,
  seen: ReadonlyMap<number, SeenProcess>,
): Recording['others'] {
  const recorded = new Set(processes.map(({ pid }) => pid));
  const others = new Map<string, { count: number; cpuMs: number | null }>();
  for (const pid of new Set([...children.keys(), ...seen.keys()])) {
    if (recorded.has(pid)) continue;
    const name = children.get(pid) ?? redactText(seen.get(pid)!.name);
    const other = others.get(name) ?? { count: 0, cpuMs: null };
    const cpuMs = seen.get(pid)?.cpuMs ?? null;
    others.set(name, {
      count: other.count + 1,
      cpuMs: cpuMs === null ? other.cpuMs : cpuMs + (other.cpuMs ?? 0),
    });
  }
  return [...others]
    .map(([name, other]) => ({ name, ...other }))
    .sort((a, b) => (b.cpuMs ?? 0) - (a.cpuMs ?? 0))
    .slice(0, RECORDING_LIMITS.others);
}
