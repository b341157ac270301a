import { refusalOf, sentInput } from '../handover.ts';
import { PoolVariant } from '../pool-variant.ts';
import type { JobTask } from '../pool-worker.ts';
import { rowOf } from '../pools/process-messages.ts';
import { clearRow } from '../pools/process-worker.ts';
import type { Command } from '../thread-channel.ts';
import type { ThreadReport } from '../thread-host.ts';
import { MAX_RETURNS } from '../thread-pool.ts';
import type { JobData, JobReturn } from './messages.ts';

/**
 * The jobs of one worker of a queue. They run in threads: the main thread must stay free to renew the locks of jobs that
 * take longer than those.
 */
export class QueueJobs extends PoolVariant {
  #running = 0;
  /** Whose row was made since the last report. */
  #ran = 0;
  #open = false;
  #over: (() => void) | null = null;
  #idle: (() => void) | null = null;

  /** Until `drained` is called; jobs come by themselves meanwhile. */
  protected dispatch(): Promise<void> {
    return new Promise((resolve) => {
      this.#over = resolve;
    });
  }

  async run(worker: number, { p: position, ...data }: JobData): Promise<JobReturn> {
    if (!this.#open) {
      this.#open = true;
      void this.runPlan().finally(() => {
        this.#open = false;
      });
    }
    this.#running++;
    try {
      clearRow(this.state.table, position);
      const value = await this.#runIn(position, 'i' in data ? { position, input: data.i } : position);
      this.#ran++;
      return { w: worker, r: rowOf(this.state.table, position), v: value };
    } finally {
      if (--this.#running === 0) this.#idle?.();
    }
  }

  async #runIn(position: number, task: JobTask): Promise<unknown> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.pool.run(task);
      } catch (thrown) {
        const refusal = refusalOf(thrown, sentInput(task));
        if (refusal !== null) {
          this.settleRefused(position, refusal);
          return undefined;
        }
        this.noteCrash(thrown);
        if (this.settleCrashed(position)) return undefined;
        // The job fails in the queue, with the reason.
        if (this.pool.live === 0 || tries === MAX_RETURNS) throw thrown;
      }
    }
  }

  /** Resolves when no job runs here any more. */
  async drained(): Promise<void> {
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
      this.#idle = null;
    }
    this.#over?.();
    this.#over = null;
  }

  async obey(command: Command): Promise<unknown> {
    const { pool } = this;
    switch (command.command) {
      case 'connect':
        return pool.connect();
      case 'disconnect':
        return pool.disconnect();
      case 'prepare':
        this.#ran = 0;
        return this.prepare(command.trace, command.watchLoop);
      case 'report':
        return this.#report();
      case 'profile-start':
        return pool.startProfiling(command.samplingIntervalUs);
      case 'profile-stop':
        return pool.stopProfiling();
      case 'heap-start':
        return pool.startHeapSampling(command.intervalBytes);
      case 'heap-stop':
        return pool.stopHeapSampling();
      case 'held':
        return pool.held();
      default:
        return undefined;
    }
  }

  /**
   * Of the threads that run jobs: CPU of the main thread is in that of the process. A job that still runs when a trial has
   * all its rows has been run elsewhere too.
   */
  async #report(): Promise<ThreadReport & { readonly ran: number }> {
    const report = await this.report();
    const ofJobs = ({ thread }: { readonly thread: number }) => thread > 0;
    return {
      ...report,
      threads: report.threads.filter(ofJobs),
      traces: report.traces.filter(ofJobs),
      ran: this.#ran + (this.state.stopped ? 0 : this.#running),
    };
  }
}
