import { AsyncResource } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import type { ChildLine, SpanLine, WaitKind, WaitLine } from '../../core/documents/recorder-lines.ts';
import { nowUs } from './config.ts';

export interface WaitLog {
  take(): readonly (WaitLine | SpanLine | ChildLine)[];
  stop(): void;
}

/** Targets of a thread with an entry of their own between two calls of `take`; the others share one. */
const MAX_TARGETS = 200;
const OTHER_TARGETS = '(others)';
/** Waits kept as spans between two calls of `take`: the longest ones, and fewer once many spans are written. */
const MAX_SPANS = 100;
const MAX_LATER_SPANS = 10;
const MANY_SPANS = 10_000;
const MIN_SPAN_US = 1_000;
/** A stack costs some µs: the first wait for a target has one, then one in this many. */
const SITE_EVERY = 64;
const STACK_FRAMES = 16;
const US_PER_MS = 1_000;

interface Open {
  readonly kind: WaitKind;
  readonly target: string;
  readonly startUs: number;
  readonly site: string | null;
}

type Subscriber = (message: unknown) => void;

/**
 * Watches what Node, undici, Piscina and tinypool tell of in this thread. File system, timers and zlib tell of nothing.
 */
export function watchWaits(): WaitLog {
  const originUs = nowUs() - performance.now() * US_PER_MS;
  const now = (): number => Math.round(originUs + performance.now() * US_PER_MS);
  const open = new WeakMap<object, Open>();
  const seen = new Map<string, number>();
  let totals = new Map<string, { -readonly [K in keyof WaitLine]: WaitLine[K] }>();
  let spans: SpanLine[] = [];
  let spansTaken = 0;
  const most = (): number => (spansTaken < MANY_SPANS ? MAX_SPANS : MAX_LATER_SPANS);
  let children: ChildLine[] = [];

  const siteOf = (kind: WaitKind, target: string): string | null => {
    const key = `${kind} ${target}`;
    const count = seen.get(key) ?? 0;
    if (seen.size < MAX_TARGETS || count > 0) seen.set(key, count + 1);
    return count % SITE_EVERY === 0 ? callSite() : null;
  };
  const begin = (of: object, kind: WaitKind, target: string, hasSite: boolean): void => {
    if (open.has(of)) return;
    open.set(of, { kind, target, startUs: now(), site: hasSite ? siteOf(kind, target) : null });
  };
  const end = (of: object, hasFailed: boolean): void => {
    const wait = open.get(of);
    if (wait === undefined) return;
    open.delete(of);
    add(wait, now(), hasFailed);
  };
  // Requests come by the ten thousand a second: nothing is copied here, and little made.
  const add = (wait: Open, endUs: number, hasFailed: boolean): void => {
    const { kind, startUs } = wait;
    let total = totals.get(`${kind} ${wait.target}`);
    if (total === undefined && totals.size >= MAX_TARGETS) total = totals.get(`${kind} ${OTHER_TARGETS}`);
    if (total === undefined) {
      const target = totals.size < MAX_TARGETS ? wait.target : OTHER_TARGETS;
      total = { k: 'wait', kind, target, site: null, count: 0, failed: 0, totalUs: 0, maxUs: 0 };
      totals.set(`${kind} ${target}`, total);
    }
    const lengthUs = endUs - startUs;
    total.site ??= wait.site;
    total.count++;
    if (hasFailed) total.failed++;
    total.totalUs += lengthUs;
    if (lengthUs > total.maxUs) total.maxUs = lengthUs;
    if (lengthUs < MIN_SPAN_US) return;
    spans.push({ k: 'span', kind, target: total.target, startUs, endUs });
    if (spans.length >= 2 * MAX_SPANS) spans = longest(spans, most());
  };

  const subscribers: readonly (readonly [string, Subscriber])[] = [
    ['undici:request:create', on<UndiciRequest>((of) => begin(of, 'http-out', hostOf(of.origin), true))],
    ['undici:request:trailers', on<UndiciRequest>((of) => end(of, false))],
    ['undici:request:error', on<UndiciRequest>((of) => end(of, true))],
    // From when it is made: it may wait for a socket. Node before 22.12 tells only that it is sent.
    ['http.client.request.created', on<ClientRequest>((of) => begin(of, 'http-out', clientHost(of), true))],
    ['http.client.request.start', on<ClientRequest>((of) => begin(of, 'http-out', clientHost(of), true))],
    ['http.client.response.finish', on<ClientRequest>((of) => end(of, false))],
    ['http.client.request.error', on<ClientRequest>((of) => end(of, true))],
    ['http.server.request.start', on<ServerRequest>((of) => begin(of, 'http-in', routeOf(of), false))],
    ['http.server.response.finish', on<ServerRequest>((of) => end(of, false))],
    [
      'child_process',
      (message) => {
        const { process: child } = message as { process: Child };
        const startUs = now();
        const site = siteOf('child', 'child');
        child.once('exit', (code) => {
          const target = nameOf(child.spawnfile);
          add({ kind: 'child', target, startUs, site }, now(), code !== 0);
          children.push({ k: 'child', pid: child.pid ?? 0, name: target });
        });
      },
    ],
  ];
  for (const [name, subscriber] of subscribers) subscribe(name, subscriber);

  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  const note = (entries: readonly unknown[]): void => {
    for (const { entryType, name, startTime, duration, detail } of entries as readonly Entry[]) {
      const startUs = originUs + startTime * US_PER_MS;
      const target = String(detail?.hostname ?? detail?.host ?? name);
      const kind = entryType === 'dns' ? 'dns' : 'connect';
      add({ kind, target, startUs, site: null }, startUs + duration * US_PER_MS, false);
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
      add({ kind: 'queue', target, startUs: at(created), site: null }, at(started), false);
    }
    return Reflect.apply(original, this, []);
  };
  prototype.emitDestroy = noted;

  return {
    take() {
      note(observer.takeRecords());
      const kept = longest(spans, most());
      spansTaken += kept.length;
      const lines = [...totals.values(), ...kept, ...children];
      totals = new Map();
      spans = [];
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

interface ServerRequest {
  readonly method?: string;
  readonly url?: string;
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
function on<T extends object>(note: (of: T) => void): Subscriber {
  return (message) => {
    try {
      note((message as { readonly request: T }).request);
    } catch {
      // A request of a kind that is not known here.
    }
  };
}

function longest(spans: readonly SpanLine[], most: number): SpanLine[] {
  return [...spans].sort((a, b) => b.endUs - b.startUs - (a.endUs - a.startUs)).slice(0, most);
}

function hostOf(origin: string | URL | undefined): string {
  return origin === undefined ? 'unknown' : new URL(origin).host;
}

function clientHost(request: ClientRequest): string {
  return String(request.getHeader?.('host') ?? request.host ?? 'unknown');
}

/** Without the query, and with numbers as `:n`: one name for each route. */
function routeOf({ method = '', url = '' }: ServerRequest): string {
  const path = url.split('?', 1)[0]!.slice(0, 200);
  return `${method} ${path.replace(/\/\d[\w-]*/g, '/:n')}`;
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
