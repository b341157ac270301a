import { digestOf } from './digest.ts';
import type { HttpExecutorOptions } from './http-request.ts';
import { HttpResponse } from './http-response.ts';
import type { UserCodeTimer } from './job-trace.ts';
import type { Computed, ComputeExecutor, Payload } from './workload.ts';

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
