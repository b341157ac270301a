import type { ClientName } from '../core/clients.ts';
import type { HttpProtocol } from '../core/protocols.ts';
import type { HttpResponse } from './http-response.ts';
import type { RetryOptions } from './retry.ts';
import type { TlsOptions } from './tls-options.ts';
import type { Job } from './workload.ts';

/** Methods that a request of `httpWorkload` may have. */
export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

type PerJob<T> = T | ((job: Job<HttpRequest>) => T);

/** Bytes as they are, text, or anything else as JSON. */
export type RequestBody = string | Uint8Array | object | number | boolean | null;

export interface HttpRequest {
  /** Shown in tables and logs. */
  readonly name: string;
  /** Default GET. */
  readonly method?: HttpMethod;
  /** Appended to the base URL's own path; begins with `/`. A function is called for each job. */
  readonly path: PerJob<string>;
  /** Another server than the workload's. */
  readonly baseUrl?: string;
  /** Added to the workload's headers; a header with the same name replaces it. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, with its content-type. A function is called for each job. */
  readonly body?: PerJob<RequestBody>;
  /** How many times this request stands in the list of jobs. Default 1. */
  readonly repeat?: number;
}

export interface HttpWorkloadDefinition<Result = unknown> {
  readonly name?: string;
  /** `http://` or `https://`; a user and password in it are sent as basic authorization. */
  readonly baseUrl: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly requests: readonly HttpRequest[];
  /** The CPU work on each response. Without it the body is read and only compared. */
  process?(response: HttpResponse, job: Job<HttpRequest>): Result | Promise<Result>;
  /** What is compared between variants; by default status and body. Leave out what differs by nature. */
  digest?(response: HttpResponse, result: Result): unknown;
  /** Which statuses are no failure; by default 200 to 399. Redirects are not followed. */
  accept?(status: number): boolean;
  /** Certificates of `https://` servers. */
  readonly tls?: TlsOptions;
  /**
   * `h1`, the default: HTTP/1.1 over as many connections as there are jobs in flight. `h2`: HTTP/2, all jobs of a
   * thread as streams of one connection. `auto`: HTTP/2 where the server offers it. `--protocol` replaces it.
   */
  readonly protocol?: HttpProtocol;
  /** What sends the requests. Default `undici-dispatch`. `--client` replaces it, and so does a variant that names one. */
  readonly client?: ClientName;
  /** Sends a request that failed again. Default: never. `--retry` replaces `attempts`. */
  readonly retry?: RetryOptions;
  /** A longer body fails its job. Default 32 MiB. */
  readonly maxBodyBytes?: number;
}
