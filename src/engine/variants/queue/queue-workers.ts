import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import type { QueueSpan, QueueWorkerSpan, WorkerCost } from '../../../core/documents/run-record.ts';
import type { CpuProfile, RawHeapProfile } from '../../../core/documents/v8-profiles.ts';
import { ThreadmillError } from '../../../core/errors.ts';
import { FOLDER_LIMITS } from '../../../core/limits.ts';
import { workerFile } from '../../../core/processes/worker-file.ts';
import { redactUrl, rememberUrlSecrets } from '../../../core/redaction.ts';
import { mean } from '../../../core/statistics/mean.ts';
import { NS_PER_MS } from '../../../core/units.ts';
import { createClock } from '../../measurement/clock.ts';
import type { Memory } from '../../measurement/usage.ts';
import { mergeErrors } from '../failure-sample.ts';
import { PoolChannel } from '../pool-channel.ts';
import { lanesOf } from '../pool-worker.ts';
import type { Command } from '../thread-channel.ts';
import { addRetries, type ProcessReport, type ThreadReport } from '../thread-host.ts';
import type { WorkerGroup } from '../thread-pool.ts';
import type { QueueOptions, Taken, VariantOptions } from '../variant.ts';
import { readClockOffset } from './clock-offset.ts';
import { type EmbeddedQueue, startEmbeddedQueue } from './embedded-server.ts';
import { Mailbox, openStreams, post } from './mailbox.ts';
import type { FromWorker, WorkerEvent, WorkerFacts, WorkerReport, WorkerStart } from './messages.ts';
import {
  type Announcement,
  announce,
  FILE_NAMES,
  type Files,
  keysOf,
  keysOfRun,
  LEASE_MS,
  ownEntry,
  QUEUE_SECRET_VARIABLE,
  QUEUE_URL_VARIABLE,
  type QueueRun,
  queueError,
  RUN_KEY,
} from './protocol.ts';
import { checkQueueServer, openRedis, parseInfo, removeKeys } from './redis.ts';

const LOOK_MS = 1_000;
const RENEW_EVERY = 5;
/** Nothing was heard of a worker for so long: it is taken for lost. Its jobs end elsewhere. */
const SILENT_MS = 10_000;
/** Without any worker for so long a trial is given up. */
const NO_WORKER_MS = 30_000;
/** Less than a runner has to start. */
const JOIN_LIMIT_MS = 50_000;
const ANSWER_GRACE_MS = 10_000;
const REPLACEMENT_LIMIT_MS = 10_000;
const PROFILE_LIMIT_MS = 60_000;
const CLOSE_LIMIT_MS = 1_000;

/**
 * Renews the claim on the queue and what else ends by itself with a run that is killed; takes it again if it has
 * expired. 0 if another run has it by now.
 */
const RENEW = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
for i = 2, #KEYS do redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
return 1`;

interface Known extends WorkerFacts {
  heardAt: number;
  readonly child: ChildProcess | null;
}

interface ServerReading {
  readonly userMs: number;
  readonly systemMs: number;
  readonly memoryBytes: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export type QueueReport = Pick<QueueSpan, 'bytesIn' | 'bytesOut' | 'serverCpuMs'> & {
  /** By their numbers. */
  readonly workers: ReadonlyMap<number, Omit<QueueWorkerSpan, 'jobs'>>;
  /** Jobs that each worker has run, by its number; of those that are still there. */
  readonly ran: ReadonlyMap<number, number>;
};

/** The claim of a run on a queue, its workers, here or elsewhere, and a line to all of them. */
export class QueueWorkers implements WorkerGroup {
  readonly wire = null;
  readonly id: string;
  readonly client: Redis;
  readonly url: string;
  onLost: ((threads: readonly number[]) => void) | null = null;
  onExtinct: (() => void) | null = null;
  /** Set when another run has taken the queue. */
  lostClaim: ThreadmillError | null = null;
  readonly #server: EmbeddedQueue | null;
  readonly #queue: QueueOptions;
  readonly #options: VariantOptions;
  readonly #announced: string;
  readonly #channel = new PoolChannel();
  readonly #workers = new Map<number, Known>();
  /** Those that were there at any time of the trial. */
  readonly #seen = new Map<number, WorkerFacts>();
  readonly #children = new Map<ChildProcess, { readonly seat: number; joined: boolean }>();
  /** Numbers of workers that never come back. */
  readonly #ended = new Set<number>();
  readonly #mailbox: Mailbox;
  readonly #watch: NodeJS.Timeout;
  readonly #clock = createClock();
  #threads = 0;
  #concurrency = 0;
  #looks = 0;
  #hasChanged = false;
  #emptySince: number | null = null;
  #before: ServerReading | null = null;
  #closing = false;
  #failed: (error: unknown) => void = () => {};

  private constructor(
    url: string,
    {
      server,
      client,
      announcement,
    }: {
      readonly server: EmbeddedQueue | null;
      readonly client: Redis;
      readonly announcement: Announcement;
    },
    queue: QueueOptions,
    options: VariantOptions,
  ) {
    this.url = url;
    this.id = announcement.id;
    this.client = client;
    this.#server = server;
    this.#queue = queue;
    this.#options = options;
    this.#announced = JSON.stringify(announcement);
    this.#channel.post = (message) => {
      post(client, keysOf(this.id).commands, message).catch(() => {});
    };
    this.#mailbox = new Mailbox(client, keysOf(this.id).answers, '0', (message) =>
      this.#receive(message as FromWorker),
    );
    this.#watch = setInterval(() => this.#look(), LOOK_MS);
    void this.#renew();
  }

  /** Resolves when all workers have joined. @throws {ThreadmillError} 'queue-unusable', and what a worker failed with */
  static async start(options: VariantOptions, queue: QueueOptions): Promise<QueueWorkers> {
    const server = queue.url === null ? await startEmbeddedQueue() : null;
    const url = queue.url ?? server!.url;
    rememberUrlSecrets(url);
    let client: Redis | null = null;
    let group: QueueWorkers | null = null;
    try {
      if (server === null) await checkQueueServer(url);
      client = await openRedis(url);
      const announcement = await claim(client, options, queue, redactUrl(url));
      group = new QueueWorkers(url, { server, client, announcement }, queue, options);
      await group.#startWorkers();
      return group;
    } catch (thrown) {
      if (group !== null) await group.close();
      else {
        client?.disconnect();
        server?.close();
      }
      throw thrown;
    }
  }

  get threads(): number {
    return this.#threads;
  }

  get concurrency(): number {
    return this.#concurrency;
  }

  get live(): number {
    return this.#workers.size;
  }

  async #startWorkers(): Promise<void> {
    const { workers, external } = this.#queue;
    const failed = new Promise<never>((_, reject) => {
      this.#failed = reject;
    });
    failed.catch(() => {});
    if (!external) for (let seat = 1; seat <= workers; seat++) this.#startWorker(seat);
    const limit = new AbortController();
    const late = pause(JOIN_LIMIT_MS, undefined, { signal: limit.signal }).then(
      () => {
        throw queueError(
          `${this.live} of ${workers} workers joined within ${JOIN_LIMIT_MS / 1_000} s`,
          `Start them on their machines: threadmill worker --queue ${redactUrl(this.url)}`,
        );
      },
      () => {},
    );
    try {
      await Promise.race([this.#channel.present(() => workers), failed, late]);
    } finally {
      limit.abort();
    }
    for (const { threads, concurrency } of this.#workers.values()) {
      this.#threads += threads;
      this.#concurrency += concurrency;
    }
  }

  #startWorker(seat: number): void {
    const child = fork(workerFile('queue-worker'), {
      execArgv: globalThis.gc === undefined ? [] : ['--expose-gc'],
      env: { ...process.env, [QUEUE_URL_VARIABLE]: this.url },
    });
    const place = { seat, joined: false };
    this.#children.set(child, place);
    let error: ThreadmillError | null = null;
    child.on('message', (event: WorkerEvent) => {
      if (event.type === 'joined') place.joined = true;
      if (event.type !== 'failed') return;
      const { code, message, advice, stack } = event.error;
      error = new ThreadmillError('workload-threw', message, advice === undefined ? {} : { advice });
      Object.assign(error, { code, stack: stack ?? error.stack });
    });
    child.on('error', () => {});
    child.once('exit', (code, signal) => {
      this.#children.delete(child);
      for (const [number, known] of this.#workers) if (known.child === child) this.#end(number);
      if (this.#closing) return;
      if (place.joined) this.#startWorker(seat);
      else this.#failed(error ?? new Error(`a worker ended while it was starting (${signal ?? code})`));
    });
    const { workers } = this.#queue;
    const concurrency = lanesOf(seat, this.#options.concurrency, workers);
    const start: WorkerStart = {
      ...{ concurrency, threads: 1 },
      only: { run: this.id, bundleUrl: this.#options.data.bundleUrl },
    };
    child.send(start, () => {});
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'bye') {
      this.#end(message.thread);
      return;
    }
    if (message.kind === 'hello' && 'pid' in message) {
      const known = this.#workers.get(message.thread);
      if (known !== undefined) {
        known.heardAt = this.#clock();
        return;
      }
      const child = [...this.#children.keys()].find(({ pid }) => pid === message.pid) ?? null;
      // It said so before it ended.
      if (this.#ended.has(message.thread)) return;
      this.#hasChanged = true;
      this.#workers.set(message.thread, { ...message, heardAt: this.#clock(), child });
      this.#seen.set(message.thread, message);
    }
    this.#channel.receive(message);
  }

  #end(number: number): void {
    this.#ended.add(number);
    this.#lose(number);
  }

  /** It may come back: after a loss of the connection, say. */
  #lose(number: number): void {
    if (!this.#workers.delete(number)) return;
    this.#hasChanged = true;
    const gone = this.#channel.forget([...this.#workers.keys()]);
    if (!this.#closing) this.onLost?.(gone);
  }

  #look(): void {
    const now = this.#clock();
    for (const [number, { heardAt, child }] of this.#workers) {
      // A child process reports its own exit, even when it is too busy to answer.
      if (child === null && now - heardAt > SILENT_MS * NS_PER_MS) this.#lose(number);
    }
    if (this.live > 0) this.#emptySince = null;
    else {
      this.#emptySince ??= now;
      if (now - this.#emptySince > NO_WORKER_MS * NS_PER_MS) this.onExtinct?.();
    }
    if (++this.#looks % RENEW_EVERY === 0) void this.#renew();
  }

  async #renew(): Promise<void> {
    try {
      const { files, threads, commands, answers } = keysOf(this.id);
      const keys = [RUN_KEY, files, threads, commands, answers];
      const isOurs = await this.client.eval(RENEW, keys.length, ...keys, this.#announced, LEASE_MS);
      if (isOurs === 1 || this.#closing) return;
      this.lostClaim = queueError(
        'another run has taken the queue: this one could not reach it for too long',
        'Run again when the connection to the queue is stable.',
      );
    } catch {
      // Closed meanwhile.
    }
  }

  /** Also waits for the workers that replace dead ones: their loading is no part of a trial. */
  async connect(): Promise<void> {
    const expected = this.#queue.external ? 1 : this.#queue.workers;
    const limit = new AbortController();
    await Promise.race([
      this.#channel.present(() => expected),
      pause(REPLACEMENT_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => {}),
    ]);
    limit.abort();
    await this.#ask({ command: 'connect' });
  }

  async disconnect(): Promise<void> {
    await this.#ask({ command: 'disconnect' });
  }

  async prepare(trace: SharedArrayBuffer | null, watchLoop: boolean): Promise<void> {
    const own = trace === null ? null : ('own' as unknown as SharedArrayBuffer);
    await this.#ask({ command: 'prepare', trace: own, watchLoop });
    this.#hasChanged = false;
    this.#seen.clear();
    for (const [number, facts] of this.#workers) this.#seen.set(number, facts);
    this.#before = await this.#readServer();
  }

  async report(): Promise<ThreadReport & { readonly queueReport: QueueReport }> {
    const [before, after] = [this.#before, await this.#readServer()];
    const answers = await this.#ask<WorkerReport>({ command: 'report' });
    const reports = answers.map(({ value }) => value);
    const isComplete = !this.#hasChanged;
    const spent = before === null ? null : spentBetween(before, after);
    const processes: ProcessReport[] = reports.flatMap((report) => report.processes ?? []);
    const usage = spent && {
      userMs: spent.userMs,
      systemMs: spent.systemMs,
      peakRssBytes: after.memoryBytes,
    };
    if (usage !== null && this.#server !== null) {
      processes.push({ usage, native: null, uvPool: null, trace: null });
    }
    return {
      errors: mergeErrors(reports.map(({ errors }) => errors)),
      connectionsOpened: reports.reduce((sum, { connectionsOpened }) => sum + connectionsOpened, 0),
      connections: reports.reduce((sum, { connections }) => sum + connections, 0),
      retries: addRetries(reports),
      processes: isComplete ? processes : null,
      isComplete,
      threads: reports.flatMap(({ threads }) => threads).sort((a, b) => a.thread - b.thread),
      traces: reports.flatMap(({ traces }) => traces).sort((a, b) => a.thread - b.thread),
      queueReport: {
        workers: spansOf(this.#seen, new Map(answers.map(({ thread, value }) => [thread, value]))),
        bytesIn: spent?.bytesIn ?? null,
        bytesOut: spent?.bytesOut ?? null,
        serverCpuMs: spent && spent.userMs + spent.systemMs,
        ran: new Map(answers.map(({ thread, value }) => [thread, value.ran])),
      },
    };
  }

  async #readServer(): Promise<ServerReading> {
    const facts = parseInfo(await this.client.info());
    const number = (name: string) => Number(facts[name] ?? 0);
    return {
      userMs: number('used_cpu_user') * 1_000,
      systemMs: number('used_cpu_sys') * 1_000,
      memoryBytes: number('used_memory_rss'),
      bytesIn: number('total_net_input_bytes'),
      bytesOut: number('total_net_output_bytes'),
    };
  }

  async startProfiling(samplingIntervalUs: number): Promise<number> {
    return this.#sum(await this.#ask<number>({ command: 'profile-start', samplingIntervalUs }));
  }

  stopProfiling() {
    return this.#collect<CpuProfile>({ command: 'profile-stop' });
  }

  async startHeapSampling(intervalBytes: number): Promise<number> {
    return this.#sum(await this.#ask<number>({ command: 'heap-start', intervalBytes }));
  }

  stopHeapSampling() {
    return this.#collect<RawHeapProfile>({ command: 'heap-stop' });
  }

  #sum(answers: readonly { readonly value: number }[]): number {
    return answers.reduce((sum, { value }) => sum + value, 0);
  }

  async #collect<P>(command: Command): Promise<(Taken<P> & { readonly thread: number })[]> {
    type Profiles = (Taken<P> & { readonly thread: number })[];
    const answers = await this.#ask<Profiles>(command, PROFILE_LIMIT_MS);
    return answers.flatMap(({ value }) => value).sort((a, b) => a.thread - b.thread);
  }

  async workerCost(): Promise<WorkerCost> {
    const workers = (await this.#ask<Memory>({ command: 'memory' })).map(({ value }) => value);
    const pss = workers.flatMap(({ pssBytes }) => pssBytes ?? []);
    return {
      rssBytes: workers.length === 0 ? null : mean(workers.map(({ rssBytes }) => rssBytes)),
      pssBytes: pss.length < workers.length || pss.length === 0 ? null : mean(pss),
      taskMs: null,
    };
  }

  tellStop(): void {
    this.#channel.post({ kind: 'stop' });
  }

  /** No thread of this process: its own worker ends it. */
  terminate(): void {}

  /** Asks all workers; one that does not answer in time is taken for lost. */
  #ask<T>(command: Command, limitMs = 2 * this.#options.data.timeoutMs + ANSWER_GRACE_MS) {
    return this.#channel.ask<T>(command, [...this.#workers.keys()], {
      ms: limitMs,
      late: (numbers) => {
        for (const number of numbers) {
          this.#workers.get(number)?.child?.kill('SIGKILL');
          this.#lose(number);
        }
      },
    });
  }

  /** Takes everything of this run out of the store. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    clearInterval(this.#watch);
    const children = [...this.#children.keys()];
    const limit = new AbortController();
    const { commands, answers } = keysOf(this.id);
    const ended = Promise.all([
      this.#ask({ command: 'close' }, CLOSE_LIMIT_MS),
      // At once: this process may be killed before the workers have answered.
      this.#tidyUp([commands, answers]),
    ]).then(() => this.#tidyUp());
    const late = pause(2 * CLOSE_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => {});
    await Promise.race([ended.catch(() => {}), late]);
    limit.abort();
    this.#mailbox.close();
    this.#channel.close();
    this.client.disconnect();
    for (const child of children) child.kill('SIGKILL');
    this.#server?.close();
  }

  async #tidyUp(except: readonly string[] = []): Promise<void> {
    // First: who still looks for the run must not find it half removed.
    const release = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;
    await this.client.eval(release, 1, RUN_KEY, this.#announced);
    await removeKeys(this.client, keysOfRun(this.id), except);
  }
}

/** Claims the queue for a run, and puts into its store what workers need. */
async function claim(
  client: Redis,
  options: VariantOptions,
  queue: QueueOptions,
  shown: string,
): Promise<Announcement> {
  const { data, state, concurrency } = options;
  const { settings, jobs, timeoutMs, handover, pace } = data;
  const run: QueueRun = {
    ...{ settings, jobs, timeoutMs, handover },
    concurrency: Math.ceil(concurrency / queue.workers),
    rehearsalsPerSecond: pace?.kind === 'limit' ? pace.perSecond / queue.workers : null,
    coordinator: await readClockOffset(client, createClock()),
    ownEntry: ownEntry(),
  };
  const files: Files = {
    run: Buffer.from(JSON.stringify(run)),
    bundle: await readFile(fileURLToPath(data.bundleUrl)),
    plan: Buffer.from(state.plan.slice().buffer),
  };
  const id = randomBytes(8).toString('hex');
  const { runId } = queue;
  const announcement = announce({ id, runId }, files, process.env[QUEUE_SECRET_VARIABLE]);
  const claimed = await client.set(RUN_KEY, JSON.stringify(announcement), 'PX', LEASE_MS, 'NX');
  if (claimed === null) {
    throw queueError(
      `${shown} is in use by another run of Threadmill`,
      'Wait until it ends, or give another database, such as /1 at the end of the URL.',
    );
  }
  const keys = keysOf(id);
  // Of runs that were killed: nobody else has the queue now.
  await removeKeys(client, keysOfRun('*'));
  await openStreams(client, [keys.commands, keys.answers]);
  for (const name of FILE_NAMES) await client.hset(keys.files, name, files[name]);
  return announcement;
}

function spansOf(
  seen: ReadonlyMap<number, WorkerFacts>,
  reports: ReadonlyMap<number, WorkerReport>,
): QueueReport['workers'] {
  const spans = [...seen].slice(-FOLDER_LIMITS.queueWorkers).map(([number, { host, pid, ...facts }]) => {
    const report = reports.get(number);
    const threads = [
      ...Array.from({ length: facts.threads }, (_, index) => number + index),
      ...(report?.threads ?? []).map(({ thread }) => thread),
    ];
    const cpuMs =
      report?.processes?.reduce((sum, { usage }) => sum + usage.userMs + usage.systemMs, 0) ?? null;
    const span = {
      threads: [...new Set(threads)],
      // It comes from the store.
      host: String(host).slice(0, FOLDER_LIMITS.hostName),
      ...{ pid, cpuMs, clockErrorMs: facts.clockErrorMs },
    };
    return [number, span] as const;
  });
  return new Map(spans);
}

function spentBetween(before: ServerReading, after: ServerReading) {
  // It has started anew meanwhile: it counts from 0 again.
  if (after.userMs + after.systemMs < before.userMs + before.systemMs || after.bytesIn < before.bytesIn) {
    return null;
  }
  return {
    userMs: after.userMs - before.userMs,
    systemMs: after.systemMs - before.systemMs,
    bytesIn: after.bytesIn - before.bytesIn,
    bytesOut: after.bytesOut - before.bytesOut,
  };
}
