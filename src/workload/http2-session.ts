import { type ClientHttp2Session, type ClientHttp2Stream, constants } from 'node:http2';
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

const NO_BODY = { endStream: true };
const BODY_FOLLOWS = { endStream: false };

/** A connection that is open, and its streams. */
export class Session {
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
    headers: Readonly<Record<string, string>>,
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
      stream = this.http2.request(headers, isEmpty ? NO_BODY : BODY_FOLLOWS);
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
    let holdsRoom = true;
    let bytes = 0;
    const leave = (): void => {
      if (!holdsRoom) return;
      holdsRoom = false;
      this.#streams -= 1;
    };
    const fail = (cause: Error | null): void => {
      if (isSettled) return;
      isSettled = true;
      const error = controller.reason ?? endOf(stream, cause);
      observer?.failed({ request: handler });
      if (this.http2.destroyed && this.#responses > 0) rememberReused(error);
      handler.onResponseError?.(controller, error);
    };
    stream.on('response', (received) => {
      const status = received[':status'] ?? 0;
      // A copy without it would cost more than the rest of this function; nobody else has this object.
      delete received[':status'];
      this.#responses += 1;
      observer?.headers({ request: handler, response: { statusCode: status } });
      handler.onResponseStarted?.();
      handler.onResponseStart?.(controller, status, received);
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
      // Both sides have ended it (RFC 9113, section 5.1); 'close' comes some turns later.
      if (stream.writableFinished) leave();
      observer?.ended({ request: handler });
      handler.onResponseEnd?.(controller, {});
    });
    stream.on('error', fail);
    stream.on('close', () => {
      leave();
      fail(null);
      this.#onRoom();
    });
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
