import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** The ways in which a server can go wrong; `/<kind>/…` in the path chooses one. */
export const HOSTILITIES = [
  'status-503',
  'reset',
  'reset-mid-body',
  'close',
  'close-mid-body',
  'stall',
  'stall-mid-body',
  'slow-drip',
  'broken-http',
  'endless-body',
  'length-short',
  'length-long',
] as const;
export type Hostility = (typeof HOSTILITIES)[number];

const DRIP_MS = 50;
const CHUNK = Buffer.alloc(16_384, 'x');

/** Writes what this kind of server would, to a request without a body. */
const BEHAVIOURS: Readonly<Record<Hostility, (socket: Socket) => void>> = {
  'status-503': (socket) => socket.write('HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\nbusy'),
  reset: (socket) => socket.resetAndDestroy(),
  'reset-mid-body': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', () => socket.resetAndDestroy());
  },
  close: (socket) => socket.end(),
  'close-mid-body': (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n64\r\nhalf'),
  stall: () => {},
  'stall-mid-body': (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'),
  'slow-drip': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n');
    const drip = setInterval(() => socket.write('x'), DRIP_MS);
    socket.once('close', () => clearInterval(drip));
  },
  'broken-http': (socket) => socket.write('HTTP/one.one perhaps\r\nno colon here\r\n\r\n'),
  'endless-body': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
    const more = () => {
      while (!socket.destroyed && socket.write(`${CHUNK.length.toString(16)}\r\n${CHUNK}\r\n`));
    };
    socket.on('drain', more);
    more();
  },
  /** More than it says: the surplus can't be the beginning of another response. */
  'length-short': (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfour and more'),
  /** Less than it says, and then the end. */
  'length-long': (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nfour'),
};

/** What a server does with a well-behaved path; by default it answers at once. */
export type Answerer = (path: string, answer: () => void) => void;

/**
 * An HTTP/1.1 server by hand, over `node:net`, so that it can break every rule. It counts what it sees.
 * A path that names no hostility is answered with 200 and the path itself.
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
    let received = '';
    let busy = 0;
    const settle = () => {
      this.inFlight -= busy;
      busy = 0;
    };
    socket.on('error', () => {});
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
        this.#answer(head, socket, () => settle());
      }
    });
  }

  #answer(head: string, socket: Socket, settle: () => void): void {
    const path = head.split(' ')[1] ?? '';
    this.requests.set(path, (this.requests.get(path) ?? 0) + 1);
    this.inFlight++;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    this.#server.emit('asked');
    const kind = HOSTILITIES.find((each) => path.startsWith(`/${each}/`));
    if (kind !== undefined) {
      BEHAVIOURS[kind](socket);
      // One that keeps its client waiting is still at it until the client is gone.
      if (!/stall|drip|endless/.test(kind)) settle();
      return;
    }
    const close = /^connection: close$/im.test(head);
    this.onRequest(path, () => {
      settle();
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-length: ${path.length}\r\n${close ? 'connection: close\r\n' : ''}\r\n${path}`,
      );
      if (close) socket.end();
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
