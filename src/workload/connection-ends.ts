import { subscribe } from 'node:diagnostics_channel';
import { type EventEmitter, errorMonitor } from 'node:events';
import type { Socket } from 'node:net';

/** Bytes of responses read from a connection before it ended with this error. */
const bytesReadBefore = new WeakMap<Error, number>();
/** What a connection's 'error' event is being emitted for at the moment; null at any other time. */
let failing: Error | null = null;
let isWatching = false;

/** Watches how this thread's undici connections end, which handlers are not told. Costs per connection only. */
export function watchConnectionEnds(): void {
  if (isWatching) return;
  isWatching = true;
  subscribe('undici:client:connected', (message) => watch((message as { socket: Socket }).socket));
}

/** Whether the connection that ended with this error had carried an earlier response. */
export function endedReused(error: Error): boolean {
  return (bytesReadBefore.get(error) ?? 0) > 0;
}

/** Of a client that is not undici's: this error ended a connection that had carried an earlier response. */
export function rememberReused(error: Error): void {
  bytesReadBefore.set(error, 1);
}

/** The error that ended the connection, while undici takes it (an RST) for the end of a body without a length. */
export function failingConnection(): Error | null {
  return failing;
}

function watch(socket: Socket): void {
  const handled = () => {
    failing = null;
  };
  (socket as EventEmitter).on(errorMonitor, (error: Error) => {
    failing = error;
    bytesReadBefore.set(error, socket.bytesRead);
  });
  socket.prependListener('end', () => {
    if (wasReset(socket)) failing = resetError();
  });
  // After undici's own listeners, which are there already.
  socket.on('error', handled);
  socket.on('end', handled);
  const { destroy } = socket;
  socket.destroy = (error) => {
    if (isHeaderOverflow(error)) stopParsing(socket);
    return destroy.call(socket, error);
  };
}

/**
 * libuv reports an RST that arrives together with data as an end, like a FIN. After a FIN the kernel still knows the
 * peer's address, after an RST it does not. Node caches the address once it was read, so this must be the first look.
 */
function wasReset(socket: Socket): boolean {
  return socket.remoteAddress === undefined;
}

function resetError(): Error {
  return Object.assign(new Error('the connection was reset'), { code: 'ECONNRESET' });
}

function isHeaderOverflow(error: Error | undefined): boolean {
  return error !== undefined && 'code' in error && error.code === 'UND_ERR_HEADERS_OVERFLOW';
}

interface HeaderParser {
  onHeaderField: () => number;
  onHeaderValue: () => number;
}

const stop = () => -1;

/** After too many headers undici 7 parses on, 100 ms of CPU for 5,000 of them. Returning −1 makes llhttp stop. */
function stopParsing(socket: Socket): void {
  for (const key of Object.getOwnPropertySymbols(socket)) {
    if (key.description !== 'parser') continue;
    const parser = (socket as unknown as Record<symbol, HeaderParser | null>)[key];
    if (typeof parser?.onHeaderField === 'function') {
      parser.onHeaderField = stop;
      parser.onHeaderValue = stop;
    }
  }
}
