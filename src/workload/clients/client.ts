import type { IncomingHttpHeaders } from 'node:http';
import type { buildConnector, Dispatcher } from 'undici';
import type { Sockets } from '../sockets.ts';
import type { Transport } from '../transport.ts';

/** What a client is opened with, by one thread for one origin. */
export interface ClientOptions {
  readonly origin: string;
  /** Requests in flight, and connections, at the most. */
  readonly slots: number;
  /** False: each request has a connection of its own. */
  readonly keepAlive: boolean;
  readonly maxBodyBytes: number;
  /** Whether the workload looks at responses. If not, headers other than `NEEDED_HEADERS` may be left out. */
  readonly readsResponses: boolean;
  readonly tls: buildConnector.BuildOptions;
  /** To be told of each connection. */
  readonly sockets: Sockets;
}

interface HttpClient {
  /**
   * Sends a request and tells the call how it ended, by errors that `classify` knows; once it is aborted, by any. May throw.
   * A library is used as its users would, and made comparable: no retries, no redirects, no decompression unless it can't be
   * turned off, no limits of time, whole bodies.
   */
  send(call: Call): void;
  close(): Promise<void>;
}

/** Headers of a response that Threadmill itself reads. */
export const NEEDED_HEADERS = ['transfer-encoding', 'retry-after'] as const;

export type OpenClient = (options: ClientOptions) => Promise<HttpClient>;

/** A client as what `HttpExecutor` sends requests by. */
export class ClientTransport implements Transport {
  readonly #client: HttpClient;
  readonly #origin: string;
  readonly #sockets: Sockets;
  /** By the list of headers, which is the same for all jobs of a request. */
  readonly #headers = new WeakMap<object, Record<string, string>>();

  constructor(client: HttpClient, { origin, sockets }: ClientOptions) {
    this.#client = client;
    this.#origin = origin;
    this.#sockets = sockets;
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const call = new Call(this.#origin, options, this.#headersOf(options.headers as string[]), handler);
    handler.onRequestStart?.(call, {});
    if (call.aborted) return;
    try {
      this.#client.send(call);
    } catch (thrown) {
      call.failed(thrown);
    }
  }

  get missing(): number {
    return this.#sockets.missing;
  }

  disconnect(): void {
    this.#sockets.disconnect();
  }

  close(): Promise<void> {
    this.#sockets.disconnect();
    return this.#client.close();
  }

  #headersOf(list: readonly string[]): Record<string, string> | null {
    if (list.length === 0) return null;
    let known = this.#headers.get(list);
    if (known === undefined) {
      known = {};
      for (let at = 0; at < list.length; at += 2) known[list[at]!.toLowerCase()] = list[at + 1]!;
      this.#headers.set(list, known);
    }
    return known;
  }
}

/** By the code that undici has for it. */
export function tooLarge(maxBodyBytes: number): Error {
  const message = `the response is larger than ${maxBodyBytes} bytes`;
  return Object.assign(new Error(message), { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
}

/**
 * One request on its way through a client. It stands for an AbortSignal too, of one listener: a real one takes as much CPU
 * as half of a request through undici.
 */
export class Call implements Dispatcher.DispatchController {
  readonly url: string;
  readonly path: string;
  readonly method: string;
  /** Names in lower case. Null where there are none: axios takes a sixteenth of a request to look at an empty object. */
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: string | Buffer | null;
  readonly paused = false;
  reason: Error | null = null;
  readonly #handler: Dispatcher.DispatchHandler;
  #onAbort: ((reason: Error) => void) | null = null;
  #hasFailed = false;

  constructor(
    origin: string,
    { path, method, body }: Dispatcher.DispatchOptions,
    headers: Readonly<Record<string, string>> | null,
    handler: Dispatcher.DispatchHandler,
  ) {
    this.url = origin + path;
    this.path = path;
    this.method = method;
    this.headers = headers;
    this.body =
      body instanceof Uint8Array
        ? Buffer.from(body.buffer, body.byteOffset, body.length)
        : ((body as string | null | undefined) ?? null);
    this.#handler = handler;
  }

  get aborted(): boolean {
    return this.reason !== null;
  }

  /** The request is given up, and has failed at once: a library may only notice when it has a connection. */
  abort(reason: Error): void {
    if (this.reason !== null) return;
    this.reason = reason;
    this.#onAbort?.(reason);
    this.failed(reason);
  }

  /** How the library gives up its request: at once if the call has been aborted. A second way takes the place of the first. */
  abortBy(abort: (reason: Error) => void): void {
    if (this.reason === null) this.#onAbort = abort;
    else abort(this.reason);
  }

  addEventListener(_: 'abort', listener: () => void): void {
    this.#onAbort = listener;
  }

  removeEventListener(): void {
    this.#onAbort = null;
  }

  /** The response has begun. */
  started(): void {
    this.#handler.onResponseStarted?.();
  }

  /** The response has arrived whole. */
  ended(status: number, headers: IncomingHttpHeaders, body: Buffer): void {
    if (this.#hasFailed) return;
    const handler = this.#handler;
    try {
      handler.onResponseStart?.(this, status, headers);
      if (this.reason !== null) return;
      if (body.length > 0) handler.onResponseData?.(this, body);
      handler.onResponseEnd?.(this, {});
    } catch (thrown) {
      this.failed(thrown);
    }
  }

  failed(thrown: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.#handler.onResponseError?.(this, this.reason ?? error);
  }

  pause(): void {}
  resume(): void {}
}
