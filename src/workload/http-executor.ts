import type { Dispatcher } from 'undici';
import { DEFAULT_CLIENT } from '../core/clients.ts';
import { JOB_HEADER, NOT_A_JOB } from '../core/protocols.ts';
import { watchConnectionEnds } from './connection-ends.ts';
import type { HttpRequest } from './http-definition.ts';
import { Exchange } from './http-exchange.ts';
import { type CompiledRequest, type HttpExecutorOptions, requestSecrets } from './http-request.ts';
import type { AttemptLog, JobTrace } from './job-trace.ts';
import { loadUndici, openTransport } from './open-transport.ts';
import { Retries } from './retry.ts';
import type { Dispatches, Transport } from './transport.ts';
import type { Job, JobExecutor, JobResult, Slot } from './workload.ts';

/** Runs HTTP jobs through undici's `dispatch`, its cheapest interface; bodies are joined only where looked at. */
export class HttpExecutor implements JobExecutor {
  readonly #options: HttpExecutorOptions;
  /** By origin. */
  readonly #transports: ReadonlyMap<string, Transport>;
  /** Of each request, so that no origin is looked up while jobs run. */
  readonly #transportOf: readonly Dispatches[];
  readonly #retries: Retries | null;

  private constructor(
    options: HttpExecutorOptions,
    transports: ReadonlyMap<string, Transport>,
    transportOf: readonly Dispatches[],
    attempts: AttemptLog | null = null,
  ) {
    this.#options = options;
    this.#transports = transports;
    this.#transportOf = transportOf;
    this.#retries = options.retry && new Retries(options.retry, options.context, attempts);
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

  run(item: number, position: number, slot: Slot): Promise<JobResult> {
    const retries = this.#retries;
    if (retries === null) return this.#send(item, position, slot, 0);
    const { method } = this.#options.requests[this.#options.items[item]!]!;
    return retries.run({ position, method, slot }, (attempt) => this.#send(item, position, slot, attempt));
  }

  #send(item: number, position: number, slot: Slot, attempt: number): Promise<JobResult> {
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
          headers: this.#headersOf(request, position, slot, attempt),
          body,
          reset: !this.#options.context.keepAlive,
        },
        exchange,
      );
    });
  }

  #headersOf({ headers }: CompiledRequest, position: number, slot: Slot, attempt: number): string[] {
    const { namesJobs } = this.#options.context;
    if (!namesJobs) return headers as string[];
    return [...headers, JOB_HEADER, slot.isRehearsal ? NOT_A_JOB : `${position}.${attempt}`];
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
    const { tracedDispatch, timedOptions } = await import('./http-traced.ts');
    const options = timedOptions(this.#options, trace);
    // Other clients do not say whose request they put on a connection: only the user's functions are timed.
    const tells = options.context.client === DEFAULT_CLIENT;
    return new HttpExecutor(
      options,
      this.#transports,
      tells ? this.#transportOf.map((transport) => tracedDispatch(transport, trace)) : this.#transportOf,
      trace.attempts,
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()));
  }
}
