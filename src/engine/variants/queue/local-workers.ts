import { type ChildProcess, fork } from 'node:child_process';
import { ThreadmillError } from '../../../core/errors.ts';
import { workerFile } from '../../../core/processes/worker-file.ts';
import type { WorkerEvent, WorkerStart } from './messages.ts';
import { QUEUE_URL_VARIABLE } from './protocol.ts';

/** The worker processes that a run starts on its own machine. One that ends after it has joined is replaced. */
export class LocalWorkers {
  onEnded: (child: ChildProcess) => void = () => {};
  /** One ended before it had joined. */
  onFailed: (error: unknown) => void = () => {};
  readonly #url: string;
  readonly #startOf: (seat: number) => WorkerStart;
  readonly #children = new Set<ChildProcess>();
  #closing = false;

  /** @param startOf what to tell the worker of a seat, 1-based */
  constructor(url: string, startOf: (seat: number) => WorkerStart) {
    this.#url = url;
    this.#startOf = startOf;
  }

  start(seat: number): void {
    const child = fork(workerFile('queue-worker'), {
      execArgv: globalThis.gc === undefined ? [] : ['--expose-gc'],
      env: { ...process.env, [QUEUE_URL_VARIABLE]: this.#url },
    });
    this.#children.add(child);
    let hasJoined = false;
    let error: ThreadmillError | null = null;
    child.on('message', (event: WorkerEvent) => {
      if (event.type === 'joined') hasJoined = true;
      if (event.type !== 'failed') return;
      const { code, message, advice, stack } = event.error;
      error = new ThreadmillError('workload-threw', message, advice === undefined ? {} : { advice });
      Object.assign(error, { code, stack: stack ?? error.stack });
    });
    child.on('error', () => {});
    child.once('exit', (code, signal) => {
      this.#children.delete(child);
      this.onEnded(child);
      if (this.#closing) return;
      if (hasJoined) this.start(seat);
      else this.onFailed(error ?? new Error(`a worker ended while it was starting (${signal ?? code})`));
    });
    child.send(this.#startOf(seat), () => {});
  }

  byPid(pid: number): ChildProcess | null {
    return [...this.#children].find((child) => child.pid === pid) ?? null;
  }

  /** No worker is replaced any more. */
  close(): void {
    this.#closing = true;
  }

  kill(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}
