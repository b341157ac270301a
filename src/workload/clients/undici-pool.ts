import type { Dispatcher, Pool } from 'undici';
import { counted, undiciOptions } from '../connections.ts';
import type { Call, ClientOptions } from './client.ts';

/** undici's own pool, with a connection for each slot. */
export async function openPool({ origin, slots, maxBodyBytes, tls, sockets }: ClientOptions): Promise<Pool> {
  const undici = await import('undici');
  return new undici.Pool(origin, {
    ...undiciOptions(maxBodyBytes),
    connections: slots,
    connect: counted(undici.buildConnector(tls), sockets),
  });
}

/** First callback of an undici handler: `onConnect` before version 8, `onRequestStart` since. */
interface Handler {
  onConnect?: (abort: (reason: Error) => void, context: unknown) => void;
  onRequestStart?: (controller: { abort(reason: Error): void }, context: unknown) => void;
}

/** The pool for one request, which ends when the call is aborted. */
export function cancellable(pool: Pool, call: Call): Pick<Pool, 'dispatch'> {
  return { dispatch: (options, handler) => pool.dispatch(options, endedBy(call, handler)) };
}

/** The handler of one request, which ends when the call is aborted. */
export function endedBy(call: Call, given: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  const handler = given as unknown as Handler;
  const { onConnect, onRequestStart } = handler;
  if (onConnect !== undefined) {
    handler.onConnect = (abort, context) => {
      onConnect.call(handler, abort, context);
      call.abortBy(abort);
    };
  } else {
    handler.onRequestStart = (controller, context) => {
      onRequestStart?.call(handler, controller, context);
      call.abortBy((reason) => controller.abort(reason));
    };
  }
  return given;
}
