import { PerformanceObserver } from 'node:perf_hooks';

export interface GcUsage {
  readonly count: number;
  /** Sum of the pauses, ms. */
  readonly pauseMs: number;
  readonly longestMs: number;
}

/** Counts garbage collections of the thread it is made in. Each is noted when it is over, outside any job. */
export class GcWatch {
  readonly #observer: PerformanceObserver;
  #since = 0;
  #count = 0;
  #pauseMs = 0;
  #longestMs = 0;

  constructor() {
    this.#observer = new PerformanceObserver((list) => this.#note(list.getEntries()));
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Starts a new span, and forgets what was seen before. */
  reset(): void {
    this.#observer.takeRecords();
    this.#since = performance.now();
    this.#count = 0;
    this.#pauseMs = 0;
    this.#longestMs = 0;
  }

  read(): GcUsage {
    this.#note(this.#observer.takeRecords());
    return { count: this.#count, pauseMs: this.#pauseMs, longestMs: this.#longestMs };
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
    }
  }
}
