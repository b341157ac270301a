import { readFileSync, stat } from 'node:fs';
import { arch } from 'node:process';
import type { UvPool } from '../../core/documents/breakdown.ts';
import { median } from '../../core/statistics/quantile.ts';
import { loopIdleMs } from './flight-watch.ts';
import { type NativeThreads, uvThreadpoolSize } from './native-threads.ts';

const EVERY_MS = 20;
/** Larger pools are not watched: reading all threads every 20 ms would take too long. */
const MAX_THREADS = 64;
/** Number of the system call in which an idle thread of the pool waits for work. */
const FUTEX: Readonly<Record<string, string>> = { x64: '202', arm64: '98' };

/**
 * Looks every 20 ms whether every thread of libuv's pool is busy, and how long a trivial task of its own (`fs.stat`) then
 * waits for one of them. Only the time in which this thread's event loop waited for events counts: a busy loop comes
 * late to a result that is there. For a traced trial: the tasks take a little of the pool.
 */
export class UvPoolWatch {
  readonly #native: NativeThreads;
  readonly #timer: NodeJS.Timeout;
  readonly #waitsMs: number[] = [];
  #looks = 0;
  #full = 0;
  /** The loop's waiting when the task began that is still there, ms. */
  #since: number | null = null;

  private constructor(native: NativeThreads) {
    this.#native = native;
    this.#timer = setInterval(() => this.#look(), EVERY_MS).unref();
  }

  /** Begins at once. Null where the threads cannot be told apart. */
  static start(native: NativeThreads | null): UvPoolWatch | null {
    if (native === null || native.read() === null || FUTEX[arch] === undefined) return null;
    if (uvThreadpoolSize(process.env) > MAX_THREADS) return null;
    try {
      // Without this file, which some kernels and sandboxes lack, every thread would look idle.
      readFileSync('/proc/thread-self/syscall');
    } catch {
      return null;
    }
    return new UvPoolWatch(native);
  }

  stop(): UvPool {
    clearInterval(this.#timer);
    if (this.#since !== null) this.#waitsMs.push(loopIdleMs() - this.#since);
    this.#native.lookForPool();
    return {
      threads: this.#native.poolTasks.length,
      looks: this.#looks,
      full: this.#full,
      waitMs: median(this.#waitsMs),
    };
  }

  #look(): void {
    this.#looks++;
    this.#native.lookForPool();
    const { poolTasks } = this.#native;
    if (poolTasks.length === 0 || !poolTasks.every(isBusy)) return;
    this.#full++;
    if (this.#since !== null) return;
    const since = loopIdleMs();
    this.#since = since;
    stat('/', () => {
      this.#since = null;
      this.#waitsMs.push(loopIdleMs() - since);
    });
  }
}

/** On a CPU or ready for one, or blocked in any system call but the one that waits for work. */
function isBusy(task: string): boolean {
  try {
    return !readFileSync(`${task}/syscall`, 'latin1').startsWith(`${FUTEX[arch]} `);
  } catch {
    return false;
  }
}
