import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Exchange } from './http-exchange.ts';
import type { CompiledRequest, HttpExecutorOptions } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import type { JobTrace, RequestEvents } from './job-trace.ts';
import type { Dispatches } from './transport.ts';

/** Tells a trace whose request it is: dispatched now, but perhaps put on a connection later. */
export function tracedDispatch(connections: Dispatches, { requests }: JobTrace): Dispatches {
  return {
    dispatch: (options, handler) => {
      // The executor's own, whoever dispatches it: a request that is sent again is dispatched outside of `run`.
      const { position } = handler as Exchange;
      requests.dispatched(position);
      connections.dispatch(options, new TracedHandler(handler, requests, position), requests);
    },
  };
}

/** Says whose request it is when it is put on a connection; the rest goes through. */
class TracedHandler implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #requests: RequestEvents;
  readonly #position: number;

  constructor(handler: Dispatcher.DispatchHandler, requests: RequestEvents, position: number) {
    this.#handler = handler;
    this.#requests = requests;
    this.#position = position;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#requests.next(this.#position);
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
