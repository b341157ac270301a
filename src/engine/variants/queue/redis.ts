import type { Redis } from 'ioredis';
import { messageOf, ThreadmillError } from '../../../core/errors.ts';
import { packageVersion } from '../../../core/package-versions.ts';
import { redactUrl, rememberUrlSecrets } from '../../../core/redaction.ts';
import { keysOfRun, parseAnnouncement, queueError, RUN_KEY } from './protocol.ts';

/** Optional peers: loaded only by who uses a queue. */
const QUEUE_PACKAGES = ['bullmq', 'ioredis'] as const;

/** BullMQ recommends it, and Debian 12 and Ubuntu 22.04 have it or a later one. */
const MIN_VERSION = [6, 2] as const;
const CONNECT_LIMIT_MS = 5_000;
const MAX_RETRY_MS = 1_000;
/** Time limit for an answer of the queue server, ms. */
export const SILENT_SERVER_MS = 30_000;

/** @throws {ThreadmillError} 'usage': a package is not there */
export function checkQueuePackages(): void {
  const missing = QUEUE_PACKAGES.filter((name) => packageVersion(name) === 'not installed');
  if (missing.length === 0) return;
  throw new ThreadmillError(
    'usage',
    `distributed-queue needs ${missing.join(' and ')}, which ${missing.length > 1 ? 'are' : 'is'} not installed`,
    { advice: `Install where Threadmill is installed: npm install ${missing.join(' ')}` },
  );
}

/** A connection that comes back by itself, for as long as it is not closed. */
export async function openRedis(url: string): Promise<Redis> {
  const { Redis: Client } = await import('ioredis');
  const client = new Client(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(MAX_RETRY_MS, 50 * attempt),
  });
  // Without a listener ioredis prints each lost connection. It reconnects by itself.
  client.on('error', () => {});
  return client;
}

/**
 * Connects once and looks whether a run can use this server.
 * @throws {ThreadmillError} 'queue-unusable'
 */
export async function checkQueueServer(url: string, { mayBeInUse = false } = {}): Promise<void> {
  rememberUrlSecrets(url);
  const shown = redactUrl(url);
  const client = await connectOnce(url, shown);
  try {
    const facts = parseInfo(await client.info());
    const version = facts.valkey_version ?? facts.redis_version ?? '';
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < MIN_VERSION[0] || (major === MIN_VERSION[0] && minor < MIN_VERSION[1])) {
      throw queueError(
        `${shown} is version ${version || 'unknown'}, and distributed-queue needs Redis ${MIN_VERSION.join('.')} or later, or Valkey`,
        'Use a newer server, or --queue embedded.',
      );
    }
    const policy = facts.maxmemory_policy ?? 'noeviction';
    if (policy !== 'noeviction') {
      throw queueError(
        `${shown} has maxmemory-policy ${policy}: it may drop jobs`,
        'Set maxmemory-policy to noeviction on that server.',
      );
    }
    if (!mayBeInUse && (await client.get(RUN_KEY)) !== null) {
      throw queueError(
        `${shown} is in use by another run of Threadmill`,
        'Wait until it ends, or give another database, such as /1 at the end of the URL. What a killed run leaves goes within 30 s.',
      );
    }
  } catch (thrown) {
    if (thrown instanceof ThreadmillError) throw thrown;
    throw refused(shown, thrown);
  } finally {
    client.disconnect();
  }
}

/** Removes what a run has left in the store because its runner was killed. Never rejects: the next run does it as well. */
export async function releaseQueue(url: string, runId: string): Promise<void> {
  let client: Redis | null = null;
  try {
    client = await connectOnce(url, redactUrl(url));
    const text = await client.get(RUN_KEY);
    if (text === null) return;
    const run = parseAnnouncement(text);
    if (run.runId !== runId) return;
    await client.del(RUN_KEY);
    await removeKeys(client, keysOfRun(run.id));
  } catch {
  } finally {
    client?.disconnect();
  }
}

async function connectOnce(url: string, shown: string): Promise<Redis> {
  const { Redis: Client } = await import('ioredis');
  const database = databaseOf(url);
  // The database is chosen below: ioredis goes on with database 0 where it is refused.
  const base = new URL(url);
  base.pathname = '';
  const client = new Client(base.href, {
    lazyConnect: true,
    connectTimeout: CONNECT_LIMIT_MS,
    commandTimeout: CONNECT_LIMIT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let why: unknown = null;
  client.on('error', (error) => {
    why ??= error;
  });
  try {
    await client.connect();
    await client.select(database);
    return client;
  } catch (thrown) {
    client.disconnect();
    throw refused(shown, why ?? thrown);
  }
}

/** Of `redis://host/2`; 0 where none is named. */
function databaseOf(url: string): number {
  const name = new URL(url).pathname.slice(1);
  return name === '' ? 0 : Number(name);
}

function refused(shown: string, thrown: unknown): ThreadmillError {
  const message = messageOf(thrown);
  if (/WRONGPASS|NOAUTH|invalid password|without any password/i.test(message)) {
    return queueError(
      `${shown} refuses the user or password: ${message}`,
      'Correct user and password in the URL: redis://user:password@host:6379.',
      thrown,
    );
  }
  if (/DB index/i.test(message)) {
    return queueError(
      `the database of ${shown} does not exist: ${message}`,
      'Give a database that it has, mostly 0 to 15.',
      thrown,
    );
  }
  return queueError(
    `can't use ${shown}: ${message}`,
    'Start that server, correct the URL, or use --queue embedded.',
    thrown,
  );
}

/**
 * A command that waits for a server that is away, up to a limit.
 * @throws {ThreadmillError} 'queue-unusable'
 */
export async function within<T>(command: Promise<T>, limitMs = SILENT_SERVER_MS): Promise<T> {
  let limit: NodeJS.Timeout | null = null;
  const late = new Promise<never>((_, reject) => {
    limit = setTimeout(() => {
      const message = `the queue server did not answer for ${SILENT_SERVER_MS / 1_000} s`;
      reject(queueError(message, 'Look at its log: it may have ended, or be out of memory.'));
    }, limitMs);
  });
  try {
    return await Promise.race([command, late]);
  } finally {
    if (limit !== null) clearTimeout(limit);
  }
}

/** The lines `name:value` of INFO. */
export function parseInfo(text: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    text.split(/\r?\n/).flatMap((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
}

/** Removes the keys of a run, or of all runs. @param except beginnings of keys that stay */
export async function removeKeys(
  client: Redis,
  pattern: string,
  except: readonly string[] = [],
): Promise<void> {
  let cursor = '0';
  do {
    const [next, found] = await client.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000);
    cursor = next;
    const keys = found.filter((key) => !except.some((start) => key.startsWith(start)));
    if (keys.length > 0) await client.unlink(...keys);
  } while (cursor !== '0');
}
