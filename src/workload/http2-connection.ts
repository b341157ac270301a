import { connect } from 'node:http2';
import type { Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import { Controller, Session } from './http2-session.ts';
import type { ClientEvents } from './job-trace.ts';
import { connectTo, speaksHttp2, type Transport } from './transport.ts';

/** What a server may send of a response, and of all, before it has to wait; HTTP/2 begins with 65,535 bytes. */
const STREAM_WINDOW = 1_048_576;
const MAX_WINDOWS = 64;
/** RFC 9113, section 8.2.2: they belong to a connection, and HTTP/2 has none of them. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

interface Http2Options {
  readonly origin: string;
  /** Streams at the most. */
  readonly slots: number;
  readonly maxBodyBytes: number;
  readonly connect: buildConnector.connector;
  /** Called for each connection that is opened. */
  onConnection(socket: Socket): void;
}

type OutgoingHeaders = Readonly<Record<string, string>>;

interface Waiting {
  readonly options: Dispatcher.DispatchOptions;
  readonly handler: Dispatcher.DispatchHandler;
  readonly observer: ClientEvents | undefined;
}

/**
 * One HTTP/2 connection of one thread, each request a stream of it, through `node:http2`: undici 7's own takes nearly
 * twice the CPU for each request, and sends requests again after a GOAWAY. A request waits until the server has said
 * how many streams it allows, and until one of those is free, so that none is refused. Nothing is sent twice.
 */
export class Http2Connection implements Transport {
  readonly #options: Http2Options;
  readonly #authority: string;
  /** Of the latest job, by the list of headers, which is the same for all jobs of a request. */
  readonly #headers = new WeakMap<object, OutgoingHeaders>();
  readonly #waiting: Waiting[] = [];
  #current: Session | null = null;
  #isConnecting = false;
  #isClosed = false;

  constructor(options: Http2Options) {
    this.#options = options;
    this.#authority = new URL(options.origin).host;
  }

  get missing(): number {
    return this.#current === null ? 1 : 0;
  }

  dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    observer?: ClientEvents,
  ): void {
    this.#waiting.push({ options, handler, observer });
    this.#next();
  }

  disconnect(): void {
    this.#current?.http2.destroy();
    this.#current = null;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.length = 0;
    this.disconnect();
  }

  #next(): void {
    // One that closes says so only later.
    if (this.#current?.http2.closed || this.#current?.http2.destroyed) this.#current = null;
    const session = this.#current;
    if (session === null) {
      this.#connect();
      return;
    }
    while (this.#waiting.length > 0 && session.hasRoom) {
      const { options, handler, observer } = this.#waiting.shift()!;
      session.start(this.#headersOf(options), options, handler, observer);
    }
  }

  #connect(): void {
    if (this.#isConnecting || this.#waiting.length === 0) return;
    this.#isConnecting = true;
    const { connect, origin } = this.#options;
    connectTo(connect, origin, (error, socket) => {
      this.#isConnecting = false;
      if (error !== null || socket === null) {
        this.#fail(error ?? new Error('no connection'));
        return;
      }
      // It may be the connection's last word: the session then says the same.
      socket.on('error', () => {});
      if (this.#isClosed) socket.destroy();
      else if (speaksHttp2(socket)) this.#opened(socket);
      else {
        socket.destroy();
        this.#fail(
          Object.assign(new Error('the server does not offer HTTP/2 (ALPN)'), { code: 'ERR_TLS_ALPN' }),
        );
      }
    });
  }

  #opened(socket: Socket): void {
    const { origin, slots, maxBodyBytes, onConnection } = this.#options;
    const http2 = connect(origin, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
    });
    const session: Session = new Session(http2, socket, slots, maxBodyBytes, () => this.#next());
    const ended = () => {
      if (this.#current === session) this.#current = null;
    };
    let reason: Error | null = null;
    // After a GOAWAY what is under way may end, and nothing new begins.
    http2.on('goaway', ended);
    http2.on('error', (error) => {
      reason = error;
      ended();
    });
    http2.on('close', () => {
      ended();
      // Another attempt would most likely end the same way, and attempts have no pause between them.
      if (session.isReady) this.#next();
      else this.#fail(endedEarly(reason));
    });
    http2.on('connect', () => http2.setLocalWindowSize(STREAM_WINDOW * Math.min(slots, MAX_WINDOWS)));
    onConnection(socket);
    this.#current = session;
    this.#next();
  }

  /** Nothing that waits can be sent; what comes later tries again. */
  #fail(error: Error): void {
    for (const { handler } of this.#waiting.splice(0)) {
      const request = new Controller();
      handler.onRequestStart?.(request, {});
      handler.onResponseError?.(request, request.aborted ? request.reason! : error);
    }
  }

  #headersOf({ path, method, headers }: Dispatcher.DispatchOptions): OutgoingHeaders {
    const list = headers as string[];
    const known = this.#headers.get(list);
    // node:http2 copies what it is given.
    if (known?.[':path'] === path) return known;
    const made: Record<string, string> = { ':scheme': 'https', ':authority': this.#authority };
    for (let index = 0; index < list.length; index += 2) {
      const name = list[index]!.toLowerCase();
      if (name === 'host') made[':authority'] = list[index + 1]!;
      else if (!CONNECTION_HEADERS.has(name)) made[name] = list[index + 1]!;
    }
    const complete = { ...made, ':method': method, ':path': path };
    this.#headers.set(list, complete);
    return complete;
  }
}

/** Why a connection ended before the server sent its settings, by codes that `classify` knows. */
function endedEarly(reason: Error | null): Error {
  const sentGarbage = reason !== null && 'code' in reason && reason.code === 'ERR_HTTP2_ERROR';
  const message = 'the server ended the connection before it sent its HTTP/2 settings';
  const code = sentGarbage ? 'ERR_HTTP2_PROTOCOL' : 'ECONNRESET';
  return Object.assign(new Error(reason === null ? message : `${message}: ${reason.message}`), { code });
}
