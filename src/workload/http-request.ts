import type { HttpProtocol } from '../core/protocols.ts';
import {
  LONGEST_BODY,
  redactUrl,
  rememberBodySecrets,
  rememberHeaderSecret,
  rememberUrlSecrets,
} from '../core/redaction.ts';
import {
  HTTP_METHODS,
  type HttpRequest,
  type HttpWorkloadDefinition,
  type RequestBody,
} from './http-definition.ts';
import type { RetryOptions } from './retry.ts';
import type { TlsOptions } from './tls-options.ts';
import type { Job, ThreadContext } from './workload.ts';
import { checkSpelling, WorkloadError } from './workload.ts';

const FIELDS = ['name', 'method', 'path', 'baseUrl', 'headers', 'body', 'repeat'];
/** RFC 9110, section 5.6.2: token. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** A request with all that does not change from job to job made ready. */
export interface CompiledRequest {
  readonly name: string;
  readonly method: string;
  readonly origin: string;
  readonly repeat: number;
  /** Name, value, name, value…: the form that the client writes without copying. */
  readonly headers: readonly string[];
  path(job: () => Job<HttpRequest>): string;
  body(job: () => Job<HttpRequest>): string | Uint8Array | null;
  /** The path where it is the same for every job; null where it is made for each. */
  readonly fixedPath: string | null;
  /** Its path or body is made for each job. */
  readonly isMadePerJob: boolean;
  readonly source: HttpRequest;
}

export interface HttpExecutorOptions {
  readonly requests: readonly CompiledRequest[];
  /** Index into `requests` of each item. */
  readonly items: Uint32Array;
  readonly context: ThreadContext;
  readonly maxBodyBytes: number;
  readonly protocol: HttpProtocol;
  readonly tls: TlsOptions;
  /** Null: nothing is sent again. */
  readonly retry: RetryOptions | null;
  readonly process: HttpWorkloadDefinition['process'] | null;
  readonly digest: HttpWorkloadDefinition['digest'] | null;
  readonly accept: (status: number) => boolean;
}

/** Checks one entry of `requests` and makes it ready. Throws WorkloadError naming the entry and the field. */
export function compileRequest(
  request: HttpRequest,
  index: number,
  workload: Pick<HttpWorkloadDefinition, 'baseUrl' | 'headers'>,
): CompiledRequest {
  const where = `httpWorkload: requests[${index}]`;
  if (typeof request !== 'object' || request === null) throw new WorkloadError(`${where} must be an object`);
  checkSpelling(where, request, FIELDS);
  const { name, method = 'GET', path, body, repeat = 1 } = request;
  if (typeof name !== 'string' || name === '') {
    throw new WorkloadError(`${where}: \`name\` must be a non-empty string`);
  }
  if (!HTTP_METHODS.includes(method)) {
    throw new WorkloadError(
      `${where}: \`method\` must be one of ${HTTP_METHODS.join(', ')}, not ${String(method)}`,
    );
  }
  if (!Number.isInteger(repeat) || repeat < 0) {
    throw new WorkloadError(`${where}: \`repeat\` must be a whole number`);
  }
  const base = parseBase(request.baseUrl ?? workload.baseUrl, where);
  if (typeof path !== 'string' && typeof path !== 'function') {
    throw new WorkloadError(`${where}: \`path\` must be a string or a function`);
  }
  const headers = new Map<string, [name: string, value: string]>();
  addHeaders(headers, workload.headers, 'httpWorkload: `headers`');
  addHeaders(headers, request.headers, `${where}: \`headers\``);
  if (base.authorization !== null && !headers.has('authorization')) {
    headers.set('authorization', ['authorization', base.authorization]);
  }
  const isJson = body !== undefined && typeof body !== 'function' && !isRaw(body);
  if ((isJson || typeof body === 'function') && !headers.has('content-type')) {
    headers.set('content-type', ['content-type', 'application/json']);
  }
  const fixedPath = typeof path === 'string' ? joinPath(base.path, path, where) : null;
  if (fixedPath !== null) rememberUrlSecrets(fixedPath);
  const fixedBody = typeof body === 'function' ? null : encodeBody(body);
  if (typeof fixedBody === 'string') rememberBodySecrets(fixedBody);
  return {
    name,
    method,
    origin: base.origin,
    repeat,
    headers: [...headers.values()].flat(),
    path:
      typeof path === 'function'
        ? (job) => joinPath(base.path, path(job()), where)
        : () => fixedPath as string,
    body: typeof body === 'function' ? (job) => encodeBody(body(job())) : () => fixedBody,
    fixedPath,
    isMadePerJob: typeof path === 'function' || typeof body === 'function',
    source: request,
  };
}

/** What is asked of whom, for a person to try it: `GET https://host/path`. */
export function requestText(
  { method, origin, fixedPath }: Pick<CompiledRequest, 'method' | 'origin' | 'fixedPath'>,
  madePath: string | null,
): string {
  return `${method} ${redactUrl(`${origin}${fixedPath ?? madePath ?? '/…'}`)}`;
}

/** A function that remembers what a failed job's own path and body have of secrets. It keeps no body of megabytes. */
export function requestSecrets(path: string, body: string | Uint8Array | null): () => void {
  const text = typeof body === 'string' && body.length <= LONGEST_BODY ? body : null;
  return () => {
    rememberUrlSecrets(path);
    if (text !== null) rememberBodySecrets(text);
  };
}

interface Base {
  readonly origin: string;
  /** Without a trailing slash; empty for none. */
  readonly path: string;
  readonly authorization: string | null;
}

function parseBase(text: unknown, where: string): Base {
  if (typeof text === 'string') rememberUrlSecrets(text);
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new WorkloadError(`${where}: \`baseUrl\` must be an http:// or https:// URL`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw new WorkloadError(`${where}: \`baseUrl\` must have no query and no fragment`);
  }
  let user: string;
  try {
    user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch {
    throw new WorkloadError(`${where}: \`baseUrl\` has a user or password with a % that must be written %25`);
  }
  return {
    origin: url.origin,
    path: url.pathname.replace(/\/+$/, ''),
    authorization: user === ':' ? null : `Basic ${Buffer.from(user).toString('base64')}`,
  };
}

function joinPath(base: string, path: string, where: string): string {
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new WorkloadError(`${where}: \`path\` must begin with a slash`);
  }
  return base === '' ? path : base + path;
}

function addHeaders(into: Map<string, [string, string]>, headers: unknown, where: string): void {
  if (headers === undefined) return;
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw new WorkloadError(`${where} must be an object of names and values`);
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name))
      throw new WorkloadError(`${where}: ${JSON.stringify(name)} is not a header name`);
    // The value may be a secret: it is never part of the message.
    if (typeof value !== 'string' || /[\r\n\0]/.test(value)) {
      throw new WorkloadError(`${where}: the value of ${name} must be a string of one line`);
    }
    rememberHeaderSecret(name, value);
    into.set(name.toLowerCase(), [name, value]);
  }
}

function isRaw(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

function encodeBody(body: RequestBody | undefined): string | Uint8Array | null {
  if (body === undefined) return null;
  return isRaw(body) ? body : JSON.stringify(body);
}
