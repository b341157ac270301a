import type { IncomingHttpHeaders } from 'node:http';
import type { AxiosError } from 'axios';
import { type OpenClient, tooLarge } from './client.ts';
import { noted, openAgent } from './node-http.ts';

/** Headers that it adds unless they are false. */
const NO_HEADERS = { accept: false, 'accept-encoding': false, 'content-type': false, 'user-agent': false };

export const openAxios: OpenClient = async (options) => {
  const { default: axios, isAxiosError } = await import('axios');
  const { maxBodyBytes } = options;
  const agent = openAgent(options);
  const client = axios.create({
    adapter: 'http',
    httpAgent: agent,
    httpsAgent: agent,
    proxy: false,
    maxRedirects: 0,
    decompress: false,
    responseType: 'arraybuffer',
    validateStatus: null,
    maxContentLength: maxBodyBytes,
  });
  return {
    async send({ url, method, headers, body, signal }, started) {
      try {
        const response = await client.request<Buffer>({
          url,
          method,
          headers: { ...NO_HEADERS, ...headers },
          // Text it would trim.
          data: typeof body === 'string' ? Buffer.from(body) : body,
          signal,
        });
        started();
        return {
          status: response.status,
          headers: { ...response.headers } as IncomingHttpHeaders,
          body: response.data,
        };
      } catch (thrown) {
        if (!isAxiosError(thrown)) throw thrown;
        if (thrown.response !== undefined) started();
        throw noted(errorOf(thrown, maxBodyBytes), thrown.request);
      }
    },
    close: async () => agent.destroy(),
  };
};

/** It has one code for a body that is too large and for one that was cut off. */
function errorOf(error: AxiosError, maxBodyBytes: number): Error {
  if (error.code !== 'ERR_BAD_RESPONSE') return error.cause ?? error;
  if (error.message.startsWith('maxContentLength')) return tooLarge(maxBodyBytes);
  return Object.assign(new Error(error.message), { code: 'ECONNRESET' });
}
