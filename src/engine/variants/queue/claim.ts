import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import type { ThreadmillError } from '../../../core/errors.ts';
import { createClock } from '../../measurement/clock.ts';
import type { QueueOptions, VariantOptions } from '../variant.ts';
import { readClockOffset } from './clock-offset.ts';
import { openStreams } from './mailbox.ts';
import {
  announce,
  FILE_NAMES,
  type Files,
  keysOf,
  keysOfRun,
  LEASE_MS,
  ownEntry,
  QUEUE_SECRET_VARIABLE,
  type QueueRun,
  queueError,
  RUN_KEY,
} from './protocol.ts';
import { removeKeys } from './redis.ts';

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
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** That a run has the queue for itself, and what its workers need, in the store. */
export class Claim {
  readonly id: string;
  /** Set when another run has taken the queue. */
  lost: ThreadmillError | null = null;
  readonly #client: Redis;
  readonly #announced: string;
  #isReleased = false;

  private constructor(client: Redis, id: string, announced: string) {
    this.#client = client;
    this.id = id;
    this.#announced = announced;
  }

  /**
   * @param shown the queue’s URL without secrets
   * @throws {ThreadmillError} 'queue-unusable': another run has it, or the workload is too large
   */
  static async take(
    client: Redis,
    options: VariantOptions,
    queue: QueueOptions,
    shown: string,
  ): Promise<Claim> {
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
    const announced = JSON.stringify(
      announce({ id, runId: queue.runId }, files, process.env[QUEUE_SECRET_VARIABLE]),
    );
    const inUse = (): ThreadmillError =>
      queueError(
        `${shown} is in use by another run of Threadmill`,
        'Wait until it ends, or give another database, such as /1 at the end of the URL.',
      );
    if ((await client.exists(RUN_KEY)) === 1) throw inUse();
    // A worker that waits for a run may find the announcement at once: all that it then reads is there before.
    const keys = keysOf(id);
    const own = [keys.files, keys.commands, keys.answers];
    await openStreams(client, [keys.commands, keys.answers]);
    for (const name of FILE_NAMES) await client.hset(keys.files, name, files[name]);
    for (const key of own) await client.pexpire(key, LEASE_MS);
    if ((await client.set(RUN_KEY, announced, 'PX', LEASE_MS, 'NX')) === null) {
      await removeKeys(client, keysOfRun(id));
      throw inUse();
    }
    // Of runs that were killed: nobody else has the queue now.
    await removeKeys(client, keysOfRun('*'), [keys.prefix]);
    return new Claim(client, id, announced);
  }

  async renew(): Promise<void> {
    try {
      const { files, threads, commands, answers } = keysOf(this.id);
      const keys = [RUN_KEY, files, threads, commands, answers];
      const isOurs = await this.#client.eval(RENEW, keys.length, ...keys, this.#announced, LEASE_MS);
      if (isOurs === 1 || this.#isReleased) return;
      this.lost = queueError(
        'another run has taken the queue: this one could not reach it for too long',
        'Run again when the connection to the queue is stable.',
      );
    } catch {
      // Closed meanwhile.
    }
  }

  /** Takes everything of this run out of the store, except keys that begin like one of these. */
  async release(except: readonly string[] = []): Promise<void> {
    this.#isReleased = true;
    // First: who still looks for the run must not find it half removed.
    await this.#client.eval(RELEASE, 1, RUN_KEY, this.#announced);
    await removeKeys(this.#client, keysOfRun(this.id), except);
  }
}
