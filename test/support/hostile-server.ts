import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { HostilePeer } from '../faults/peer.ts';
import { FAULTS } from '../faults/table.ts';

/** What a server does with a well-behaved path; by default it answers at once. */
export type Answerer = (path: string, answer: () => void) => void;

/**
 * An HTTP/1.1 server by hand, over `node:net`, so that it can break every rule. It counts what it sees. `/<fault>/…`
 * in the path chooses a fault of the table; any other path is answered with 200 and the path itself.
 */
export class HostileServer {
  /** Requests by path, since `forget`. */
  readonly requests = new Map<string, number>();
  inFlight = 0;
  mostInFlight = 0;
  connections = 0;
  onRequest: Answerer = (_, answer) => answer();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(t: Pick<TestContext, 'after'>): Promise<HostileServer> {
    const server = new HostileServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    t.after(() => server.close());
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Resolves when no connection is open. */
  async allClosed(): Promise<void> {
    while (this.#sockets.size > 0) {
      const [socket] = this.#sockets;
      await once(socket!, 'close').catch(() => {});
    }
  }

  forget(): void {
    this.requests.clear();
    this.mostInFlight = this.inFlight;
    this.connections = 0;
    this.onRequest = (_, answer) => answer();
  }

  /** Resolves when so many requests are being dealt with at once. */
  async reached(inFlight: number): Promise<void> {
    while (this.inFlight < inFlight) await once(this.#server, 'asked');
  }

  /** Closes every connection and resolves when the other sides have closed theirs. */
  async closeConnections(): Promise<void> {
    await Promise.all(
      [...this.#sockets].map((socket) => {
        const closed = once(socket, 'close');
        socket.end();
        return closed;
      }),
    );
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #accept(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    const peer = new HostilePeer(socket, socket);
    let received = '';
    let busy = 0;
    const settle = () => {
      this.inFlight -= busy;
      busy = 0;
    };
    socket.once('close', () => {
      this.#sockets.delete(socket);
      settle();
    });
    socket.on('data', (data: Buffer) => {
      received += data.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        const head = received.slice(0, end);
        received = received.slice(end + 4);
        busy++;
        this.#answer(head, peer, settle);
      }
    });
  }

  #answer(head: string, peer: HostilePeer, settle: () => void): void {
    const path = head.split(' ')[1] ?? '';
    this.requests.set(path, (this.requests.get(path) ?? 0) + 1);
    this.inFlight++;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    this.#server.emit('asked');
    peer.requests++;
    const fault = FAULTS.find(({ name }) => path.startsWith(`/${name}/`));
    if (fault?.behaviour.kind === 'answer') {
      settle();
      fault.behaviour.answer(peer);
      return;
    }
    const close = /^connection: close$/im.test(head);
    this.onRequest(path, () => {
      settle();
      peer.write(
        `HTTP/1.1 200 OK\r\ncontent-length: ${path.length}\r\n${close ? 'connection: close\r\n' : ''}\r\n${path}`,
      );
      if (close) peer.end();
    });
  }
}

/** A port of this machine where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
