import type { OpenClient } from './client.ts';
import { fetchOptions, received } from './fetch.ts';
import { openPool } from './undici-request.ts';

export const openKy: OpenClient = async (options) => {
  const pool = await openPool(options);
  const { default: ky } = await import('ky');
  const client = ky.create({ retry: 0, timeout: false, throwHttpErrors: false });
  return {
    send: (request, started) =>
      received(
        client(request.url, fetchOptions(request, pool, options.keepAlive)),
        started,
        options.maxBodyBytes,
      ),
    close: () => pool.destroy(),
  };
};
