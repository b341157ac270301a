import type { Dispatcher, Pool } from 'undici';
import { counted, undiciOptions } from '../connections.ts';
import type { ClientOptions, OpenClient } from './client.ts';

export const openUndiciRequest: OpenClient = async (options) => {
  const pool = await openPool(options);
  return {
    async send({ path, method, headers, body, cancel }, started) {
      const response = await pool.request({
        path,
        method: method as Dispatcher.HttpMethod,
        headers,
        body,
        signal: cancel,
        reset: !options.keepAlive,
      });
      started();
      const bytes = await response.body.arrayBuffer();
      return { status: response.statusCode, headers: response.headers, body: Buffer.from(bytes) };
    },
    close: () => pool.destroy(),
  };
};

/** undici's own pool, with a connection for each slot. */
export async function openPool({ origin, slots, maxBodyBytes, tls, sockets }: ClientOptions): Promise<Pool> {
  const undici = await import('undici');
  return new undici.Pool(origin, {
    ...undiciOptions(maxBodyBytes),
    connections: slots,
    connect: counted(undici.buildConnector(tls), sockets),
  });
}
