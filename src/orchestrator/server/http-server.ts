import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { descriptorLimit, openDescriptors } from '../../core/descriptors.ts';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import type { ServerState } from './answer.ts';
import type { ServeOptions } from './options.ts';
import { createRoutes } from './routes.ts';
import type { ServerLog } from './server-log.ts';
import { readUsage, type ServerUsage } from './usage.ts';

/** How long a stop waits for responses that are on their way, ms. */
const STOP_GRACE_MS = 1000;
/** Asked of the kernel, which cuts it to its own limit: ten thousand jobs may connect at the same moment. */
const BACKLOG = 65_535;
/** For files that the process opens now and then. */
const SPARE_DESCRIPTORS = 4;

export interface ApiServer {
  readonly url: string;
  readonly port: number;
  /** IP address that it is bound to; `0.0.0.0` or `::` for all of this machine. */
  readonly address: string;
  usage(): ServerUsage;
  /** Accepts nothing more, answers what is on its way, closes everything within a second. Idempotent. */
  stop(): Promise<void>;
}

export interface ServerLogging {
  readonly log?: ServerLog | null;
  /** A line at debug for each request; it costs more than the request itself. */
  readonly logRequests?: boolean;
}

/** Starts the API server in this process. @throws {ThreadmillError} 'server-start' */
export async function startApiServer(
  options: ServeOptions,
  { log = null, logRequests = false }: ServerLogging = {},
): Promise<ApiServer> {
  const state: ServerState = { seed: options.seed, closing: !options.keepAlive, requests: 0, refused: 0 };
  const server = createServer(createRoutes(state, options, log));
  // Connections idle between two rounds must survive, however long a round takes.
  server.keepAliveTimeout = 0;
  server.headersTimeout = 0;
  server.requestTimeout = 0;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Clients that go away are no news: those of ours close what is idle with a reset.
    if (error.code !== 'ECONNRESET') log?.warn({ code: error.code, message: error.message }, 'client error');
    answerBroken(error, socket);
  });
  if (log !== null && logRequests) logEachRequest(server, log);
  await listen(server, options);
  refuseWhenFull(server, state, log);
  const { port, address } = server.address() as AddressInfo;
  const url = urlOf(options.host, port);
  log?.info({ url, seed: options.seed, keepAlive: options.keepAlive }, 'listening');
  let stopped: Promise<void> | undefined;
  return {
    url,
    port,
    address,
    usage: () => readUsage(state),
    stop: () => {
      state.closing = true;
      stopped ??= close(server).then(() => log?.info({ requests: state.requests }, 'stopped'));
      return stopped;
    },
  };
}

async function listen(server: Server, { host, port }: ServeOptions): Promise<void> {
  try {
    server.listen({ host, port, backlog: BACKLOG });
    await once(server, 'listening');
  } catch (thrown) {
    throw startError(thrown, host, port);
  }
  // From here on an error is a failed accept: the others go on.
  server.on('error', () => undefined);
}

/** Refuses connections before descriptors run out: without any, libuv closes accepted ones and tells nobody. */
function refuseWhenFull(server: Server, state: ServerState, log: ServerLog | null): void {
  const [limit, open] = [descriptorLimit(), openDescriptors()];
  if (limit === null || open === null) return;
  server.maxConnections = Math.max(1, limit - open - SPARE_DESCRIPTORS);
  server.on('drop', () => {
    state.refused += 1;
    // At 1, 2, 4, 8… of them: there may be thousands.
    if (Number.isInteger(Math.log2(state.refused))) {
      log?.warn({ refused: state.refused, limit }, 'connection refused: no file descriptor left');
    }
  });
}

function startError(thrown: unknown, host: string, port: number): ThreadmillError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const advice = 'Choose another --port, or leave it out and the system picks a free one.';
  if (code === 'EADDRINUSE') {
    return new ThreadmillError('server-start', `Port ${port} on ${host} is already in use.`, { advice });
  }
  if (code === 'EACCES') {
    return new ThreadmillError('server-start', `Port ${port} on ${host} is not allowed.`, { advice });
  }
  return new ThreadmillError(
    'server-start',
    `The API server can't listen on ${host}:${port}: ${messageOf(thrown)}.`,
    { advice: 'Check --host; 127.0.0.1 is the default.', cause: thrown },
  );
}

export function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Bytes that are not HTTP get the shortest answer, if the client still listens, and the connection ends. */
function answerBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}

function logEachRequest(server: Server, log: ServerLog): void {
  server.on('request', (request, response) => {
    const start = performance.now();
    response.once('close', () => {
      const durationMs = performance.now() - start;
      const { method, url } = request;
      const status = response.writableFinished ? response.statusCode : null;
      log.debug({ method, url, status, durationMs }, 'request');
    });
  });
}

async function close(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(timer);
}
