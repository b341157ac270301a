import type { Worker } from 'node:worker_threads';

/**
 * Counts the worker threads that the code of this thread starts. A profiler of this thread does not see them. Workers
 * that those start in turn are not counted.
 */
export class OwnWorkers {
  readonly #live = new Set<Worker>();
  #counted = 0;

  constructor() {
    process.on('worker', (worker) => {
      this.#live.add(worker);
      this.#counted++;
      worker.once('exit', () => this.#live.delete(worker));
    });
  }

  /** From now on those are counted that live at any time. */
  begin(): void {
    this.#counted = this.#live.size;
  }

  /** Since `begin`. */
  get counted(): number {
    return this.#counted;
  }
}
