import type { IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import type { Dispatcher, Pool } from 'undici';
import type { JobTrace } from '../measurement/job-trace.ts';
import { OUTCOME_CODE } from '../types/outcomes.ts';
import { digestChunk, digestOf } from './digest.ts';
import { type CompiledRequest, rememberRequestSecrets } from './http-request.ts';
import { HttpResponse } from './http-response.ts';
import type { HttpRequest, HttpWorkloadDefinition } from './http-workload.ts';
import type { Job, JobExecutor, JobResult, JobSlot, ThreadContext } from './workload.ts';

export interface HttpExecutorOptions {
  readonly requests: readonly CompiledRequest[];
  /** Index into `requests` of each item. */
  readonly items: Uint32Array;
  readonly context: ThreadContext;
  readonly maxBodyBytes: number;
  readonly process: HttpWorkloadDefinition['process'] | null;
  readonly digest: HttpWorkloadDefinition['digest'] | null;
  readonly accept: (status: number) => boolean;
}

/** Idle connections must outlive the blocks of the other variants, so they are kept for an hour. */
const KEEP_ALIVE_MS = 3_600_000;

/**
 * Undici's pool without the rest of undici: its index also loads fetch, web sockets, caches and mocks, which
 * costs each thread about 60 ms at its start. The path is not part of undici's public interface, so its
 * version is pinned in package.json, and the index stands in where the file has moved.
 */
async function loadPool(): Promise<typeof Pool> {
  try {
    return createRequire(import.meta.url)('undici/lib/dispatcher/pool.js') as typeof Pool;
  } catch {
    return (await import('undici')).Pool;
  }
}

/**
 * Runs HTTP jobs through undici's `dispatch`, its cheapest interface: the response is digested as it comes,
 * and the body is only put together where the workload looks at it.
 */
export class HttpExecutor implements JobExecutor {
  readonly #options: HttpExecutorOptions;
  readonly #pools: Map<string, Pool>;
  /** Pool of each request, so that no origin is looked up while jobs run. */
  readonly #poolOf: readonly Pick<Pool, 'dispatch'>[];

  private constructor(
    options: HttpExecutorOptions,
    pools: Map<string, Pool>,
    poolOf: readonly Pick<Pool, 'dispatch'>[],
  ) {
    this.#options = options;
    this.#pools = pools;
    this.#poolOf = poolOf;
  }

  static async open(options: HttpExecutorOptions): Promise<HttpExecutor> {
    const Pool = await loadPool();
    const { context, requests } = options;
    const pools = new Map<string, Pool>();
    for (const { origin } of requests) {
      if (pools.has(origin)) continue;
      const pool = new Pool(origin, {
        connections: context.lanes,
        pipelining: 1,
        // One clock decides about time: the lane's. Undici's own timers are coarse and per phase.
        headersTimeout: 0,
        bodyTimeout: 0,
        connectTimeout: context.timeoutMs,
        keepAliveTimeout: KEEP_ALIVE_MS,
        keepAliveMaxTimeout: KEEP_ALIVE_MS,
        maxResponseSize: options.maxBodyBytes,
      });
      pool.on('connect', context.onConnection);
      pools.set(origin, pool);
    }
    return new HttpExecutor(
      options,
      pools,
      requests.map((request) => pools.get(request.origin)!),
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
      // Only now: all requests' secrets would be too many to look for, and most jobs never fail.
      const fail = request.isMadePerJob
        ? (thrown: unknown) => {
            rememberRequestSecrets(path, body);
            reject(thrown);
          }
        : reject;
      const exchange = new Exchange(this.#options, job, slot, resolve, fail);
      this.#poolOf[index]!.dispatch(
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
    for (const pool of this.#pools.values()) {
      missing += Math.max(0, this.#options.context.lanes - pool.stats.connected);
    }
    return missing;
  }

  async traced(trace: JobTrace): Promise<JobExecutor> {
    const { TracedDispatch, timedOptions } = await import('./http-traced.ts');
    const dispatch = new TracedDispatch(trace);
    const traced = new HttpExecutor(
      timedOptions(this.#options, trace),
      this.#pools,
      this.#poolOf.map((pool) => dispatch.over(pool)),
    );
    return dispatch.known(traced);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }
}

/** One request and its response: undici's handler for it. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: HttpExecutorOptions;
  readonly #job: () => Job<HttpRequest>;
  readonly #resolve: (result: JobResult) => void;
  readonly #reject: (thrown: unknown) => void;
  /** Kept only if somebody will look at the body. */
  readonly #chunks: Buffer[] | null;
  #controller: Dispatcher.DispatchController | null = null;
  #cancelReason: Error | null = null;
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

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#chunks === null) this.#digest = digestChunk(chunk, this.#digest);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const status = this.#status;
    if (!this.#options.accept(status)) {
      this.#settle(OUTCOME_CODE['http-error'], this.#bodyDigest(), `the server answered ${status}`);
      return;
    }
    if (this.#chunks === null) {
      this.#settle(OUTCOME_CODE.ok, this.#digest, null);
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
    this.#reject(error);
  }

  #finish(response: HttpResponse, result: unknown): void {
    const { digest } = this.#options;
    this.#settle(
      OUTCOME_CODE.ok,
      digest === null || digest === undefined ? digestOf(response.body) : digestOf(digest(response, result)),
      null,
    );
  }

  #settle(outcome: number, digest: number, message: string | null): void {
    this.#resolve({ outcome, status: this.#status, bytes: this.#bytes, digest, message });
  }

  #body(): Buffer {
    const chunks = this.#chunks ?? [];
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, this.#bytes);
  }

  #bodyDigest(): number {
    return this.#chunks === null ? this.#digest : digestOf(this.#body());
  }
}

/** Whatever `await` would wait for: a promise of another realm or library is no instance of this one's. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
