import { readdirSync, readFileSync } from 'node:fs';
import { NS_PER_MS } from '../../core/units.ts';
import { openSchedstat, type Schedstat } from './schedstat.ts';

/** What this process's threads that run no JavaScript have used since they started. */
export interface NativeReading {
  /** libuv's pool: its threads, and their CPU, ms. */
  readonly libuv: { readonly threads: number; readonly cpuMs: number };
  /** Node's own: V8's garbage collection and compiling, ms. */
  readonly v8Ms: number;
}

/** A thread of this process, with its name in /proc/self/task/<tid>/comm. */
export interface Task {
  readonly tid: number;
  readonly name: string;
}

/** libuv names the threads of its pool from this version on. */
const NAMED_FROM = [1, 50] as const;
const POOL_NAME = 'libuv-worker';
/** Before JavaScript runs Node has started them: one for delayed tasks, four for V8, one for SIGUSR1. */
const NODE_OWN = 6;
const TASKS = '/proc/self/task';

/**
 * Watches the threads of V8 and of libuv's pool. Must be made before the process starts a thread of its own.
 *
 * Null where they cannot be told apart: anything but Linux; a Node whose libuv does not name its threads (20 and
 * early 22) started with other threads than usual, by --v8-pool-size say.
 */
export class NativeThreads {
  readonly #v8: readonly Schedstat[];
  readonly #pool: Schedstat[];
  /** Folders of libuv's threads in /proc, as far as they have started. */
  readonly poolTasks: string[];
  readonly #known: Set<number>;
  readonly #named: boolean;

  private constructor(tasks: readonly Task[], { v8, libuv }: Kinds, named: boolean) {
    this.#v8 = v8.map((tid) => openSchedstat(`${TASKS}/${tid}`));
    this.poolTasks = libuv.map((tid) => `${TASKS}/${tid}`);
    this.#pool = this.poolTasks.map(openSchedstat);
    this.#known = new Set(tasks.map(({ tid }) => tid));
    this.#named = named;
  }

  static open(): NativeThreads | null {
    try {
      const tasks = readTasks();
      const named = namesItsThreads(process.versions.uv);
      const kinds = kindsOf(tasks, process.pid, named, uvThreadpoolSize(process.env));
      return kinds === null ? null : new NativeThreads(tasks, kinds, named);
    } catch {
      return null;
    }
  }

  /** Null once a thread has ended that never should. Takes some 30 µs. */
  read(): NativeReading | null {
    try {
      this.lookForPool();
      return {
        libuv: { threads: this.#pool.length, cpuMs: sumMs(this.#pool) },
        v8Ms: sumMs(this.#v8),
      };
    } catch {
      return null;
    }
  }

  /** The pool starts with its first task, and its threads give themselves their names. */
  lookForPool(): void {
    if (!this.#named) return;
    for (const entry of readdirSync(TASKS)) {
      const tid = Number(entry);
      if (this.#known.has(tid) || !isPoolThread(tid)) continue;
      this.#known.add(tid);
      const task = `${TASKS}/${tid}`;
      this.poolTasks.push(task);
      this.#pool.push(openSchedstat(task));
    }
  }
}

interface Kinds {
  readonly v8: readonly number[];
  readonly libuv: readonly number[];
}

/**
 * Whose threads those of a process are in which nothing else has started any. Without names by their order: Node's own
 * are older than libuv's pool, which the module loader has started by then.
 * @param pid the main thread's
 * @param poolSize threads that libuv's pool should have
 */
export function kindsOf(tasks: readonly Task[], pid: number, named: boolean, poolSize: number): Kinds | null {
  const [main, ...others] = [...tasks].sort((one, other) => one.tid - other.tid);
  // Ids that have begun again from below say nothing about the order.
  if (main?.tid !== pid) return null;
  const ids = (of: readonly Task[]) => of.map(({ tid }) => tid);
  if (named) {
    const isPool = ({ name }: Task) => name === POOL_NAME;
    return { v8: ids(others.filter((task) => !isPool(task))), libuv: ids(others.filter(isPool)) };
  }
  if (others.length !== NODE_OWN + poolSize) return null;
  return { v8: ids(others.slice(0, NODE_OWN)), libuv: ids(others.slice(NODE_OWN)) };
}

/** As libuv reads UV_THREADPOOL_SIZE (`init_threads` in its threadpool.c): at least 1, at most 1,024, else 4. */
export function uvThreadpoolSize({ UV_THREADPOOL_SIZE: value }: NodeJS.ProcessEnv): number {
  if (value === undefined) return 4;
  const asked = Number.parseInt(value, 10) || 1;
  return asked < 0 ? 1_024 : Math.min(1_024, asked);
}

function namesItsThreads(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NAMED_FROM[0] || (major === NAMED_FROM[0] && minor >= NAMED_FROM[1]);
}

function readTasks(): Task[] {
  return readdirSync(TASKS).map((entry) => ({ tid: Number(entry), name: nameOf(Number(entry)) }));
}

function isPoolThread(tid: number): boolean {
  try {
    return nameOf(tid) === POOL_NAME;
  } catch {
    // It has ended by now. Those of the pool stay as long as the process.
    return false;
  }
}

function nameOf(tid: number): string {
  return readFileSync(`${TASKS}/${tid}/comm`, 'latin1').trim();
}

function sumMs(threads: readonly Schedstat[]): number {
  return threads.reduce((sum, thread) => sum + thread.readNs(), 0) / NS_PER_MS;
}
