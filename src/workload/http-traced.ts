import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { CompiledRequest, HttpExecutorOptions } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import type { JobTrace } from './job-trace.ts';
import type { Dispatches } from './transport.ts';
import type { JobExecutor } from './workload.ts';

/** Tells a trace whose request it is: dispatched within `run`, but perhaps put on a connection later. */
export class TracedDispatch {
  readonly #trace: JobTrace;
  #position = -1;

  constructor(trace: JobTrace) {
    this.#trace = trace;
  }

  /** The executor, whose `run` tells the connections below which job they dispatch. */
  known(executor: JobExecutor): JobExecutor {
    return {
      run: (item, position, slot) => {
        this.#position = position;
        return executor.run(item, position, slot);
      },
      missingConnections: () => executor.missingConnections(),
      disconnect: () => executor.disconnect(),
      close: () => executor.close(),
    };
  }

  over(connections: Dispatches): Dispatches {
    return {
      dispatch: (options, handler) => {
        this.#trace.requests.dispatched(this.#position);
        const traced = new TracedHandler(handler, this.#trace, this.#position);
        connections.dispatch(options, traced, this.#trace.requests);
      },
    };
  }
}

/** Says whose request it is when it is put on a connection; the rest goes through. */
class TracedHandler implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #trace: JobTrace;
  readonly #position: number;

  constructor(handler: Dispatcher.DispatchHandler, trace: JobTrace, position: number) {
    this.#handler = handler;
    this.#trace = trace;
    this.#position = position;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#trace.requests.next(this.#position);
    this.#handler.onRequestStart?.(controller, context);
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    text?: string,
  ): void {
    this.#handler.onResponseStart?.(controller, status, headers, text);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    this.#handler.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#handler.onResponseError?.(controller, error);
  }
}

/** The same options, with every function of the user timed; of an asynchronous one the part until it first waits. */
export function timedOptions(options: HttpExecutorOptions, trace: JobTrace): HttpExecutorOptions {
  const { process, digest } = options;
  const requests = options.requests.map((request) => timedRequest(request, trace));
  if (!process && !digest) return { ...options, requests };
  // `digest` is not told which job it is called for, and may be called long after `process`.
  const positions = new WeakMap<HttpResponse, number>();
  return {
    ...options,
    requests,
    process: (response, job) => {
      positions.set(response, job.position);
      return process ? trace.code.processing(job.position, () => process(response, job)) : undefined;
    },
    digest:
      digest &&
      ((response, result) => trace.code.processing(positions.get(response)!, () => digest(response, result))),
  };
}

function timedRequest(request: CompiledRequest, trace: JobTrace): CompiledRequest {
  const { path, body } = request.source;
  return {
    ...request,
    path:
      typeof path === 'function'
        ? (job) => trace.code.computing(job().position, () => request.path(job))
        : request.path,
    body:
      typeof body === 'function'
        ? (job) => trace.code.computing(job().position, () => request.body(job))
        : request.body,
  };
}
