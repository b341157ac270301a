import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { toErrorData } from '../../../core/errors.ts';
import { redactError, redactText, rememberUrlSecrets } from '../../../core/redaction.ts';
import type { NativeThreads } from '../../measurement/native-threads.ts';
import { currentRun, writeBundle } from './joined-run.ts';
import type { WorkerEvent, WorkerStart } from './messages.ts';
import { type Announcement, checkAnnouncement } from './protocol.ts';
import { checkQueueServer, openRedis } from './redis.ts';
import { type FindBundle, type Place, WorkerSession } from './worker-session.ts';

const LOOK_MS = 500;

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
    const session = await WorkerSession.open(client, run, bundle, this.#start, this.#place);
    return session.serve(this.#leaving.signal);
  }
}

/** The life of the process of a worker: its first message says how to work, SIGTERM tells it to leave. */
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
