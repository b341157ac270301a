import { getHeapStatistics } from 'node:v8';
import type { GcPause } from '../../core/documents/breakdown.ts';
import type { ThreadSpan } from '../../core/documents/run-record.ts';
import type { Clock } from './clock.ts';
import { EventLoopWatch } from './event-loop-watch.ts';
import { GcWatch } from './gc-watch.ts';
import { createThreadUsageReader, type ThreadReading, usageBetween } from './thread-usage.ts';

/** What one thread did in a span. Made in that thread, started just before a trial, and read just after it. */
export class ThreadProbe {
  readonly #thread: number;
  readonly #readUsage = createThreadUsageReader();
  readonly #loop = new EventLoopWatch();
  readonly #gc = new GcWatch();
  #before: ThreadReading | null = null;
  #heapBefore: number | null = null;

  constructor(thread: number) {
    this.#thread = thread;
  }

  /** To be called after garbage collection, if possible. @param keepPauses for `gcPauses` */
  start(keepPauses = false): void {
    this.#heapBefore = globalThis.gc === undefined ? null : heldBytes();
    this.#gc.reset(keepPauses);
    this.#before = this.#readUsage();
    this.#loop.reset();
  }

  read(): ThreadSpan {
    const eventLoop = this.#loop.read();
    const after = this.#readUsage();
    return {
      thread: this.#thread,
      eventLoop,
      cpu: this.#before === null || after === null ? null : usageBetween(this.#before, after),
      gc: this.#gc.read(),
      heapBeforeBytes: this.#heapBefore,
      heapUsedBytes: getHeapStatistics().used_heap_size,
    };
  }

  /** Each garbage collection of the span that `read` has ended, if they were to be kept. */
  gcPauses(clock: Clock): GcPause[] {
    return this.#gc.pauses(clock);
  }

  close(): void {
    this.#gc.close();
  }
}

function heldBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
