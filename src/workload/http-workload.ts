import { HttpExecutor } from './http-executor.ts';
import type { HttpMethod } from './http-request.ts';
import { type CompiledRequest, compileRequest, requestText } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import {
  brandWorkload,
  checkFunctions,
  checkSpelling,
  type Job,
  MAX_ITEMS,
  type Workload,
  WorkloadError,
} from './workload.ts';

/** Bytes as they are, text, or anything else as JSON. */
export type RequestBody = string | Uint8Array | object | number | boolean | null;

type PerJob<T> = T | ((job: Job<HttpRequest>) => T);

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
  /** A longer body fails its job. Default 32 MiB. */
  readonly maxBodyBytes?: number;
}

const FIELDS = ['name', 'baseUrl', 'headers', 'requests', 'process', 'digest', 'accept', 'maxBodyBytes'];

const DEFAULT_MAX_BODY_BYTES = 33_554_432;

/** HTTP requests as a workload. Throws WorkloadError, naming the field, if the definition can't be run. */
export function httpWorkload<Result = unknown>(definition: HttpWorkloadDefinition<Result>): Workload {
  if (typeof definition !== 'object' || definition === null) {
    throw new WorkloadError('httpWorkload takes an object with baseUrl and requests');
  }
  checkSpelling('httpWorkload', definition, FIELDS);
  const { requests, maxBodyBytes = DEFAULT_MAX_BODY_BYTES } = definition;
  if (!Array.isArray(requests)) throw new WorkloadError('httpWorkload: `requests` must be an array');
  if (!Number.isInteger(maxBodyBytes) || maxBodyBytes < 1) {
    throw new WorkloadError('httpWorkload: `maxBodyBytes` must be a whole number of at least 1');
  }
  const { name = 'http' } = definition;
  if (typeof name !== 'string' || name === '') {
    throw new WorkloadError('httpWorkload: `name` must be a non-empty string');
  }
  checkFunctions('httpWorkload', definition, ['process', 'digest', 'accept']);
  const compiled = requests.map((request, index) => compileRequest(request, index, definition));
  const items = expand(compiled);
  return brandWorkload({
    name,
    itemCount: items.length,
    origin: compiled[0]?.origin ?? null,
    itemName: (index: number) => compiled[items[index] ?? -1]?.name ?? '?',
    itemInput: (index: number, madePath: string | null) => {
      const request = compiled[items[index] ?? -1];
      return request === undefined ? null : requestText(request, madePath);
    },
    open: (context) =>
      HttpExecutor.open({
        requests: compiled,
        items,
        context,
        maxBodyBytes,
        process: definition.process?.bind(definition) ?? null,
        digest: (definition.digest?.bind(definition) as HttpWorkloadDefinition['digest']) ?? null,
        accept: definition.accept?.bind(definition) ?? isSuccess,
      }),
  });
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 400;
}

/**
 * Index of the request for each item: a request stands there `repeat` times. They take turns, so that a plan
 * of fewer jobs than items has each of them all the same.
 */
function expand(requests: readonly CompiledRequest[]): Uint32Array {
  const total = requests.reduce((sum, request) => sum + request.repeat, 0);
  if (total > MAX_ITEMS) throw new WorkloadError(`httpWorkload: ${total} jobs are more than ${MAX_ITEMS}`);
  const items = new Uint32Array(total);
  let at = 0;
  for (let turn = 0; at < total; turn++) {
    requests.forEach((request, index) => {
      if (turn < request.repeat) items[at++] = index;
    });
  }
  return items;
}
