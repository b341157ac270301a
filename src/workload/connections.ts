import type { Socket } from 'node:net';
import type { buildConnector, Client, Dispatcher } from 'undici';
import type { Transport } from './transport.ts';

/** The parts of undici that are needed; see `loadUndici` in open-transport.ts. */
export interface Undici {
  readonly Client: typeof Client;
  readonly buildConnector: typeof buildConnector;
}

interface ConnectionsOptions {
  readonly origin: string;
  /** Connections at the most. */
  readonly limit: number;
  /** One for all clients: it keeps the TLS sessions. */
  readonly connect: buildConnector.connector;
  readonly client: Client.Options;
  /** Called for each connection that is opened. */
  onConnection(): void;
}

/** One client of undici, with one connection. */
interface Member {
  readonly client: Client;
  idle: boolean;
}

interface Waiting {
  readonly options: Dispatcher.DispatchOptions;
  readonly handler: Dispatcher.DispatchHandler;
  next: Waiting | null;
}

/** A thread's connections to one origin, as undici's Pool, but idle ones are a stack: Pool scans all at each request. */
export class Connections implements Transport {
  readonly #client: Undici['Client'];
  readonly #options: ConnectionsOptions;
  readonly #connect: buildConnector.connector;
  readonly #members: Member[] = [];
  readonly #idle: Member[] = [];
  readonly #sockets = new Set<Socket>();
  #first: Waiting | null = null;
  #last: Waiting | null = null;

  constructor(client: Undici['Client'], options: ConnectionsOptions) {
    this.#client = client;
    this.#options = options;
    this.#connect = (target, callback) =>
      options.connect(target, (...result: Parameters<buildConnector.Callback>) => {
        const [error, socket] = result;
        if (error === null) this.#opened(socket);
        callback(...result);
      });
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const member = this.#take();
    if (member === null) this.#wait({ options, handler, next: null });
    else if (isRefused(member, options, handler)) this.#becameIdle(member);
  }

  get missing(): number {
    let open = 0;
    for (const socket of this.#sockets) if (!socket.destroyed) open++;
    return Math.max(0, this.#options.limit - open);
  }

  /** Closes all with a reset, so that no port stays in TIME_WAIT. Only while no request is in flight. */
  disconnect(): void {
    for (const socket of this.#sockets) {
      // Node resets plain TCP only.
      if ('encrypted' in socket) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  async close(): Promise<void> {
    this.#first = null;
    this.#last = null;
    await Promise.all(this.#members.map(({ client }) => client.destroy()));
  }

  #take(): Member | null {
    const member = this.#idle.pop();
    if (member === undefined) return this.#members.length < this.#options.limit ? this.#add() : null;
    member.idle = false;
    return member;
  }

  #add(): Member {
    const { origin, client: options } = this.#options;
    const client = new this.#client(origin, { ...options, connect: this.#connect });
    const member: Member = { client, idle: false };
    client.on('drain', () => this.#becameIdle(member));
    this.#members.push(member);
    return member;
  }

  /** The request that has waited longest takes the connection. */
  #becameIdle(member: Member): void {
    if (member.idle) return;
    for (;;) {
      const waiting = this.#first;
      if (waiting === null) break;
      this.#first = waiting.next;
      if (this.#first === null) this.#last = null;
      if (!isRefused(member, waiting.options, waiting.handler)) return;
    }
    member.idle = true;
    this.#idle.push(member);
  }

  #wait(waiting: Waiting): void {
    if (this.#last === null) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
  }

  #opened(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#options.onConnection();
  }
}

/** Sends a request. True if the client refused it at once (an invalid path, say): no 'drain' follows then. */
function isRefused(
  { client }: Member,
  options: Dispatcher.DispatchOptions,
  handler: Dispatcher.DispatchHandler,
): boolean {
  return client.dispatch(options, handler) || client.stats.size === 0;
}
