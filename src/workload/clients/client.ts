import { EventEmitter } from 'node:events';
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
  readonly tls: buildConnector.BuildOptions;
  /** To be told of each connection. */
  readonly sockets: Sockets;
}

export interface ClientRequest {
  readonly url: string;
  readonly path: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
  readonly cancel: Cancel;
}

export interface ClientResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * A library that sends requests, used as its users would, and made comparable: no retries, no redirects, no
 * decompression unless it can't be turned off, no limits of time, whole bodies.
 */
export interface HttpClient {
  /**
   * Rejects with an error that `classify` knows; once `cancel` is aborted, with any.
   * @param started to be called when the response has begun
   */
  send(request: ClientRequest, started: () => void): Promise<ClientResponse>;
  close(): Promise<void>;
}

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

  dispatch(
    { path, method, headers, body }: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): void {
    const controller = new Controller();
    handler.onRequestStart?.(controller, {});
    const request: ClientRequest = {
      url: this.#origin + path,
      path,
      method,
      headers: this.#headersOf(headers as string[]),
      body:
        body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.length) : asText(body),
      cancel: controller.cancel,
    };
    let hasEnded = false;
    const fail = (thrown: unknown) => {
      if (hasEnded) return;
      hasEnded = true;
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      handler.onResponseError?.(controller, controller.reason ?? error);
    };
    // At once: a library may only notice when it has a connection.
    controller.cancel.once('abort', () => fail(controller.reason));
    this.#client
      .send(request, () => handler.onResponseStarted?.())
      .then((response) => {
        if (hasEnded) return;
        handler.onResponseStart?.(controller, response.status, response.headers);
        if (controller.aborted) return;
        if (response.body.length > 0) handler.onResponseData?.(controller, response.body);
        handler.onResponseEnd?.(controller, {});
      })
      .catch(fail);
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

  #headersOf(list: readonly string[]): Record<string, string> {
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

function asText(body: Dispatcher.DispatchOptions['body']): string | null {
  return typeof body === 'string' ? body : null;
}

/**
 * Tells when a request is to be given up. Made for each request: an AbortSignal with one listener takes as much CPU as
 * half of a request through undici. undici takes an emitter in its place.
 */
export class Cancel extends EventEmitter {
  reason: Error | null = null;

  get aborted(): boolean {
    return this.reason !== null;
  }

  abort(reason: Error): void {
    if (this.aborted) return;
    this.reason = reason;
    this.emit('abort');
  }
}

class Controller implements Dispatcher.DispatchController {
  readonly cancel = new Cancel();
  readonly paused = false;

  get aborted(): boolean {
    return this.cancel.aborted;
  }

  get reason(): Error | null {
    return this.cancel.reason;
  }

  abort(reason: Error): void {
    this.cancel.abort(reason);
  }

  pause(): void {}
  resume(): void {}
}
