import { AsyncResource } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { PerformanceObserver } from 'node:perf_hooks';
import type { ChildLine, SpanLine, WaitKind, WaitLine } from '../../core/documents/recorder-lines.ts';
import { nowMs, nowUs } from './config.ts';
import { WaitTotals } from './wait-totals.ts';

export interface WaitLog {
  take(): readonly (WaitLine | SpanLine | ChildLine)[];
  stop(): void;
}

/** Paths whose route is known: clients may make up ever new ones. */
const MAX_PATHS = 1_000;
const MAX_PATH_LENGTH = 200;
const MAX_URL_LENGTH = 1_000;
const STACK_FRAMES = 16;
const US_PER_MS = 1_000;

interface Open {
  readonly kind: WaitKind;
  readonly target: string;
  readonly startUs: number;
  readonly site: string | null;
}

/**
 * What a connection of a server answers. Kept for all of its requests: an entry for each, in a WeakMap, costs several
 * times as much, and the garbage collector more.
 */
interface Answering {
  /** Null between two requests. */
  request: ServerRequest | null;
  target: string;
  startUs: number;
}

type Subscriber = (message: unknown) => void;

/**
 * Watches what Node, undici, Piscina and tinypool tell of in this thread. File system, timers and zlib tell of nothing.
 */
export function watchWaits(): WaitLog {
  const originUs = nowUs() - nowMs() * US_PER_MS;
  const now = (): number => Math.round(originUs + nowMs() * US_PER_MS);
  const open = new WeakMap<object, Open>();
  const answering = new WeakMap<object, Answering>();
  const totals = new WaitTotals();
  const routeOf = rememberRoutes();
  const hostOf = rememberHosts();
  let children: ChildLine[] = [];

  const siteOf = (kind: WaitKind, target: string): string | null =>
    totals.wantsSite(kind, target) ? callSite() : null;
  const begin = (of: object, kind: WaitKind, target: string, hasSite: boolean): void => {
    if (open.has(of)) return;
    open.set(of, { kind, target, startUs: now(), site: hasSite ? siteOf(kind, target) : null });
  };
  const end = (of: object, hasFailed: boolean, endUs = now()): void => {
    const wait = open.get(of);
    if (wait === undefined) return;
    open.delete(of);
    totals.add(wait.kind, wait.target, wait.site, wait.startUs, endUs, hasFailed);
  };
  const beginAnswer = ({ request, socket }: ServerMessage): void => {
    const target = routeOf(request);
    const known = answering.get(socket);
    if (known === undefined) answering.set(socket, { request, target, startUs: now() });
    // Pipelined: the answer before it is not complete.
    else if (known.request !== null) begin(request, 'http-in', target, false);
    else {
      known.request = request;
      known.target = target;
      known.startUs = now();
    }
  };
  const endAnswer = ({ request, socket }: ServerMessage): void => {
    const known = answering.get(socket);
    if (known?.request !== request) {
      end(request, false);
      return;
    }
    known.request = null;
    totals.add('http-in', known.target, null, known.startUs, now(), false);
  };

  const subscribers: readonly (readonly [string, Subscriber])[] = [
    ['undici:request:create', on<UndiciRequest>((of) => begin(of, 'http-out', hostOf(of.origin), true))],
    ['undici:request:trailers', on<UndiciRequest>((of) => end(of, false))],
    ['undici:request:error', on<UndiciRequest>((of) => end(of, true))],
    // From when it is made: it may wait for a socket. Node before 22.12 tells only that it is sent.
    ['http.client.request.created', on<ClientRequest>((of) => begin(of, 'http-out', clientHost(of), true))],
    ['http.client.request.start', on<ClientRequest>((of) => begin(of, 'http-out', clientHost(of), true))],
    // Node reports only the response head. A body that nobody reads is no wait.
    [
      'http.client.response.finish',
      guarded<ClientMessage>(({ request, response }) => {
        const headUs = now();
        response.once('close', () => {
          end(request, !response.complete, response.readableDidRead ? now() : headUs);
        });
      }),
    ],
    ['http.client.request.error', on<ClientRequest>((of) => end(of, true))],
    ['http.server.request.start', guarded(beginAnswer)],
    ['http.server.response.finish', guarded(endAnswer)],
    [
      'child_process',
      guarded<{ readonly process: Child }>(({ process: child }) => {
        const startUs = now();
        const site = siteOf('child', 'child');
        const noteExit = guarded<number | null>((code) => {
          const target = nameOf(child.spawnfile);
          totals.add('child', target, site, startUs, now(), code !== 0);
          children.push({ k: 'child', pid: child.pid ?? 0, name: target });
        });
        child.once('exit', noteExit);
      }),
    ],
  ];
  for (const [name, subscriber] of subscribers) subscribe(name, subscriber);

  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  const note = (entries: readonly unknown[]): void => {
    for (const { entryType, name, startTime, duration, detail } of entries as readonly Entry[]) {
      const startUs = originUs + startTime * US_PER_MS;
      const target = String(detail?.hostname ?? detail?.host ?? name);
      // Only `lookup` and `lookupService` use libuv's pool.
      const kind = entryType === 'net' ? 'connect' : name.startsWith('lookup') ? 'dns' : 'dns-query';
      totals.add(kind, target, null, startUs, startUs + duration * US_PER_MS, false);
    }
  };
  observer.observe({ entryTypes: ['dns', 'net'] });

  // Of pools, each task is a resource that ends with this, and has both instants by performance.now().
  const { prototype } = AsyncResource;
  const original = prototype.emitDestroy;
  const noted = function emitDestroy(this: AsyncResource & Partial<PoolTask>): AsyncResource {
    const { taskId, created, started, filename } = this;
    if (taskId !== undefined && created !== undefined && started !== undefined && started >= created) {
      const at = (ms: number): number => originUs + ms * US_PER_MS;
      const target = nameOf(String(filename));
      totals.add('queue', target, null, at(created), at(started), false);
    }
    return Reflect.apply(original, this, []);
  };
  prototype.emitDestroy = noted;

  return {
    take() {
      note(observer.takeRecords());
      const lines = [...totals.take(), ...children];
      children = [];
      return lines;
    },
    stop() {
      for (const [name, subscriber] of subscribers) unsubscribe(name, subscriber);
      observer.disconnect();
      // Other code may have wrapped it since.
      if (prototype.emitDestroy === noted) prototype.emitDestroy = original;
    },
  };
}

/** `TaskInfo` of Piscina and of tinypool. */
interface PoolTask {
  readonly taskId: number;
  readonly created: number;
  /** 0: it never left the queue. */
  readonly started: number;
  readonly filename: string;
}

interface UndiciRequest {
  readonly origin: string | URL | undefined;
}

interface ClientRequest {
  readonly host?: string;
  getHeader?(name: string): unknown;
}

interface ClientMessage {
  readonly request: ClientRequest;
  readonly response: {
    readonly complete: boolean;
    readonly readableDidRead: boolean;
    once(event: 'close', listener: () => void): void;
  };
}

interface ServerRequest {
  readonly method?: string;
  readonly url?: string;
}

interface ServerMessage {
  readonly request: ServerRequest;
  readonly socket: object;
}

interface Child {
  readonly pid?: number;
  readonly spawnfile: string;
  once(event: 'exit', listener: (code: number | null) => void): void;
}

interface Entry {
  readonly entryType: string;
  readonly name: string;
  readonly startTime: number;
  readonly duration: number;
  readonly detail?: { readonly hostname?: string; readonly host?: string };
}

/** What happens in here must never reach the program. */
function guarded<T>(note: (message: T) => void): Subscriber {
  return (message) => {
    try {
      note(message as T);
    } catch {
      // A message of a kind that is not known here.
    }
  };
}

function on<T extends object>(note: (of: T) => void): Subscriber {
  return guarded<{ readonly request: T }>(({ request }) => note(request));
}

function rememberHosts(): (origin: string | URL | undefined) => string {
  let last: string | URL | undefined;
  let host = 'unknown';
  return (origin) => {
    if (origin === undefined) return 'unknown';
    if (origin !== last) {
      host = new URL(origin).host;
      last = origin;
    }
    return host;
  };
}

function clientHost(request: ClientRequest): string {
  return String(request.getHeader?.('host') ?? request.host ?? 'unknown');
}

/** Without the query, and with numbers as `:n`: one name for each route. */
function rememberRoutes(): (request: ServerRequest) => string {
  const known = new Map<string, Map<string, string>>();
  let paths = 0;
  return ({ method = '', url = '' }) => {
    const query = url.indexOf('?');
    const path = query < 0 ? url : url.slice(0, query);
    const routes = known.get(method) ?? new Map<string, string>();
    const route = routes.get(path);
    if (route !== undefined) return route;
    const found = `${method} ${path.slice(0, MAX_PATH_LENGTH).replace(/\/\d[\w-]*/g, '/:n')}`;
    // A part of a string keeps all of it in memory.
    if (url.length > MAX_URL_LENGTH) return found;
    if (++paths > MAX_PATHS) {
      known.clear();
      routes.clear();
      paths = 1;
    }
    known.set(method, routes.set(path, found));
    return found;
  };
}

function nameOf(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}

/** `url:line:column` of the innermost call outside of Node, packages and this file; null if there is none. */
function callSite(): string | null {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = STACK_FRAMES;
    Error.prepareStackTrace = (_, sites) => sites;
    const sites = new Error().stack as unknown as NodeJS.CallSite[];
    const found = sites.find((site) => {
      const file = site.getFileName();
      return file != null && file !== __filename && !/^node:|[\\/]node_modules[\\/]/.test(file);
    });
    return found === undefined
      ? null
      : `${found.getFileName()}:${found.getLineNumber()}:${found.getColumnNumber()}`;
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
