import type { OpenClient } from './client.ts';
import { fetchOptions, receive } from './fetch.ts';
import { openPool } from './undici-pool.ts';

export const openKy: OpenClient = async (options) => {
  const pool = await openPool(options);
  const { default: ky } = await import('ky');
  const client = ky.create({ retry: 0, timeout: false, throwHttpErrors: false });
  return {
    send: (call) =>
      void receive(client(call.url, fetchOptions(call, pool, options.keepAlive)), call, options),
    close: () => pool.destroy(),
  };
};
