import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { toErrorData } from '../../../core/errors.ts';
import { redactError, redactText, rememberUrlSecrets } from '../../../core/redaction.ts';
import { CLOCK_SHIFT_VARIABLE, createClock } from '../../measurement/clock.ts';
import type { NativeThreads } from '../../measurement/native-threads.ts';
import { RateGate } from '../../measurement/rate-gate.ts';
import { SharedState } from '../../measurement/shared-state.ts';
import { OwnMemory } from '../pools/process-worker.ts';
import type { ChannelMessage } from '../thread-channel.ts';
import { ThreadPool } from '../thread-pool.ts';
import { readClockOffset, shiftOf } from './clock-offset.ts';
import { Mailbox, post } from './mailbox.ts';
import type { FromWorker, JobData, JobReturn, WorkerEvent, WorkerFacts, WorkerStart } from './messages.ts';
import {
  type Announcement,
  checkAnnouncement,
  checkFile,
  type FileName,
  HEARTBEAT_MS,
  keysOf,
  keysOfRun,
  LOCK_MS,
  MAX_FILES_BYTES,
  MAX_STALLED,
  ownEntry,
  parseAnnouncement,
  QUEUE_NAME,
  type QueueRun,
  queueError,
  RUN_KEY,
  STALLED_CHECK_MS,
} from './protocol.ts';
import { QueueJobs } from './queue-jobs.ts';
import { checkQueueServer, openRedis, removeKeys } from './redis.ts';

const LOOK_MS = 500;
/** Threads that take the place of others have numbers above those of any worker at its start. */
const REPLACEMENTS_FROM = 1_024;
const REPLACEMENTS_EACH = 64;

interface Place {
  readonly url: string;
  readonly secret: string | undefined;
  readonly native: NativeThreads | null;
  tell(event: WorkerEvent): void;
}

/** Runs a worker: it joins one run after another until it receives a stop signal. */
export class QueueWorker {
  readonly #place: Place;
  readonly #start: WorkerStart;
  readonly #leaving = new AbortController();

  constructor(place: Place, start: WorkerStart) {
    this.#place = place;
    this.#start = start;
  }

  /** Finishes the jobs that it has, and takes no more. */
  leave(): void {
    this.#leaving.abort();
  }

  /** Rejects if it cannot work for the run that there is. */
  async live(): Promise<void> {
    const { url, tell } = this.#place;
    const { only } = this.#start;
    rememberUrlSecrets(url);
    // A worker may come long before its run, and may find that run there already.
    if (only === null) await checkQueueServer(url, { mayBeInUse: true });
    const client = await openRedis(url);
    try {
      if (only !== null) await this.#workOnce(client, only);
      else await this.#workOn(client);
    } finally {
      client.disconnect();
      tell({ type: 'left' });
    }
  }

  async #workOnce(client: Redis, { run: id, bundleUrl }: NonNullable<WorkerStart['only']>): Promise<void> {
    const run = await currentRun(client);
    if (run?.id === id) await this.#work(client, run, async () => bundleUrl);
  }

  /** One run after another. */
  async #workOn(client: Redis): Promise<void> {
    const { tell } = this.#place;
    const { signal } = this.#leaving;
    let last: string | null = null;
    tell({ type: 'waiting' });
    while (!signal.aborted) {
      const run = await currentRun(client);
      if (run !== null && run.id !== last) {
        last = run.id;
        const folder = await mkdtemp(join(tmpdir(), 'threadmill-worker-'));
        try {
          const jobs = await this.#work(client, run, (given) => writeBundle(client, run, given, folder));
          tell({ type: 'run-ended', run: run.id, jobs });
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      }
      await pause(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #work(client: Redis, run: Announcement, bundle: FindBundle): Promise<number> {
    checkAnnouncement(run, this.#place.secret);
    const session = await Session.open(client, run, bundle, this.#start, this.#place);
    return session.serve(this.#leaving.signal);
  }
}

/** URL of the bundle here. */
type FindBundle = (run: QueueRun) => Promise<string>;

async function writeBundle(
  client: Redis,
  run: Announcement,
  given: QueueRun,
  folder: string,
): Promise<string> {
  const text = (await fetchFile(client, run, 'bundle')).toString('utf8');
  const file = join(folder, 'workload.js');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  // It imports the coordinator's copy of `threadmill`; here is another.
  const entry = JSON.stringify(ownEntry());
  await writeFile(
    file,
    text.replaceAll(JSON.stringify(given.ownEntry), () => entry),
  );
  return pathToFileURL(file).href;
}

/** The run that uses the queue now. */
export async function currentRun(client: Redis): Promise<Announcement | null> {
  const text = await client.get(RUN_KEY);
  return text === null ? null : parseAnnouncement(text);
}

/** Of one worker in one run. */
class Session {
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
  ): Promise<Session> {
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
    const gate = given.rehearsalsPerSecond === null ? null : new RateGate(given.rehearsalsPerSecond);
    const options = {
      data: {
        bundleUrl,
        settings: given.settings,
        shared: state.buffer,
        jobs: given.jobs,
        timeoutMs: given.timeoutMs,
        pace:
          gate === null
            ? null
            : {
                kind: 'limit' as const,
                shared: gate.buffer,
                perSecond: given.rehearsalsPerSecond!,
                rehearsalsOnly: true,
              },
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
    return new Session(
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

async function fetchFile(client: Redis, run: Announcement, name: FileName): Promise<Buffer> {
  const { files } = keysOf(run.id);
  const bytes = await client.hstrlen(files, name);
  if (bytes > MAX_FILES_BYTES) {
    throw queueError(
      `${name} of the run has ${bytes} bytes, and a worker takes at most ${MAX_FILES_BYTES}`,
      'Somebody else writes to this queue: give Threadmill a database of its own.',
    );
  }
  const found = (await client.hgetBuffer(files, name)) ?? Buffer.alloc(0);
  checkFile(run, name, found);
  return found;
}

/** The life of the process of a worker: its first message says how to work, SIGTERM that it is enough. */
export function serveQueue(url: string, secret: string | undefined, native: NativeThreads | null): void {
  const tell = (event: WorkerEvent, told = () => {}) => {
    if (process.send === undefined || !process.connected) told();
    else process.send(event, undefined, undefined, told);
  };
  process.once('disconnect', () => process.exit(0));
  let worker: QueueWorker | null = null;
  process.on('SIGTERM', () => {
    if (worker === null) process.exit(0);
    worker.leave();
  });
  process.once('message', (start: WorkerStart) => {
    worker = new QueueWorker({ url, secret, native, tell }, start);
    worker.live().then(
      () => process.exit(0),
      (thrown: unknown) =>
        tell({ type: 'failed', error: redactError(toErrorData(thrown)) }, () => process.exit(1)),
    );
  });
  // Unexpected, and without a parent that could be told.
  process.on('uncaughtException', (thrown) => {
    process.stderr.write(`${redactText(String(thrown))}\n`);
    process.exit(1);
  });
}
