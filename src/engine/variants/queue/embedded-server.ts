import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ThreadmillError } from '../../../core/errors.ts';
import { queueError } from './protocol.ts';
import { openRedis } from './redis.ts';

const PROGRAMS = ['redis-server', 'valkey-server'];
const START_LIMIT_MS = 10_000;
const ATTEMPTS = 5;

/**
 * The server ends with this process, however that ends: its shell waits for the end of an input that is never
 * written. It gets its settings, with the password, by its own input.
 */
const LAUNCHER = `
printf '%s' "$THREADMILL_QUEUE_CONFIG" | env -u THREADMILL_QUEUE_CONFIG "$1" - >/dev/null &
server=$!
read -r _
kill -KILL $server
`;

/** Path of the first that there is in PATH. @throws {ThreadmillError} 'usage' */
export function findQueueServer(path = process.env.PATH ?? ''): string {
  for (const program of PROGRAMS) {
    for (const folder of path.split(delimiter)) {
      try {
        const file = join(folder, program);
        accessSync(file, constants.X_OK);
        return file;
      } catch {}
    }
  }
  throw new ThreadmillError('usage', `--queue embedded: there is no ${PROGRAMS.join(' or ')} in PATH`, {
    advice:
      'Install one (Debian and Ubuntu: apt-get install redis-server; macOS: brew install redis), or give the URL of a server: --queue redis://host:6379.',
  });
}

export interface EmbeddedQueue {
  /** With a password. */
  readonly url: string;
  close(): void;
}

/** A server on a free port of the loopback interface that writes nothing to disk. */
export async function startEmbeddedQueue(): Promise<EmbeddedQueue> {
  const program = findQueueServer();
  const password = randomBytes(24).toString('hex');
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = launch(program, port, password);
    const url = `redis://:${password}@127.0.0.1:${port}/0`;
    if (await answers(child, url)) return { url, close: () => void child.stdin?.end() };
    child.stdin?.end();
    // Another program may have taken the port meanwhile.
    if (attempt === ATTEMPTS) {
      throw queueError(`${program} did not start`, `Try it by hand: ${program} --port ${port}`);
    }
  }
}

function launch(program: string, port: number, password: string): ChildProcess {
  const config = [
    ...['bind 127.0.0.1', `port ${port}`, `requirepass ${password}`, `dir ${tmpdir()}`],
    ...['save ""', 'appendonly no', 'maxmemory-policy noeviction', 'daemonize no', ''],
  ].join('\n');
  const child = spawn('/bin/sh', ['-c', LAUNCHER, 'threadmill-queue', program], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, THREADMILL_QUEUE_CONFIG: config },
  });
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  return child;
}

async function answers(child: ChildProcess, url: string): Promise<boolean> {
  const client = await openRedis(url);
  const limit = new AbortController();
  const gone = new Promise<false>((resolve) => child.once('exit', () => resolve(false)));
  const late = pause(START_LIMIT_MS, false as const, { signal: limit.signal }).catch(() => false as const);
  try {
    return await Promise.race([
      client.ping().then(
        () => true,
        () => false,
      ),
      gone,
      late,
    ]);
  } finally {
    limit.abort();
    client.disconnect();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
