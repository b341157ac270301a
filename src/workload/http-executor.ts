import type { IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import type { Dispatcher } from 'undici';
import { messageOf } from '../core/errors.ts';
import { OUTCOME_CODE } from '../core/outcomes.ts';
import { classify } from './classify.ts';
import { endedReused, failingConnection, watchConnectionEnds } from './connection-ends.ts';
import { Connections, type Undici } from './connections.ts';
import { digestChunk, digestOf } from './digest.ts';
import type { HttpRequest } from './http-definition.ts';
import { type HttpExecutorOptions, requestSecrets } from './http-request.ts';
import { HttpResponse } from './http-response.ts';
import type { JobTrace, UserCodeTimer } from './job-trace.ts';
import { connectorOptions } from './tls-options.ts';
import { connectTo, type Dispatches, speaksHttp2, type Transport } from './transport.ts';
import {
  type Computed,
  type ComputeExecutor,
  type Job,
  type JobExecutor,
  type JobResult,
  type JobSlot,
  type Payload,
  WorkloadError,
} from './workload.ts';

/** Idle connections must outlive the trials of the other variants, so they are kept for an hour. */
const KEEP_ALIVE_MS = 3_600_000;

/** undici's client without its index, which costs each thread 60 ms. Pinned; the index stands in if files moved. */
async function loadUndici(): Promise<Undici> {
  const require = createRequire(import.meta.url);
  try {
    return {
      Client: require('undici/lib/dispatcher/client.js') as Undici['Client'],
      buildConnector: require('undici/lib/core/connect.js') as Undici['buildConnector'],
    };
  } catch {
    return await import('undici');
  }
}

/** Runs HTTP jobs through undici's `dispatch`, its cheapest interface; bodies are joined only where looked at. */
export class HttpExecutor implements JobExecutor {
  readonly #options: HttpExecutorOptions;
  /** By origin. */
  readonly #transports: ReadonlyMap<string, Transport>;
  /** Of each request, so that no origin is looked up while jobs run. */
  readonly #transportOf: readonly Dispatches[];

  private constructor(
    options: HttpExecutorOptions,
    transports: ReadonlyMap<string, Transport>,
    transportOf: readonly Dispatches[],
  ) {
    this.#options = options;
    this.#transports = transports;
    this.#transportOf = transportOf;
  }

  static async open(options: HttpExecutorOptions): Promise<HttpExecutor> {
    const undici = await loadUndici();
    watchConnectionEnds();
    const transports = new Map<string, Transport>();
    for (const { origin } of options.requests) {
      if (!transports.has(origin)) transports.set(origin, await openTransport(undici, origin, options));
    }
    return new HttpExecutor(
      options,
      transports,
      options.requests.map(({ origin }) => transports.get(origin)!),
    );
  }

  run(item: number, position: number, slot: JobSlot): Promise<JobResult> {
    const index = this.#options.items[item]!;
    const request = this.#options.requests[index]!;
    let made: Job<HttpRequest> | null = null;
    const job = (): Job<HttpRequest> => {
      made ??= { position, index: item, name: request.name, input: request.source };
      return made;
    };
    return new Promise((resolve, reject) => {
      const path = request.path(job);
      if (request.fixedPath === null) slot.madePath = path;
      const body = request.body(job);
      // Only of failed jobs, and later: looking for secrets takes time.
      const fail = request.isMadePerJob
        ? (thrown: unknown) => {
            slot.rememberSecrets = requestSecrets(path, body);
            reject(thrown);
          }
        : reject;
      const exchange = new Exchange(this.#options, job, slot, resolve, fail);
      this.#transportOf[index]!.dispatch(
        {
          path,
          method: request.method as Dispatcher.HttpMethod,
          headers: request.headers as string[],
          body,
          reset: !this.#options.context.keepAlive,
        },
        exchange,
      );
    });
  }

  missingConnections(): number {
    if (!this.#options.context.keepAlive) return 0;
    let missing = 0;
    for (const transport of this.#transports.values()) missing += transport.missing;
    return missing;
  }

  disconnect(): void {
    for (const transport of this.#transports.values()) transport.disconnect();
  }

  async traced(trace: JobTrace): Promise<JobExecutor> {
    const { TracedDispatch, timedOptions } = await import('./http-traced.ts');
    const dispatch = new TracedDispatch(trace);
    const traced = new HttpExecutor(
      timedOptions(this.#options, trace),
      this.#transports,
      this.#transportOf.map((transport) => dispatch.over(transport)),
    );
    return dispatch.known(traced);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()));
  }
}

/**
 * One client for HTTP/1.1, or HTTP/2 where that is asked for, or where `auto` finds that the server offers it.
 * @throws WorkloadError where HTTP/2 can't be spoken
 */
async function openTransport(
  { Client, buildConnector }: Undici,
  origin: string,
  { context, maxBodyBytes, protocol, tls }: HttpExecutorOptions,
): Promise<Transport> {
  const isSecure = origin.startsWith('https:');
  const { slots, keepAlive, onConnection } = context;
  const options = connectorOptions(tls, context);
  if (protocol === 'h2' && !isSecure) {
    throw new WorkloadError(`HTTP/2 needs TLS: ${origin} must be an https:// URL`);
  }
  if (protocol === 'h2' && !keepAlive) {
    throw new WorkloadError('HTTP/2 keeps one connection: leave out --no-keep-alive');
  }
  if (protocol !== 'h1' && isSecure && keepAlive) {
    const connect = buildConnector({ ...options, allowH2: true });
    if (protocol === 'h2' || (await offersHttp2(connect, origin))) {
      // Loaded only where it is used: node:http2 takes time at the start of every thread.
      const { Http2Connection } = await import('./http2-connection.ts');
      return new Http2Connection({ origin, slots, maxBodyBytes, connect, onConnection });
    }
  }
  return new Connections(Client, {
    origin,
    limit: slots,
    connect: buildConnector(options),
    client: {
      pipelining: 1,
      // One clock decides about time: the slot's. Undici's own timers are coarse and per phase.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      maxResponseSize: maxBodyBytes,
    },
    onConnection,
  });
}

/** By one connection of its own. A server that can't be reached is for the jobs to find. */
function offersHttp2(connect: ReturnType<Undici['buildConnector']>, origin: string): Promise<boolean> {
  return new Promise((resolve) => {
    connectTo(connect, origin, (_, socket) => {
      socket?.on('error', () => {}).destroy();
      resolve(socket !== null && speaksHttp2(socket));
    });
  });
}

/** What of a response goes to the thread that processes it, beside the body. */
type ResponseHead = Pick<HttpResponse, 'status' | 'headers'>;

/** `process` and `digest` of a workload, in a thread that makes no requests. */
export class HttpCompute implements ComputeExecutor {
  readonly #options: Pick<HttpExecutorOptions, 'requests' | 'items' | 'process' | 'digest'>;
  readonly #timer: UserCodeTimer | null;

  constructor(
    options: Pick<HttpExecutorOptions, 'requests' | 'items' | 'process' | 'digest'>,
    timer: UserCodeTimer | null = null,
  ) {
    this.#options = options;
    this.#timer = timer;
  }

  async compute(item: number, position: number, { rest, body }: Payload): Promise<Computed> {
    const { requests, items, process, digest } = this.#options;
    const { status, headers } = rest as ResponseHead;
    const response = new HttpResponse(status, headers, asBuffer(body!));
    const request = requests[items[item]!]!;
    const job = { position, index: item, name: request.name, input: request.source };
    const timed = <T>(run: () => T): T =>
      this.#timer === null ? run() : this.#timer.processing(position, run);
    const result = await timed(() => process!(response, job));
    return {
      digest: digestOf(digest ? timed(() => digest(response, result)) : response.body),
      result,
    };
  }

  traced(timer: UserCodeTimer): ComputeExecutor {
    return new HttpCompute(this.#options, timer);
  }

  async close(): Promise<void> {}
}

/** A Buffer arrives in another thread as a Uint8Array. */
function asBuffer(bytes: Uint8Array | ArrayBuffer): Buffer {
  return bytes instanceof ArrayBuffer
    ? Buffer.from(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** One request and its response: undici's handler for it. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: HttpExecutorOptions;
  readonly #job: () => Job<HttpRequest>;
  readonly #slot: JobSlot;
  readonly #resolve: (result: JobResult) => void;
  readonly #reject: (thrown: unknown) => void;
  /** Kept only if somebody will look at the body. */
  readonly #chunks: Buffer[] | null;
  #controller: Dispatcher.DispatchController | null = null;
  #cancelReason: Error | null = null;
  /** Whether a byte of the response has come. */
  #responding = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #bytes = 0;
  #digest = 0;

  constructor(
    options: HttpExecutorOptions,
    job: () => Job<HttpRequest>,
    slot: JobSlot,
    resolve: (result: JobResult) => void,
    reject: (thrown: unknown) => void,
  ) {
    this.#options = options;
    this.#job = job;
    this.#slot = slot;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#chunks = options.process === null && options.digest === null ? null : [];
    // Until the request is on a connection there is no controller: the wish to cancel waits for it.
    slot.cancel = (reason) => {
      this.#cancelReason = reason;
      this.#controller?.abort(reason);
    };
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#cancelReason !== null) controller.abort(this.#cancelReason);
  }

  onResponseStarted(): void {
    this.#responding = true;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.#status = status;
    this.#headers = headers;
    const violation = protocolViolation(status, headers['transfer-encoding']);
    if (violation !== null) controller.abort(violation);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#chunks === null) this.#digest = digestChunk(chunk, this.#digest);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const failure = failingConnection();
    if (failure !== null) {
      this.#reject(failure);
      return;
    }
    const status = this.#status;
    if (!this.#options.accept(status)) {
      this.#settle(OUTCOME_CODE['http-error'], this.#bodyDigest(), `the server answered ${status}`);
      return;
    }
    if (this.#chunks === null) {
      this.#settle(OUTCOME_CODE.ok, this.#digest, null);
      return;
    }
    const { offload } = this.#options.context;
    if (offload !== null && this.#options.process !== null) {
      const { index, position } = this.#job();
      const payload = { rest: { status, headers: this.#headers }, body: this.#body() };
      offload(index, position, payload, this.#slot).then(
        ({ digest, result }) => this.#settle(OUTCOME_CODE.ok, digest, null, result),
        this.#reject,
      );
      return;
    }
    try {
      const response = new HttpResponse(status, this.#headers, this.#body());
      const result = this.#options.process?.(response, this.#job());
      if (isThenable(result)) {
        Promise.resolve(result)
          .then((value) => this.#finish(response, value))
          .catch(this.#reject);
      } else {
        this.#finish(response, result);
      }
    } catch (thrown) {
      // Thrown on to undici it would close a connection that did nothing wrong.
      this.#reject(thrown);
    }
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const code = 'code' in error ? error.code : null;
    if (code === 'UND_ERR_CONNECT_TIMEOUT') {
      // The slot's time is up at the same moment; whichever clock is first, the outcome is one.
      this.#settle(OUTCOME_CODE.timeout, 0, messageOf(error));
    } else if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' && this.#status === 304) {
      // It may name the length of the body that it leaves out (RFC 9110, section 8.6); undici misses that body.
      this.onResponseEnd();
    } else if (!this.#responding && endedReused(error) && classify(error).outcome === 'reset') {
      const message = `${messageOf(error)}: a kept-alive connection ended before the response began`;
      this.#settle(OUTCOME_CODE['stale-connection'], 0, message);
    } else {
      this.#reject(error);
    }
  }

  #finish(response: HttpResponse, result: unknown): void {
    const { digest } = this.#options;
    this.#settle(
      OUTCOME_CODE.ok,
      digest === null || digest === undefined ? digestOf(response.body) : digestOf(digest(response, result)),
      null,
      result,
    );
  }

  #settle(outcome: number, digest: number, message: string | null, value?: unknown): void {
    this.#resolve({ outcome, status: this.#status, bytes: this.#bytes, digest, message, value });
  }

  #body(): Buffer {
    const chunks = this.#chunks ?? [];
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, this.#bytes);
  }

  #bodyDigest(): number {
    return this.#chunks === null ? this.#digest : digestOf(this.#body());
  }
}

/** Transfer codings that undici decodes; no request offers others (RFC 9112, section 7). */
const CODINGS: readonly string[] = ['chunked', 'identity'];

/** What undici lets pass, or fails at with an assertion; null for a response that is as it should be. */
function protocolViolation(status: number, coding: string | string[] | undefined): Error | null {
  if (status < 100) return brokenHttp(`the server answered with status ${String(status).padStart(3, '0')}`);
  if (status === 101) return brokenHttp('the server answered 101, though no upgrade was asked for');
  if (coding === undefined || CODINGS.includes(String(coding).toLowerCase())) return null;
  return brokenHttp(`the server used an unknown transfer-encoding: ${coding}`);
}

/** By the name that undici gives its own. */
function brokenHttp(message: string): Error {
  return Object.assign(new Error(message), { name: 'HTTPParserError' });
}

/** Whatever `await` would wait for: a promise of another realm or library is no instance of this one's. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
