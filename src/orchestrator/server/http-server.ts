import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { descriptorLimit, openDescriptors } from '../../core/descriptors.ts';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import type { ServerLog, ServerState } from './answer.ts';
import { FaultInjector, type Injected } from './faults/injector.ts';
import { type Identity, makeIdentity } from './identity.ts';
import type { ServeOptions } from './options.ts';
import { createRoutes } from './routes.ts';
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
  /** PEM of the certificate to trust; null without TLS. */
  readonly certificate: string | null;
  usage(): ServerUsage;
  /** Faults injected since it was last asked, those of requests included that have arrived by now. */
  injected(): Promise<Injected>;
  /** Accepts nothing more, answers what is on its way, closes everything within a second. Idempotent. */
  stop(): Promise<void>;
}

/** Starts the API server in this process. @throws {ThreadmillError} 'server-start' */
export async function startApiServer(
  options: ServeOptions,
  log: ServerLog | null = null,
): Promise<ApiServer> {
  const state: ServerState = { seed: options.seed, closing: !options.keepAlive, requests: 0, refused: 0 };
  const faults = new FaultInjector(options.seed, options.faults);
  const routes = faults.over(createRoutes(state, options, log));
  const identity = options.tls ? await makeIdentity(options.host) : null;
  const server = identity === null ? createServer(routes) : await createTlsServer(identity, routes);
  const close = identity === null ? closePlain : closerOf(server);
  // Connections idle between two rounds must survive, however long a round takes.
  server.keepAliveTimeout = 0;
  server.headersTimeout = 0;
  server.requestTimeout = 0;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Clients that go away are no news: those of ours close what is idle with a reset.
    if (error.code !== 'ECONNRESET') log?.warn({ code: error.code, message: error.message }, 'client error');
    answerBroken(error, socket);
  });
  faults.watch(server, options.tls ? 'secureConnection' : 'connection');
  await listen(server, options);
  refuseWhenFull(server, state, log);
  const { port, address } = server.address() as AddressInfo;
  const url = urlOf(options.host, port, options.tls);
  log?.info({ url, seed: options.seed, keepAlive: options.keepAlive }, 'listening');
  let stopped: Promise<void> | undefined;
  return {
    url,
    port,
    address,
    certificate: identity?.certificate ?? null,
    usage: () => readUsage(state),
    injected: async () => {
      // Connections that wait to be accepted, then what they have sent.
      for (let turn = 0; turn < 3; turn++) await nextTurn();
      return faults.take();
    },
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

export function urlOf(host: string, port: number, tls: boolean): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${tls ? 'https' : 'http'}://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
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

/** Both versions of HTTP, by what the client offers. */
async function createTlsServer({ key, certificate }: Identity, routes: RequestListener): Promise<Server> {
  const { createSecureServer } = await import('node:http2');
  const server = createSecureServer(
    {
      key,
      cert: certificate,
      allowHTTP1: true,
      // Of Node's 10 MB, eight streams with 5 MB each are too much for it.
      maxSessionMemory: 1_000,
      // All jobs in flight may be on one connection.
      settings: { maxConcurrentStreams: LIMITS.concurrency },
    },
    routes as unknown as Parameters<typeof createSecureServer>[1],
  );
  // What is used of it is what http.Server has, `closeAllConnections` excepted.
  return server as unknown as Server;
}

async function closePlain(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(timer);
}

/** The same of a TLS server, which does not know itself which connections are idle. */
function closerOf(server: Server): (server: Server) => Promise<void> {
  const sockets = new Set<Socket>();
  let answering = 0;
  let whenIdle = (): void => {};
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', (_, response) => {
    answering += 1;
    response.once('close', () => {
      answering -= 1;
      if (answering === 0) whenIdle();
    });
  });
  return async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const closeAll = (): void => {
      for (const socket of sockets) socket.destroy();
    };
    whenIdle = closeAll;
    const timer = setTimeout(closeAll, STOP_GRACE_MS);
    if (answering === 0) closeAll();
    await closed;
    clearTimeout(timer);
  };
}
