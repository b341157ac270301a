import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { messageOf } from '../core/errors.ts';
import { OUTCOME_CODE } from '../core/outcomes.ts';
import { classify } from './classify.ts';
import { endedReused, failingConnection } from './connection-ends.ts';
import { digestChunk, digestOf } from './digest.ts';
import type { HttpRequest } from './http-definition.ts';
import type { HttpExecutorOptions } from './http-request.ts';
import { HttpResponse } from './http-response.ts';
import { retryAfterMs } from './retry.ts';
import type { Cancellable, Job, JobResult, Slot } from './workload.ts';

/** One request and its response: undici's handler for it. */
export class Exchange implements Dispatcher.DispatchHandler, Cancellable {
  readonly #options: HttpExecutorOptions;
  readonly #job: () => Job<HttpRequest>;
  readonly #slot: Slot;
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
    slot: Slot,
    resolve: (result: JobResult) => void,
    reject: (thrown: unknown) => void,
  ) {
    this.#options = options;
    this.#job = job;
    this.#slot = slot;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#chunks = options.process === null && options.digest === null ? null : [];
    slot.running = this;
  }

  /** Until the request is on a connection there is no controller: the wish to cancel waits for it. */
  cancel(reason: Error): void {
    this.#cancelReason = reason;
    this.#controller?.abort(reason);
  }

  /** Of its job, in the plan. */
  get position(): number {
    return this.#job().position;
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
    try {
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
      // An uncaught error would end the runner (HTTP/2) or close a healthy connection (undici).
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
    const result = { outcome, status: this.#status, bytes: this.#bytes, digest, message, value };
    const retryAfter = this.#headers['retry-after'];
    if (message === null || retryAfter === undefined) this.#resolve(result);
    else this.#resolve({ ...result, retryAfterMs: retryAfterMs(retryAfter) });
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
  if (status === 101) return brokenHttp('the server answered 101 although no upgrade was requested');
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
