import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { constants, type Http2ServerResponse, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { head, Peer } from './peer.ts';

/** What the routes answered, kept back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One request and its response, for a fault to act on: the same over HTTP/1.1, with or without TLS, and HTTP/2. */
export class Exchange {
  readonly response: ServerResponse;
  /** Null for HTTP/1.1. */
  readonly stream: ServerHttp2Stream | null;
  readonly #request: IncomingMessage;
  readonly #routes: RequestListener;
  readonly #inject: () => void;
  #peer: Peer | null = null;

  /** @param inject called when the fault has its way with this response */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    routes: RequestListener,
    inject: () => void,
  ) {
    this.#request = request;
    this.response = response;
    this.#routes = routes;
    this.#inject = inject;
    this.stream = 'stream' in response ? (response as unknown as Http2ServerResponse).stream : null;
  }

  /** Whatever writes past `response`; over HTTP/2 it writes the body of a stream. */
  get peer(): Peer {
    this.#peer ??=
      this.stream === null
        ? new Peer(transportOf(this.#request.socket), this.#request.socket)
        : new StreamPeer(this.stream);
    return this.#peer;
  }

  inject(): void {
    this.#inject();
  }

  /** The response as it would be. */
  pass(): void {
    this.#routes(this.#request, this.response);
  }

  /** The same, kept back. One without a body passes, as no fault can act on it. */
  capture(then: (answer: Answer) => void): void {
    const kept = new KeptResponse(({ status, headers, body }) => {
      if (this.#request.method !== 'HEAD' && body.length > 0) {
        then({ status, headers, body });
        return;
      }
      this.response.sendDate = false;
      this.response.writeHead(status, headers);
      this.response.end();
    });
    this.response.once('close', () => kept.destroy());
    this.#routes(this.#request, kept as unknown as ServerResponse);
  }

  /** Sends status and headers, and nothing of the body. */
  sendHead(answer: Answer, others: Readonly<Record<string, string>> = {}): void {
    const { stream } = this;
    if (stream === null) {
      this.peer.write(headOf(answer, others));
      return;
    }
    const { connection: _, ...headers } = { ...answer.headers, ...others };
    stream.respond({ ...headers, ':status': answer.status });
  }

  /** Breaks the rules of the protocol. @param bytes over HTTP/1.1, before the connection ends */
  violate(bytes: string): void {
    if (this.stream === null) this.peer.end(bytes);
    else this.stream.close(constants.NGHTTP2_PROTOCOL_ERROR);
  }
}

/** As bytes of HTTP/1.1. */
export function headOf({ status, headers }: Answer, others: Readonly<Record<string, string>> = {}): string {
  return head({ ...headers, ...others }, `HTTP/1.1 ${status} -`);
}

/** TCP below TLS: only that can be reset. Node keeps it in an undocumented field. */
export function transportOf(socket: Socket): Socket {
  return (socket as Socket & { readonly _parent?: Socket | null })._parent ?? socket;
}

class StreamPeer extends Peer {
  constructor(stream: ServerHttp2Stream) {
    super(stream as unknown as Socket, stream);
  }

  /** Resets the stream with INTERNAL_ERROR. `close` would end it first, and the body would be too short. */
  protected override abort(): void {
    this.stream.destroy(new Error('an injected fault'));
  }
}

/** What the routes use of a ServerResponse. */
class KeptResponse extends Writable {
  headersSent = false;
  sendDate = true;
  #status = 200;
  readonly #headers: Record<string, string> = {};
  readonly #chunks: Buffer[] = [];
  readonly #then: (answer: Answer) => void;

  constructor(then: (answer: Answer) => void) {
    super();
    this.#then = then;
  }

  setHeader(name: string, value: string): void {
    this.#headers[name] = value;
  }

  writeHead(status: number, headers: readonly string[]): void {
    this.headersSent = true;
    this.#status = status;
    for (let index = 0; index < headers.length; index += 2)
      this.setHeader(headers[index]!, headers[index + 1]!);
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.#then({ status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) });
    done();
  }
}
