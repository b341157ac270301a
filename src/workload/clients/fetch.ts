import type { Pool } from 'undici';
import { type Cancel, type ClientRequest, type ClientResponse, type OpenClient, tooLarge } from './client.ts';
import { openPool } from './undici-request.ts';

/** Node's own, over a pool of undici's: by itself it opens any number of connections. */
export const openFetch: OpenClient = async (options) => {
  const pool = await openPool(options);
  return {
    send: (request, started) =>
      received(
        fetch(request.url, fetchOptions(request, pool, options.keepAlive)),
        started,
        options.maxBodyBytes,
      ),
    close: () => pool.destroy(),
  };
};

/** Without a proposal of its own, a server would be asked for compressed bodies. */
export function fetchOptions(
  { method, headers, body, cancel }: ClientRequest,
  pool: Pool,
  keepAlive: boolean,
): RequestInit {
  const connection = keepAlive ? {} : { connection: 'close' };
  return {
    method,
    headers: { 'accept-encoding': 'identity', ...connection, ...headers },
    // With text it would send a content-type of its own.
    body: typeof body === 'string' ? Buffer.from(body) : body,
    redirect: 'manual',
    // Its type is that of another version of undici.
    dispatcher: cancellable(pool, cancel) as never,
  } as RequestInit;
}

/** First callback of an undici handler: `onConnect` before version 8, `onRequestStart` since. */
interface Handler {
  onConnect?: (abort: (reason: Error) => void, context: unknown) => void;
  onRequestStart?: (controller: { abort(reason: Error): void }, context: unknown) => void;
}

/** The pool for one request, which `cancel` ends. */
function cancellable(pool: Pool, cancel: Cancel): Pick<Pool, 'dispatch'> {
  return {
    dispatch(options, given) {
      const handler = given as unknown as Handler;
      const { onConnect, onRequestStart } = handler;
      const ends = (abort: (reason: Error) => void) => {
        if (cancel.reason === null) cancel.once('abort', () => abort(cancel.reason!));
        else abort(cancel.reason);
      };
      if (onConnect !== undefined) {
        handler.onConnect = (abort, context) => {
          onConnect.call(handler, abort, context);
          ends(abort);
        };
      } else {
        handler.onRequestStart = (controller, context) => {
          onRequestStart?.call(handler, controller, context);
          ends((reason) => controller.abort(reason));
        };
      }
      return pool.dispatch(options, given);
    },
  };
}

/** Rejects with the network's error, not with the TypeError around it. */
export async function received(
  sent: Promise<Response>,
  started: () => void,
  maxBodyBytes: number,
): Promise<ClientResponse> {
  try {
    const response = await sent;
    started();
    // Decompressed: the connection has looked at the compressed size only.
    const body = response.headers.has('content-encoding')
      ? await bounded(response, maxBodyBytes)
      : Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  } catch (thrown) {
    throw thrown instanceof TypeError && thrown.cause instanceof Error ? thrown.cause : thrown;
  }
}

async function bounded({ body }: Response, maxBodyBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw tooLarge(maxBodyBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}
