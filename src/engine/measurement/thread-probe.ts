import {
  type IntervalHistogram,
  monitorEventLoopDelay,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';
import { setImmediate as check, setTimeout as pause } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import type { GcPause } from '../../core/documents/breakdown.ts';
import type { ThreadSpan } from '../../core/documents/run-record.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { Clock } from './clock.ts';
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

  /** @param keepPauses for `gcPauses` */
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

/** V8's heap of this thread, and contents of Buffers. */
export function heldBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/**
 * Resolves after one timers phase and one check phase. Only then are delays and garbage collections of the last job's turn
 * known: the watch's timer has fired, and Node has delivered its entries.
 */
export async function endOfTurn(): Promise<void> {
  await pause(1);
  await check();
}

interface EventLoopUsage {
  /** Time in which the loop was not waiting for events, ms. */
  readonly activeMs: number;
  /** How late the loop came to a timer, ms; null if no timer of the watch fired in the span. */
  readonly delayMs: { readonly mean: number; readonly p99: number; readonly max: number } | null;
}

/** Interval of the watch's timer, ms: 100 a second cost well under 0.1% of CPU. */
const RESOLUTION_MS = 10;
/** A timer on an idle event loop may be late by this much. */
const TIMER_STEP_MS = 1;

export class EventLoopWatch {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #activeBefore = 0;
  /** The histogram starts counting when its timer first fires, so the first delay is measured separately. */
  #first: NodeJS.Timeout | null = null;
  #firstMs: number | null = null;

  reset(): void {
    this.#delay.enable();
    this.#delay.reset();
    this.#activeBefore = performance.eventLoopUtilization().active;
    const since = performance.now();
    this.#firstMs = null;
    this.#first = setTimeout(() => {
      this.#firstMs = Math.max(0, performance.now() - since - RESOLUTION_MS - TIMER_STEP_MS);
    }, RESOLUTION_MS).unref();
  }

  /** Ends the span. Outside a span no timer wakes an idle thread. */
  read(): EventLoopUsage {
    const activeMs = performance.eventLoopUtilization().active - this.#activeBefore;
    this.#delay.disable();
    if (this.#first !== null) clearTimeout(this.#first);
    return { activeMs, delayMs: summariseDelay(this.#delay, this.#firstMs) };
  }
}

/**
 * The histogram holds the time between two timers, ns. The resolution, which it is when nothing is late, is taken off.
 * @param firstMs delay of the first timer, which the histogram lacks; null: it did not fire
 */
export function summariseDelay(
  histogram: Pick<IntervalHistogram, 'count' | 'mean' | 'max' | 'percentile'>,
  firstMs: number | null,
): EventLoopUsage['delayMs'] {
  const { count } = histogram;
  if (count === 0) return firstMs === null ? null : { mean: firstMs, p99: firstMs, max: firstMs };
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / NS_PER_MS - RESOLUTION_MS);
  const [mean, p99, max] = [late(histogram.mean), late(histogram.percentile(99)), late(histogram.max)];
  const first = firstMs ?? mean;
  return {
    mean: (mean * count + first) / (count + 1),
    p99: count < 100 ? Math.max(p99, first) : p99,
    max: Math.max(max, first),
  };
}

interface GcUsage {
  readonly count: number;
  readonly pauseMs: number;
  readonly longestMs: number;
}

/** Counts garbage collections of its thread. Each is noted after its end, outside any job. */
export class GcWatch {
  readonly #observer: PerformanceObserver;
  #since = 0;
  #count = 0;
  #pauseMs = 0;
  #longestMs = 0;
  /** Start and length of each, ms on the clock of performance.now(); null where nobody wants them. */
  #pauses: [startMs: number, durationMs: number][] | null = null;

  constructor() {
    this.#observer = new PerformanceObserver((list) => this.#note(list.getEntries()));
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Starts a new span and discards earlier data; optionally keeps each pause. */
  reset(keepPauses = false): void {
    this.#observer.takeRecords();
    this.#since = performance.now();
    this.#count = 0;
    this.#pauseMs = 0;
    this.#longestMs = 0;
    this.#pauses = keepPauses ? [] : null;
  }

  read(): GcUsage {
    this.#note(this.#observer.takeRecords());
    return { count: this.#count, pauseMs: this.#pauseMs, longestMs: this.#longestMs };
  }

  /** Each pause since `reset`, if they are kept, as far as `read` and Node have delivered them. */
  pauses(clock: Clock): GcPause[] {
    // The entries have times of performance.now(), whose origin differs in every thread.
    const originNs = clock() - performance.now() * NS_PER_MS;
    return (this.#pauses ?? []).map(([startMs, durationMs]) => [
      originNs + startMs * NS_PER_MS,
      durationMs * NS_PER_MS,
    ]);
  }

  close(): void {
    this.#observer.disconnect();
  }

  #note(entries: readonly { readonly startTime: number; readonly duration: number }[]): void {
    for (const { startTime, duration } of entries) {
      // Entries come late: one from before the span, the forced collection for one, may still be on its way.
      if (startTime < this.#since) continue;
      this.#count++;
      this.#pauseMs += duration;
      this.#longestMs = Math.max(this.#longestMs, duration);
      this.#pauses?.push([startTime, duration]);
    }
  }
}
