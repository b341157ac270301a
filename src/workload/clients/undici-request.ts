import type { Dispatcher, Pool } from 'undici';
import { counted, undiciOptions } from '../connections.ts';
import type { Call, ClientOptions, OpenClient } from './client.ts';

export const openUndiciRequest: OpenClient = async (options) => {
  const pool = await openPool(options);
  return {
    send(call) {
      const { path, method, headers, body } = call;
      void receive(
        pool.request({
          path,
          method: method as Dispatcher.HttpMethod,
          headers,
          body,
          signal: call,
          reset: !options.keepAlive,
        }),
        call,
      );
    },
    close: () => pool.destroy(),
  };
};

async function receive(sent: Promise<Dispatcher.ResponseData>, call: Call): Promise<void> {
  try {
    const response = await sent;
    call.started();
    const bytes = await response.body.arrayBuffer();
    call.ended(response.statusCode, response.headers, Buffer.from(bytes));
  } catch (thrown) {
    call.failed(thrown);
  }
}

/** undici's own pool, with a connection for each slot. */
export async function openPool({ origin, slots, maxBodyBytes, tls, sockets }: ClientOptions): Promise<Pool> {
  const undici = await import('undici');
  return new undici.Pool(origin, {
    ...undiciOptions(maxBodyBytes),
    connections: slots,
    connect: counted(undici.buildConnector(tls), sockets),
  });
}
