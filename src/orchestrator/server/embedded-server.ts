import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ThreadmillError } from '../../core/errors.ts';
import type { Fault } from '../../core/faults.ts';
import { startNode } from '../../core/processes/start-node.ts';
import { abortedError } from '../experiment/abort.ts';
import type { Injected } from './faults/injector.ts';
import type { ServerMessage, ServerStart } from './messages.ts';
import { DEFAULT_SERVE_OPTIONS } from './options.ts';
import { ServerChild, type ServerExit } from './server-child.ts';
import type { ServerUsage } from './usage.ts';

/** Of a machine that is slow and crowded: a server that can not start says so, or ends, much sooner. */
const START_LIMIT_MS = 60_000;

export interface EmbeddedServerOptions {
  readonly seed: number;
  readonly keepAlive: boolean;
  /** Left out: false. */
  readonly tls?: boolean | undefined;
  /** Left out: none. */
  readonly faults?: readonly Fault[] | undefined;
  /** Left out or 0: whichever the system gives. */
  readonly port?: number | undefined;
  /** Left out: 127.0.0.1. */
  readonly host?: string | undefined;
  /** Absolute path of an NDJSON log; left out: none. */
  readonly logFile?: string | undefined;
  /** On every line of the log. */
  readonly runId?: string | undefined;
  /** Aborts the start; a server that has started is ended with `stop()`. */
  readonly signal?: AbortSignal | undefined;
  /** Another program that speaks the same protocol; for tests and benchmarks. */
  readonly entry?: URL | undefined;
  /** Longest that the start may take, ms. */
  readonly startLimitMs?: number | undefined;
}

export interface EmbeddedServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** PEM of the certificate to trust; null without TLS. */
  readonly certificate: string | null;
  /** @throws {ThreadmillError} 'server-unreachable': it has gone, or does not answer within 5 s */
  usage(): Promise<ServerUsage>;
  /** Faults injected since it was last asked, those of requests included that have arrived by now. @throws like `usage` */
  injected(): Promise<Injected>;
  /** Ends the process, by force after 2 s; resolves when it is gone. Never rejects, idempotent. */
  stop(): Promise<void>;
  /** Called once, when the process is gone for whatever reason; at once if it is already. */
  onExit(callback: (exit: ServerExit) => void): void;
}

/** Starts the API server in its own process. @throws {ThreadmillError} 'server-start' or 'aborted'; no process is left */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  if (options.signal?.aborted) throw abortedError();
  const child = new ServerChild(spawnServer(options));
  try {
    const { url, port, pid, certificate } = await listening(child, options);
    return {
      url,
      port,
      pid,
      certificate,
      usage: () => child.ask('usage'),
      injected: () => child.ask('injected'),
      stop: () => child.stop(),
      onExit: (callback) => void child.exited.then(callback),
    };
  } catch (thrown) {
    await child.kill();
    throw thrown;
  }
}

/** Beside this file's own build: compiled in `dist/`, or the source. */
function ownEntry(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`../../../workers/api-server.${extension}`, import.meta.url);
}

function spawnServer(options: EmbeddedServerOptions): ChildProcess {
  const entry = fileURLToPath(options.entry ?? ownEntry());
  const start: ServerStart = {
    options: {
      ...DEFAULT_SERVE_OPTIONS,
      seed: options.seed,
      keepAlive: options.keepAlive,
      tls: options.tls ?? DEFAULT_SERVE_OPTIONS.tls,
      faults: [...(options.faults ?? [])],
      port: options.port ?? DEFAULT_SERVE_OPTIONS.port,
      host: options.host ?? DEFAULT_SERVE_OPTIONS.host,
    },
    logFile: options.logFile ?? null,
    runId: options.runId ?? '',
  };
  // Only from source, in tests: what is measured is always the compiled server.
  const loader = entry.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  return startNode([...loader, entry, JSON.stringify(start)], {
    stdout: 'ignore',
    stderr: 'pipe',
    ipc: true,
  });
}

type Listening = Extract<ServerMessage, { type: 'listening' }>;

/** @throws {ThreadmillError} */
async function listening(child: ServerChild, options: EmbeddedServerOptions): Promise<Listening> {
  const limitMs = options.startLimitMs ?? START_LIMIT_MS;
  const first = await firstEvent(child, limitMs, options.signal);
  switch (first.type) {
    case 'listening':
      return first;
    case 'failed':
      throw startError(first.error.message, first.error.advice ?? 'Repeat it with --verbose.');
    case 'exited': {
      const how = first.exit.signal ?? `with exit code ${first.exit.code}`;
      const why = first.exit.stderr === '' ? '' : `: ${first.exit.stderr}`;
      throw startError(
        `The API server ended while starting (${how})${why}`,
        'Check NODE_OPTIONS and the installation of Threadmill.',
      );
    }
    case 'late':
      throw startError(
        `The API server did not start within ${limitMs / 1000} s.`,
        'The machine may be overloaded: try again, or give your own server with --url.',
      );
    case 'aborted':
      throw abortedError();
  }
}

type FirstEvent =
  | Awaited<ReturnType<ServerChild['firstMessage']>>
  | { readonly type: 'exited'; readonly exit: ServerExit }
  | { readonly type: 'late' | 'aborted' };

async function firstEvent(
  child: ServerChild,
  limitMs: number,
  signal: AbortSignal | undefined,
): Promise<FirstEvent> {
  const settled = new AbortController();
  try {
    return await new Promise<FirstEvent>((resolve) => {
      const timer = setTimeout(() => resolve({ type: 'late' }), limitMs);
      settled.signal.addEventListener('abort', () => clearTimeout(timer));
      signal?.addEventListener('abort', () => resolve({ type: 'aborted' }), { signal: settled.signal });
      void child.firstMessage().then(resolve);
      void child.exited.then((exit) => resolve({ type: 'exited', exit }));
    });
  } finally {
    settled.abort();
  }
}

function startError(message: string, advice: string): ThreadmillError {
  return new ThreadmillError('server-start', message, { advice });
}
