import { hostname } from 'node:os';
import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { toErrorData } from '../../../core/errors.ts';
import { redactError } from '../../../core/redaction.ts';
import { CLOCK_SHIFT_VARIABLE, createClock } from '../../measurement/clock.ts';
import type { NativeThreads } from '../../measurement/native-threads.ts';
import { SharedState } from '../../measurement/shared-state.ts';
import { rehearsalPace } from '../open-pace.ts';
import { OwnMemory } from '../pools/process-worker.ts';
import type { ChannelMessage } from '../thread-channel.ts';
import { ThreadPool } from '../thread-pool.ts';
import { readClockOffset, shiftOf } from './clock-offset.ts';
import { currentRun, fetchFile } from './joined-run.ts';
import { Mailbox, post } from './mailbox.ts';
import type { FromWorker, JobData, JobReturn, WorkerEvent, WorkerFacts, WorkerStart } from './messages.ts';
import {
  type Announcement,
  HEARTBEAT_MS,
  keysOf,
  keysOfRun,
  LOCK_MS,
  MAX_STALLED,
  QUEUE_NAME,
  type QueueRun,
  STALLED_CHECK_MS,
} from './protocol.ts';
import { QueueJobs } from './queue-jobs.ts';
import { removeKeys } from './redis.ts';

/** Threads that take the place of others have numbers above those of any worker at its start. */
const REPLACEMENTS_FROM = 1_024;
const REPLACEMENTS_EACH = 64;

export interface Place {
  readonly url: string;
  readonly secret: string | undefined;
  readonly native: NativeThreads | null;
  tell(event: WorkerEvent): void;
}

/** URL of the bundle here. */
export type FindBundle = (run: QueueRun) => Promise<string>;

/** Of one worker in one run. */
export class WorkerSession {
  readonly #client: Redis;
  readonly #run: Announcement;
  readonly #number: number;
  readonly #facts: WorkerFacts;
  readonly #jobs: QueueJobs;
  readonly #memory: OwnMemory;
  readonly #state: SharedState;
  #worker: Worker<JobData, JobReturn> | null = null;
  #over: (() => void) | null = null;
  #finished = 0;

  private constructor(
    client: Redis,
    run: Announcement,
    { number, facts }: { readonly number: number; readonly facts: WorkerFacts },
    jobs: QueueJobs,
    state: SharedState,
    memory: OwnMemory,
  ) {
    this.#client = client;
    this.#run = run;
    this.#number = number;
    this.#facts = facts;
    this.#jobs = jobs;
    this.#state = state;
    this.#memory = memory;
  }

  static async open(
    client: Redis,
    run: Announcement,
    findBundle: FindBundle,
    start: WorkerStart,
    { native, tell }: Place,
  ): Promise<WorkerSession> {
    const keys = keysOf(run.id);
    const given = JSON.parse((await fetchFile(client, run, 'run')).toString('utf8')) as QueueRun;
    const plan = await fetchFile(client, run, 'plan');
    const bundleUrl = await findBundle(given);
    const shift = shiftOf(await readClockOffset(client, createClock()), given.coordinator);
    // Before the threads start, and the clocks of this run are made.
    process.env[CLOCK_SHIFT_VARIABLE] = String(shift.ns);
    const concurrency = start.concurrency ?? given.concurrency;
    const threads = Math.min(start.threads, concurrency);
    const last = await client.incrby(keys.threads, threads);
    const number = last - threads + 1;
    const state = new SharedState(given.jobs);
    state.plan.set(new Uint32Array(new Uint8Array(plan).buffer));
    state.numberThreadsAfter(number - 1);
    const { gate, pace } = rehearsalPace(given.rehearsalsPerSecond);
    const options = {
      data: {
        bundleUrl,
        settings: given.settings,
        shared: state.buffer,
        jobs: given.jobs,
        timeoutMs: given.timeoutMs,
        pace,
        journal: null,
        handover: given.handover,
      },
      state,
      concurrency,
      workers: threads,
      queue: null,
    };
    const pool = await ThreadPool.start(options, {
      pool: 'raw-threads',
      task: 'runJob',
      tasksPerThread: Math.ceil(concurrency / threads),
    });
    state.numberThreadsAfter(REPLACEMENTS_FROM + (number % REPLACEMENTS_FROM) * REPLACEMENTS_EACH);
    const facts = {
      threads,
      concurrency,
      host: hostname(),
      pid: process.pid,
      clockErrorMs: shift.errorMs,
    };
    tell({ type: 'joined', run: run.id, worker: number, concurrency });
    return new WorkerSession(
      client,
      run,
      { number, facts },
      new QueueJobs(pool, options),
      state,
      new OwnMemory(state, native, gate),
    );
  }

  /** Until the run ends, or this worker leaves. @returns how many jobs it has run */
  async serve(leaving: AbortSignal): Promise<number> {
    const { commands, prefix } = keysOf(this.#run.id);
    const over = new Promise<void>((resolve) => {
      this.#over = resolve;
    });
    const last = await Mailbox.lastOf(this.#client, commands);
    const mailbox = new Mailbox(this.#client, commands, last, (message) => {
      void this.#obey(message as ChannelMessage);
    });
    const { Worker: QueueWorker } = await import('bullmq');
    this.#worker = new QueueWorker<JobData, JobReturn>(
      QUEUE_NAME,
      async ({ data }) => {
        const returned = await this.#jobs.run(this.#number, data);
        this.#finished++;
        return returned;
      },
      {
        connection: this.#client,
        prefix,
        concurrency: this.#facts.concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_CHECK_MS,
        maxStalledCount: MAX_STALLED,
      },
    );
    // A lock that was lost, say: the job's row is then made elsewhere, and the coordinator counts it.
    this.#worker.on('error', () => {});
    const heartbeat = setInterval(() => this.#sayHello(), HEARTBEAT_MS);
    this.#sayHello();
    const watch = setInterval(() => void this.#lookForEnd(), HEARTBEAT_MS);
    leaving.addEventListener('abort', () => this.#over?.());
    if (leaving.aborted) this.#over?.();
    await over;
    clearInterval(heartbeat);
    clearInterval(watch);
    if (leaving.aborted) {
      await this.#worker.close();
      this.#say({ kind: 'bye', thread: this.#number });
    }
    mailbox.close();
    await this.#worker.close(true);
    await this.#jobs.close();
    return this.#finished;
  }

  #sayHello(): void {
    const { thread, threadId } = { thread: this.#number, threadId: this.#number };
    this.#say({ kind: 'hello', thread, threadId, ...this.#facts });
  }

  #say(message: FromWorker): void {
    // The connection is closed at the end of the run.
    post(this.#client, keysOf(this.#run.id).answers, message).catch(() => {});
  }

  async #obey(message: ChannelMessage): Promise<void> {
    if (message.kind === 'stop') this.#state.stop();
    if (message.kind !== 'ask') return;
    const { id, command } = message;
    const place = { thread: this.#number, threadId: this.#number };
    try {
      if (command.command === 'connect') await this.#jobs.drained();
      const value = await this.#memory.around(command, (changed = command) => this.#jobs.obey(changed));
      this.#say({ kind: 'answer', id, ...place, value: value ?? null });
    } catch (thrown) {
      const error = redactError(toErrorData(thrown));
      this.#say({ kind: 'refused', id, threadId: this.#number, error });
    }
    if (command.command === 'close') this.#over?.();
  }

  /** A coordinator that was killed says nothing: its claim on the queue ends, and somebody has to tidy up. */
  async #lookForEnd(): Promise<void> {
    try {
      const run = await currentRun(this.#client);
      if (run?.id === this.#run.id) return;
      await removeKeys(this.#client, keysOfRun(this.#run.id));
      this.#over?.();
    } catch {
      // Closed meanwhile.
    }
  }
}
