import type { Worker } from 'node:worker_threads';

/** Counts the worker threads that this thread's code starts, which its profiler does not see. */
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

  /** Starts counting the threads that live at any time from now. */
  begin(): void {
    this.#counted = this.#live.size;
  }

  get counted(): number {
    return this.#counted;
  }
}
