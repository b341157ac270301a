import type { Dispatcher, Pool } from 'undici';
import type { Call, OpenClient } from './client.ts';
import { cancellable, openPool } from './undici-pool.ts';

export const openUndiciRequest: OpenClient = async (options) => {
  const pool = await openPool(options);
  const { request } = pool;
  return {
    send(call) {
      const { path, method, headers, body } = call;
      void receive(
        request.call(cancellable(pool, call) as Pool, {
          path,
          method: method as Dispatcher.HttpMethod,
          headers,
          body,
          reset: !options.keepAlive,
        }),
        call,
      );
    },
    close: () => pool.destroy(),
  };
};

async function receive(sent: Promise<Dispatcher.ResponseData<unknown>>, call: Call): Promise<void> {
  try {
    const response = await sent;
    call.started();
    const bytes = await response.body.arrayBuffer();
    call.ended(response.statusCode, response.headers, Buffer.from(bytes));
  } catch (thrown) {
    call.failed(thrown);
  }
}
