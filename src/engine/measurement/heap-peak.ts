import { GCProfiler, getHeapStatistics } from 'node:v8';

/**
 * The most that V8's heap of the thread it is made in ever held, garbage included. A heap only grows between two
 * collections, so that the greatest of what it held just before each of them, and of what it holds now, is the peak
 * and not a sample of it. Noting a collection takes some ten µs of it: for a traced trial, not for a timed one.
 */
export class HeapPeak {
  readonly #collections = new GCProfiler();

  constructor() {
    this.#collections.start();
  }

  /** Ends it. Bytes. */
  stop(): number {
    const now = getHeapStatistics().used_heap_size;
    const { statistics } = this.#collections.stop();
    return statistics.reduce(
      (peak, { beforeGC }) => Math.max(peak, beforeGC.heapStatistics.usedHeapSize),
      now,
    );
  }
}
