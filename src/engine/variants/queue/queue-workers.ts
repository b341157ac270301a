import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { QueueSpan, QueueWorkerSpan, WorkerCost } from '../../../core/documents/run-record.ts';
import type { CpuProfile, RawHeapProfile } from '../../../core/documents/v8-profiles.ts';
import { redactUrl, rememberUrlSecrets } from '../../../core/redaction.ts';
import { sumOrNull } from '../../../core/statistics/sum-or-null.ts';
import { type Memory, meanMemory } from '../../measurement/usage.ts';
import { rehearsalMs } from '../pace.ts';
import { CLOSE_LIMIT_MS, PoolChannel, PROFILE_LIMIT_MS, REPLACEMENT_LIMIT_MS } from '../pool-channel.ts';
import { slotsOf } from '../pool-worker.ts';
import type { Command } from '../thread-channel.ts';
import { joinReports, type ProcessReport, type ThreadReport } from '../thread-host.ts';
import type { WorkerGroup } from '../thread-pool.ts';
import type { QueueOptions, Taken, VariantOptions } from '../variant.ts';
import { Claim } from './claim.ts';
import { type EmbeddedQueue, startEmbeddedQueue } from './embedded-server.ts';
import { LocalWorkers } from './local-workers.ts';
import { Mailbox, post } from './mailbox.ts';
import type { FromWorker, WorkerReport } from './messages.ts';
import { keysOf, queueError } from './protocol.ts';
import { checkQueueServer, openRedis } from './redis.ts';
import { Roster } from './roster.ts';
import { readServerUsage, type ServerUsage, spentBetween } from './server-usage.ts';

const LOOK_MS = 1_000;
const RENEW_EVERY = 5;
/** Without any worker for so long a trial is given up. */
const NO_WORKER_MS = 30_000;
/** Less than a runner has to start. */
const JOIN_LIMIT_MS = 50_000;
/** A worker ends a thread that blocks, and answers when its replacement has loaded: both limits of ThreadPool, and more. */
const ANSWER_GRACE_MS = 20_000;

type QueueReport = Pick<QueueSpan, 'bytesIn' | 'bytesOut' | 'serverCpuMs'> & {
  /** By their numbers. */
  readonly workers: ReadonlyMap<number, Omit<QueueWorkerSpan, 'jobs'>>;
  /** Jobs that each worker has run, by its number; of those that are still there. */
  readonly ran: ReadonlyMap<number, number>;
};

/** The claim of a run on a queue, its workers, here or elsewhere, and a line to all of them. */
export class QueueWorkers implements WorkerGroup {
  readonly wire = null;
  /** Workers are other processes. */
  readonly threadIds: ReadonlySet<number> = new Set();
  readonly client: Redis;
  threads = 0;
  concurrency = 0;
  onLost: ((threads: readonly number[]) => void) | null = null;
  onExtinct: (() => void) | null = null;
  readonly claim: Claim;
  readonly #server: EmbeddedQueue | null;
  readonly #queue: QueueOptions;
  readonly #options: VariantOptions;
  readonly #local: LocalWorkers;
  readonly #channel = new PoolChannel();
  readonly #roster = new Roster();
  readonly #mailbox: Mailbox;
  readonly #watch: NodeJS.Timeout;
  #looks = 0;
  #before: ServerUsage | null = null;
  #closing = false;

  private constructor(
    client: Redis,
    claim: Claim,
    { server, local }: { readonly server: EmbeddedQueue | null; readonly local: LocalWorkers },
    queue: QueueOptions,
    options: VariantOptions,
  ) {
    this.client = client;
    this.claim = claim;
    this.#server = server;
    this.#local = local;
    this.#queue = queue;
    this.#options = options;
    const { commands, answers } = keysOf(claim.id);
    this.#channel.post = (message) => {
      post(client, commands, message).catch(() => {});
    };
    this.#mailbox = new Mailbox(client, answers, '0', (message) => this.#receive(message as FromWorker));
    this.#watch = setInterval(() => this.#look(), LOOK_MS);
    local.onEnded = (child) => this.#roster.endOf(child);
    this.#roster.onLost = () => {
      const gone = this.#channel.forget(this.#roster.numbers);
      if (!this.#closing) this.onLost?.(gone);
    };
    void claim.renew();
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
      const claim = await Claim.take(client, options, queue, redactUrl(url));
      const local = new LocalWorkers(url, (seat) => ({
        concurrency: slotsOf(seat - 1, options.concurrency, queue.workers),
        threads: 1,
        only: { run: claim.id, bundleUrl: options.data.bundleUrl },
      }));
      group = new QueueWorkers(client, claim, { server, local }, queue, options);
      await group.#startWorkers(redactUrl(url));
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

  /** At least 1: one that is lost comes back or is replaced. `onExtinct` says when none has come for too long. */
  get live(): number {
    return Math.max(1, this.#roster.size);
  }

  async #startWorkers(shown: string): Promise<void> {
    const { workers, external } = this.#queue;
    const failed = new Promise<never>((_, reject) => {
      this.#local.onFailed = reject;
    });
    failed.catch(() => {});
    if (!external) for (let seat = 1; seat <= workers; seat++) this.#local.start(seat);
    const limit = new AbortController();
    const late = pause(JOIN_LIMIT_MS, undefined, { signal: limit.signal }).then(
      () => {
        throw queueError(
          `${this.#roster.size} of ${workers} workers joined within ${JOIN_LIMIT_MS / 1_000} s`,
          external
            ? `Start them on their machines: threadmill worker --queue ${shown}`
            : 'Give fewer --queue-workers, or end what else keeps this machine busy.',
        );
      },
      () => {},
    );
    try {
      await Promise.race([this.#channel.present(() => workers), failed, late]);
    } finally {
      limit.abort();
    }
    this.threads = this.#roster.sumOf('threads');
    this.concurrency = this.#roster.sumOf('concurrency');
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'bye') {
      this.#roster.end(message.thread);
      return;
    }
    if (message.kind === 'hello' && 'pid' in message) {
      const isNew = this.#roster.greet(message.thread, message, (pid) => this.#local.byPid(pid));
      if (!isNew) return;
    }
    this.#channel.receive(message);
  }

  #look(): void {
    if (this.#roster.look() > NO_WORKER_MS) this.onExtinct?.();
    if (++this.#looks % RENEW_EVERY === 0) void this.claim.renew();
  }

  /** Also waits for the workers that replace dead ones: their loading is no part of a trial. */
  async connect(): Promise<void> {
    const expected = this.#queue.external ? 1 : this.#queue.workers;
    await this.#channel.present(() => expected, REPLACEMENT_LIMIT_MS);
    const { data, concurrency } = this.#options;
    await this.#ask({ command: 'connect' }, this.#answerLimitMs + rehearsalMs(data.pace, concurrency));
  }

  async disconnect(): Promise<void> {
    await this.#ask({ command: 'disconnect' });
  }

  async prepare(trace: SharedArrayBuffer | null, watchLoop: boolean): Promise<void> {
    const own = trace === null ? null : ('own' as unknown as SharedArrayBuffer);
    await this.#ask({ command: 'prepare', trace: own, watchLoop });
    this.#roster.startTrial();
    this.#before = await readServerUsage(this.client);
  }

  async report(): Promise<ThreadReport & { readonly queueReport: QueueReport }> {
    const [before, after] = [this.#before, await readServerUsage(this.client)];
    const answers = await this.#ask<WorkerReport>({ command: 'report' });
    const reports = answers.map(({ value }) => value);
    const isComplete = !this.#roster.hasChanged;
    const spent = before === null ? null : spentBetween(before, after);
    const processes: ProcessReport[] = reports.flatMap((report) => report.processes ?? []);
    if (spent !== null && this.#server !== null) {
      const usage = { userMs: spent.userMs, systemMs: spent.systemMs, peakRssBytes: after.memoryBytes };
      processes.push({ usage, native: null, uvPool: null, trace: null });
    }
    return {
      ...joinReports(reports),
      processes: isComplete ? processes : null,
      isComplete,
      queueReport: {
        workers: this.#roster.spans(new Map(answers.map(({ thread, value }) => [thread, value]))),
        bytesIn: spent?.bytesIn ?? null,
        bytesOut: spent?.bytesOut ?? null,
        serverCpuMs: spent && spent.userMs + spent.systemMs,
        ran: new Map(answers.map(({ thread, value }) => [thread, value.ran])),
      },
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

  async held(): Promise<number | null> {
    return sumOrNull((await this.#ask<number | null>({ command: 'held' })).map(({ value }) => value));
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
    return { ...meanMemory(workers), taskMs: null };
  }

  tellStop(): void {
    this.#channel.post({ kind: 'stop' });
  }

  /** No thread of this process: its own worker ends it. */
  terminate(): void {}

  get #answerLimitMs(): number {
    return 2 * this.#options.data.timeoutMs + ANSWER_GRACE_MS;
  }

  /** Asks all workers; one that does not answer in time is taken for lost. */
  #ask<T>(command: Command, limitMs = this.#answerLimitMs) {
    return this.#channel.ask<T>(command, this.#roster.numbers, {
      ms: limitMs,
      late: (numbers) => {
        for (const number of numbers) this.#roster.kill(number);
      },
    });
  }

  /** Takes everything of this run out of the store. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    clearInterval(this.#watch);
    this.#local.close();
    const limit = new AbortController();
    const { commands, answers } = keysOf(this.claim.id);
    const ended = Promise.all([
      this.#ask({ command: 'close' }, CLOSE_LIMIT_MS),
      // At once: this process may be killed before the workers have answered.
      this.claim.release([commands, answers]),
    ]).then(() => this.claim.release());
    const late = pause(2 * CLOSE_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => {});
    await Promise.race([ended.catch(() => {}), late]);
    limit.abort();
    this.#mailbox.close();
    this.#channel.close();
    this.client.disconnect();
    this.#local.kill();
    this.#server?.close();
  }
}
