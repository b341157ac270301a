import { PerformanceObserver } from 'node:perf_hooks';
import type { GcPause } from '../../core/documents/breakdown.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { Clock } from './clock.ts';

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
