import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import { rememberReused } from './connection-ends.ts';
import type { ClientEvents } from './job-trace.ts';
import { connectTo, speaksHttp2, type Transport } from './transport.ts';

const {
  NGHTTP2_CANCEL,
  NGHTTP2_COMPRESSION_ERROR,
  NGHTTP2_FLOW_CONTROL_ERROR,
  NGHTTP2_FRAME_SIZE_ERROR,
  NGHTTP2_NO_ERROR,
  NGHTTP2_PROTOCOL_ERROR,
} = constants;

/** What a server may send of a response, and of all, before it has to wait; HTTP/2 begins with 65,535 bytes. */
const STREAM_WINDOW = 1_048_576;
const MOST_WINDOWS = 64;
/** RFC 9113, section 8.2.2: they belong to a connection, and HTTP/2 has none of them. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);
const BROKEN: ReadonlySet<number> = new Set([
  NGHTTP2_PROTOCOL_ERROR,
  NGHTTP2_FLOW_CONTROL_ERROR,
  NGHTTP2_FRAME_SIZE_ERROR,
  NGHTTP2_COMPRESSION_ERROR,
]);

interface Http2Options {
  readonly origin: string;
  /** Streams at the most. */
  readonly slots: number;
  readonly maxBodyBytes: number;
  readonly connect: buildConnector.connector;
  /** Called for each connection that is opened. */
  onConnection(): void;
}

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
  /** By the list of headers, which is the same for all jobs of a request. */
  readonly #headers = new WeakMap<object, Record<string, string | string[]>>();
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
    http2.on('connect', () => http2.setLocalWindowSize(STREAM_WINDOW * Math.min(slots, MOST_WINDOWS)));
    onConnection();
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

  #headersOf({ path, method, headers }: Dispatcher.DispatchOptions): Record<string, string | string[]> {
    const list = headers as string[];
    let known = this.#headers.get(list);
    if (known === undefined) {
      known = { ':scheme': 'https', ':authority': this.#authority };
      for (let index = 0; index < list.length; index += 2) {
        const name = list[index]!.toLowerCase();
        if (name === 'host') known[':authority'] = list[index + 1]!;
        else if (!CONNECTION_HEADERS.has(name)) known[name] = list[index + 1]!;
      }
      this.#headers.set(list, known);
    }
    return { ...known, ':method': method, ':path': path };
  }
}

/** A connection that is open, and its streams. */
class Session {
  readonly http2: ClientHttp2Session;
  readonly #socket: object;
  readonly #maxBodyBytes: number;
  readonly #onRoom: () => void;
  /** 0 until the server has sent its settings. */
  #allowed = 0;
  #streams = 0;
  #responses = 0;

  constructor(
    http2: ClientHttp2Session,
    socket: object,
    slots: number,
    maxBodyBytes: number,
    onRoom: () => void,
  ) {
    this.http2 = http2;
    this.#socket = socket;
    this.#maxBodyBytes = maxBodyBytes;
    this.#onRoom = onRoom;
    http2.on('remoteSettings', ({ maxConcurrentStreams }) => {
      this.#allowed = Math.min(slots, maxConcurrentStreams ?? slots);
      onRoom();
    });
  }

  /** Whether the server has sent its settings. */
  get isReady(): boolean {
    return this.#allowed > 0;
  }

  get hasRoom(): boolean {
    return this.#streams < this.#allowed;
  }

  start(
    headers: Record<string, string | string[]>,
    { body }: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    observer: ClientEvents | undefined,
  ): void {
    const controller = new Controller();
    handler.onRequestStart?.(controller, {});
    if (controller.aborted) {
      handler.onResponseError?.(controller, controller.reason!);
      return;
    }
    const isEmpty = body === null || body === undefined;
    let stream: ClientHttp2Stream;
    try {
      stream = this.http2.request(headers, { endStream: isEmpty });
    } catch (thrown) {
      handler.onResponseError?.(controller, thrown as Error);
      return;
    }
    this.#streams += 1;
    controller.stream = stream;
    observer?.sending({ request: handler, socket: this.#socket });
    if (isEmpty) observer?.bodySent({ request: handler });
    else stream.end(body as string | Uint8Array, () => observer?.bodySent({ request: handler }));
    let isSettled = false;
    let bytes = 0;
    const fail = (error: Error): void => {
      if (isSettled) return;
      isSettled = true;
      observer?.failed({ request: handler });
      if (this.http2.destroyed && this.#responses > 0) rememberReused(error);
      handler.onResponseError?.(controller, error);
    };
    stream.on('response', (received) => {
      const { ':status': status = 0, ...rest } = received;
      this.#responses += 1;
      observer?.headers({ request: handler, response: { statusCode: status } });
      handler.onResponseStarted?.();
      handler.onResponseStart?.(controller, status, rest);
    });
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > this.#maxBodyBytes) {
        const message = `the body is longer than ${this.#maxBodyBytes} bytes`;
        controller.abort(Object.assign(new Error(message), { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' }));
      } else if (!isSettled) handler.onResponseData?.(controller, chunk);
    });
    stream.on('end', () => {
      // A stream that was reset ends as well.
      if (isSettled || stream.rstCode !== NGHTTP2_NO_ERROR) return;
      isSettled = true;
      observer?.ended({ request: handler });
      handler.onResponseEnd?.(controller, {});
    });
    stream.on('error', (error) => fail(controller.reason ?? endOf(stream, error)));
    stream.on('close', () => {
      this.#streams -= 1;
      fail(controller.reason ?? endOf(stream, null));
      this.#onRoom();
    });
  }
}

/** What undici's handlers get of a request that is on its way; they only abort it. */
class Controller implements Dispatcher.DispatchController {
  stream: ClientHttp2Stream | null = null;
  reason: Error | null = null;
  readonly rawHeaders = null;
  readonly rawTrailers = null;

  get aborted(): boolean {
    return this.reason !== null;
  }

  get paused(): boolean {
    return this.stream?.isPaused() ?? false;
  }

  pause(): void {
    this.stream?.pause();
  }

  resume(): void {
    this.stream?.resume();
  }

  abort(reason: Error): void {
    this.reason ??= reason;
    this.stream?.close(NGHTTP2_CANCEL);
  }
}

/** Why a connection ended before the server sent its settings, by codes that `classify` knows. */
function endedEarly(reason: Error | null): Error {
  const sentGarbage = reason !== null && 'code' in reason && reason.code === 'ERR_HTTP2_ERROR';
  const message = 'the server ended the connection before it sent its HTTP/2 settings';
  const code = sentGarbage ? 'ERR_HTTP2_PROTOCOL' : 'ECONNRESET';
  return Object.assign(new Error(reason === null ? message : `${message}: ${reason.message}`), { code });
}

/** Why a stream ended without a whole response, by codes that `classify` knows. */
function endOf(stream: ClientHttp2Stream, error: Error | null): Error {
  const { rstCode } = stream;
  if (error !== null && 'code' in error && error.code === 'ECONNRESET') return error;
  const message = error?.message ?? `the server ended the stream with error code ${rstCode}`;
  const code = BROKEN.has(rstCode) ? 'ERR_HTTP2_PROTOCOL' : 'ECONNRESET';
  return Object.assign(new Error(message, { cause: error }), { code });
}
