import { type ChildProcess, fork } from 'node:child_process';
import { workerFile } from '../../../core/processes/worker-file.ts';
import { workloadFailure } from '../pool-channel.ts';
import type { WorkerEvent, WorkerStart } from './messages.ts';
import { QUEUE_URL_VARIABLE } from './protocol.ts';

/** The worker processes that a run starts on its own machine. One that ends after it has joined is replaced. */
export class LocalWorkers {
  onEnded: (child: ChildProcess) => void = () => {};
  /** One ended before it had joined, or could not be started. */
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
    let error: Error | null = null;
    child.on('message', (event: WorkerEvent) => {
      if (event.type === 'joined') hasJoined = true;
      if (event.type === 'failed') error = workloadFailure(event.error);
    });
    child.on('error', (thrown) => {
      if (child.pid !== undefined) return;
      // It emits no 'exit'.
      this.#children.delete(child);
      this.onFailed(thrown);
    });
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
