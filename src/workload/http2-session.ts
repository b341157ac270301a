import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import type { Dispatcher } from 'undici';
import { rememberReused } from './connection-ends.ts';
import type { ClientEvents } from './job-trace.ts';

const {
  NGHTTP2_CANCEL,
  NGHTTP2_COMPRESSION_ERROR,
  NGHTTP2_FLOW_CONTROL_ERROR,
  NGHTTP2_FRAME_SIZE_ERROR,
  NGHTTP2_NO_ERROR,
  NGHTTP2_PROTOCOL_ERROR,
} = constants;

const BROKEN: ReadonlySet<number> = new Set([
  NGHTTP2_PROTOCOL_ERROR,
  NGHTTP2_FLOW_CONTROL_ERROR,
  NGHTTP2_FRAME_SIZE_ERROR,
  NGHTTP2_COMPRESSION_ERROR,
]);

/** Methods that node:http2 sends without a body by default. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);
const REQUEST = Symbol('request');

/** A connection that is open, and its streams. */
export class Session {
  readonly http2: ClientHttp2Session;
  readonly maxBodyBytes: number;
  readonly #socket: object;
  readonly #onRoom: () => void;
  /** 0 until the server has sent its settings. */
  #allowed = 0;
  #streams = 0;
  /** Whether a response has begun. */
  hasAnswered = false;

  constructor(
    http2: ClientHttp2Session,
    socket: object,
    slots: number,
    maxBodyBytes: number,
    onRoom: () => void,
  ) {
    this.http2 = http2;
    this.#socket = socket;
    this.maxBodyBytes = maxBodyBytes;
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
    headers: Readonly<Record<string, string>>,
    { method, body }: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    observer: ClientEvents | undefined,
  ): void {
    const request = new StreamRequest(this, handler, observer);
    handler.onRequestStart?.(request, {});
    if (request.aborted) {
      handler.onResponseError?.(request, request.reason!);
      return;
    }
    const endStream = body === null || body === undefined;
    let stream: ClientHttp2Stream;
    try {
      // Without options where its own default is right: it takes 4 µs to complete them.
      stream = this.http2.request(
        headers,
        endStream === WITHOUT_BODY.has(method) ? undefined : { endStream },
      );
    } catch (thrown) {
      handler.onResponseError?.(request, thrown as Error);
      return;
    }
    this.#streams += 1;
    request.listenTo(stream);
    observer?.sending({ request: handler, socket: this.#socket });
    if (endStream) observer?.bodySent({ request: handler });
    else if (observer === undefined) stream.end(body);
    else stream.end(body, () => observer.bodySent({ request: handler }));
  }

  ended(): void {
    this.#streams -= 1;
  }

  hasClosed(): void {
    this.#onRoom();
  }
}

/** What undici's handlers get of a request that is on its way; they only abort it. */
export class Controller implements Dispatcher.DispatchController {
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

type Stream = ClientHttp2Stream & { [REQUEST]: StreamRequest };

/**
 * One request, and its stream. The listeners are the same functions for all streams, and find it by a property of the stream:
 * closures for each stream would take CPU.
 */
class StreamRequest extends Controller {
  readonly #session: Session;
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #observer: ClientEvents | undefined;
  #bytes = 0;
  #isSettled = false;
  #holdsRoom = true;

  constructor(session: Session, handler: Dispatcher.DispatchHandler, observer: ClientEvents | undefined) {
    super();
    this.#session = session;
    this.#handler = handler;
    this.#observer = observer;
  }

  listenTo(stream: ClientHttp2Stream): void {
    this.stream = stream;
    (stream as Stream)[REQUEST] = this;
    stream.on('response', onResponse).on('data', onData).on('end', onEnd);
    stream.on('error', onError).on('close', onClose);
  }

  responded(received: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
    const handler = this.#handler;
    const status = received[':status'] ?? 0;
    // A copy without it would cost more than the rest of this function; nobody else has this object.
    delete received[':status'];
    this.#session.hasAnswered = true;
    this.#observer?.headers({ request: handler, response: { statusCode: status } });
    handler.onResponseStarted?.();
    handler.onResponseStart?.(this, status, received);
  }

  received(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const { maxBodyBytes } = this.#session;
    if (this.#bytes > maxBodyBytes) {
      const message = `the body is longer than ${maxBodyBytes} bytes`;
      this.abort(Object.assign(new Error(message), { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' }));
    } else if (!this.#isSettled) this.#handler.onResponseData?.(this, chunk);
  }

  ended(stream: ClientHttp2Stream): void {
    // A stream that was reset ends as well.
    if (this.#isSettled || stream.rstCode !== NGHTTP2_NO_ERROR) return;
    this.#isSettled = true;
    // Both sides have ended it (RFC 9113, section 5.1); 'close' comes some turns later.
    if (stream.writableFinished) this.#leave();
    this.#observer?.ended({ request: this.#handler });
    this.#handler.onResponseEnd?.(this, {});
  }

  failed(stream: ClientHttp2Stream, cause: Error | null): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const error = this.reason ?? endOf(stream, cause);
    this.#observer?.failed({ request: this.#handler });
    const { http2, hasAnswered } = this.#session;
    if (http2.destroyed && hasAnswered) rememberReused(error);
    this.#handler.onResponseError?.(this, error);
  }

  closed(stream: ClientHttp2Stream): void {
    this.#leave();
    this.failed(stream, null);
    this.#session.hasClosed();
  }

  #leave(): void {
    if (!this.#holdsRoom) return;
    this.#holdsRoom = false;
    this.#session.ended();
  }
}

function onResponse(this: Stream, received: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
  this[REQUEST].responded(received);
}

function onData(this: Stream, chunk: Buffer): void {
  this[REQUEST].received(chunk);
}

function onEnd(this: Stream): void {
  this[REQUEST].ended(this);
}

function onError(this: Stream, error: Error): void {
  this[REQUEST].failed(this, error);
}

function onClose(this: Stream): void {
  this[REQUEST].closed(this);
}

/** Why a stream ended without a whole response, by codes that `classify` knows. */
function endOf(stream: ClientHttp2Stream, error: Error | null): Error {
  const { rstCode } = stream;
  const errorCode = error !== null && 'code' in error ? error.code : null;
  if (error !== null && errorCode === 'ECONNRESET') return error;
  const message = error?.message ?? `the server ended the stream with error code ${rstCode}`;
  // From Node 22 on, a body of another length than announced ends the connection, with this error.
  const isBroken = errorCode === 'ERR_HTTP2_ERROR' || BROKEN.has(rstCode);
  const code = isBroken ? 'ERR_HTTP2_PROTOCOL' : 'ECONNRESET';
  return Object.assign(new Error(message, { cause: error }), { code });
}
