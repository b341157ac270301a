import type { IncomingHttpHeaders } from 'node:http';
import type { Pool } from 'undici';
import { type Call, type ClientOptions, NEEDED_HEADERS, type OpenClient, tooLarge } from './client.ts';
import { cancellable, openPool } from './undici-pool.ts';

/** Node's own, over a pool of undici's: by itself it opens any number of connections. */
export const openFetch: OpenClient = async (options) => {
  const pool = await openPool(options);
  return {
    send: (call) => void receive(fetch(call.url, fetchOptions(call, pool, options.keepAlive)), call, options),
    close: () => pool.destroy(),
  };
};

/** Without a proposal of its own, a server would be asked for compressed bodies. No option that is the default: ky copies
 * all options once for each. */
export function fetchOptions(call: Call, pool: Pool, keepAlive: boolean): RequestInit {
  const { method, headers, body } = call;
  const connection = keepAlive ? {} : { connection: 'close' };
  const options = {
    headers: { 'accept-encoding': 'identity', ...connection, ...headers },
    redirect: 'manual',
    // Its type is that of another version of undici.
    dispatcher: cancellable(pool, call) as never,
  } as RequestInit;
  if (method !== 'GET') options.method = method;
  // With text it would send a content-type of its own.
  if (body !== null) options.body = (typeof body === 'string' ? Buffer.from(body) : body) as never;
  return options;
}

/** Fails with the network's error, not with the TypeError around it. */
export async function receive(
  sent: Promise<Response>,
  call: Call,
  { maxBodyBytes, readsResponses }: ClientOptions,
): Promise<void> {
  try {
    const response = await sent;
    call.started();
    // Decompressed: the connection has looked at the compressed size only.
    const body = response.headers.has('content-encoding')
      ? await bounded(response, maxBodyBytes)
      : Buffer.from(await response.arrayBuffer());
    call.ended(response.status, headersOf(response, readsResponses), body);
  } catch (thrown) {
    call.failed(thrown instanceof TypeError && thrown.cause instanceof Error ? thrown.cause : thrown);
  }
}

/** To list them all takes fetch as long as a tenth of a request. */
function headersOf({ headers }: Response, all: boolean): IncomingHttpHeaders {
  if (all) return Object.fromEntries(headers);
  const found: IncomingHttpHeaders = {};
  for (const name of NEEDED_HEADERS) {
    const value = headers.get(name);
    if (value !== null) found[name] = value;
  }
  return found;
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
