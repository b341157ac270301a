import type { buildConnector, Client, Dispatcher } from 'undici';
import type { Sockets } from './sockets.ts';
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
  readonly sockets: Sockets;
}

/** Idle connections must outlive the trials of the other variants, so they are kept for an hour. */
const KEEP_ALIVE_MS = 3_600_000;

/** Of one client of undici. One clock decides about time, the slot's: undici's own timers are coarse and per phase. */
export function undiciOptions(maxBodyBytes: number): Client.Options {
  return {
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxResponseSize: maxBodyBytes,
  };
}

/** Connects as `connect` does, and tells `sockets` of each connection. */
export function counted(connect: buildConnector.connector, sockets: Sockets): buildConnector.connector {
  return (target, callback) =>
    connect(target, (...result: Parameters<buildConnector.Callback>) => {
      const [error, socket] = result;
      if (error === null) sockets.opened(socket);
      callback(...result);
    });
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
  #first: Waiting | null = null;
  #last: Waiting | null = null;

  constructor(client: Undici['Client'], options: ConnectionsOptions) {
    this.#client = client;
    this.#options = options;
    this.#connect = counted(options.connect, options.sockets);
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const member = this.#take();
    if (member === null) this.#wait({ options, handler, next: null });
    else if (isRefused(member, options, handler)) this.#becameIdle(member);
  }

  get missing(): number {
    return this.#options.sockets.missing;
  }

  disconnect(): void {
    this.#options.sockets.disconnect();
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
    client.on('connectionError', (_url, _targets, error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_TLS_CERT_ALTNAME_INVALID') this.#replace(member);
    });
    this.#members.push(member);
    return member;
  }

  /** After this error undici counts the request that failed as running for ever: no 'drain' would come. */
  #replace(member: Member): void {
    this.#members.splice(this.#members.indexOf(member), 1);
    void member.client.destroy();
    if (this.#first !== null) this.#becameIdle(this.#add());
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
}

/** Sends a request. True if the client refused it at once (an invalid path, say): no 'drain' follows then. */
function isRefused(
  { client }: Member,
  options: Dispatcher.DispatchOptions,
  handler: Dispatcher.DispatchHandler,
): boolean {
  return client.dispatch(options, handler) || client.stats.size === 0;
}
