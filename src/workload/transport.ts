import type { Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import type { ClientEvents } from './job-trace.ts';

/** The connections of one thread to one origin. */
export interface Transport {
  /** @param observer told of the request's phases by a client that undici's diagnostics channels say nothing of */
  dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    observer?: ClientEvents,
  ): void;
  /** Connections that a trial at full concurrency would have to open first. */
  readonly missing: number;
  /** Closes all connections at once; the next requests open them again. Only without requests in flight. */
  disconnect(): void;
  close(): Promise<void>;
}

/** What takes requests: a transport, or whatever stands before it in a traced trial. */
export type Dispatches = Pick<Transport, 'dispatch'>;

/** Opens one connection. Its errors are those of undici's connector. */
export function connectTo(
  connect: buildConnector.connector,
  origin: string,
  callback: (error: Error | null, socket: Socket | null) => void,
): void {
  const { hostname, host, protocol, port } = new URL(origin);
  connect({ hostname: hostname.replace(/^\[|\]$/g, ''), host, protocol, port }, ((
    error: Error | null,
    socket: Socket | null,
  ) => callback(error, socket)) as buildConnector.Callback);
}

export function speaksHttp2(socket: Socket): boolean {
  return 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
}
