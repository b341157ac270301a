import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { Redis } from 'ioredis';
import { findQueueServer } from '../../src/engine/variants/queue/embedded-server.ts';
import { checkQueuePackages } from '../../src/engine/variants/queue/redis.ts';
import { temporaryFolder } from './temporary-folder.ts';

type Context = Pick<TestContext, 'after'>;

/**
 * For `describe(name, {skip: skipWithoutQueue()}, …)`: why to skip, or false to run. With THREADMILL_REQUIRE_QUEUE=1 (as
 * in CI) it never skips, so that a missing server fails the test.
 */
export function skipWithoutQueue(): string | false {
  if (process.env.THREADMILL_REQUIRE_QUEUE === '1') return false;
  try {
    checkQueuePackages();
  } catch {
    return 'bullmq and ioredis are not installed: npm ci';
  }
  try {
    findQueueServer();
    return false;
  } catch {
    return 'no redis-server found: apt-get install redis-server, or brew install redis';
  }
}

/** A server of the test's own on a free port. */
export class QueueServer {
  readonly url: string;
  readonly client: Redis;
  readonly #arguments: readonly string[];
  #child: ChildProcess;

  private constructor(url: string, client: Redis, args: readonly string[]) {
    this.url = url;
    this.client = client;
    this.#arguments = args;
    this.#child = launch(args);
    client.on('error', () => {});
  }

  /** @param options of redis-server, `--name value` each */
  static async start(t: Context, ...options: string[]): Promise<QueueServer> {
    const port = await freePort();
    const dir = await temporaryFolder(t);
    const args = ['--bind', '127.0.0.1', '--port', String(port), '--dir', dir, '--save', '', ...options];
    const password = options[options.indexOf('--requirepass') + 1];
    const user = options.includes('--requirepass') ? `:${password}@` : '';
    const url = `redis://${user}127.0.0.1:${port}`;
    const { Redis: Client } = await import('ioredis');
    const client = new Client(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
    const server = new QueueServer(url, client, args);
    t.after(async () => {
      server.client.disconnect();
      await server.kill();
    });
    await server.client.ping();
    return server;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  /** As after a crash: only what is on disk is left. */
  async restart(): Promise<void> {
    await this.kill();
    this.#child = launch(this.#arguments);
    await this.client.ping();
  }
}

function launch(args: readonly string[]): ChildProcess {
  return spawn(findQueueServer(), args, { stdio: 'ignore' });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Stands between a client and a server, and can hold back all that goes through it. */
export class Partition {
  readonly url: string;
  readonly #sockets = new Set<Socket>();

  private constructor(url: string) {
    this.url = url;
  }

  static async start(t: Context, to: string): Promise<Partition> {
    const target = new URL(to);
    const proxy = createServer();
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const partition = new Partition(to.replace(target.host, `127.0.0.1:${port}`));
    proxy.on('connection', (near) => {
      const far = connect(Number(target.port), target.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        partition.#sockets.add(one);
        one.on('error', () => {});
        one.on('close', () => {
          partition.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
      if (partition.#isClosed) for (const socket of [near, far]) socket.pause();
    });
    t.after(() => {
      proxy.close();
      for (const socket of partition.#sockets) socket.destroy();
    });
    return partition;
  }

  #isClosed = false;

  /** Nothing gets through: no end of a connection is told. */
  close(): void {
    this.#isClosed = true;
    for (const socket of this.#sockets) socket.pause();
  }

  open(): void {
    this.#isClosed = false;
    for (const socket of this.#sockets) socket.resume();
  }
}

/** A server that says of itself what a test wants: its answers to INFO. */
export async function fakeServer(t: Context, info: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      for (const command of data.toString().match(/\r\n(?:info|select|client|get|hello|ping)\r\n/gi) ?? []) {
        const isInfo = /info/i.test(command) && !/client/i.test(data.toString());
        socket.write(isInfo ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
