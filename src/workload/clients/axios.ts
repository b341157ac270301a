import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { AxiosError } from 'axios';
import { type Cancel, type OpenClient, tooLarge } from './client.ts';
import { noted, openAgent } from './node-http.ts';

/** Headers that it adds unless they are false. */
const NO_HEADERS = { accept: false, 'accept-encoding': false, 'content-type': false, 'user-agent': false };

export const openAxios: OpenClient = async (options) => {
  const { default: axios, isAxiosError } = await import('axios');
  const { maxBodyBytes } = options;
  const agent = openAgent(options);
  const { request: open } = options.origin.startsWith('https:') ? https : http;
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
    async send({ url, method, headers, body, cancel }, started) {
      try {
        const response = await client.request<Buffer>({
          url,
          method,
          headers: { ...NO_HEADERS, ...headers },
          // Text it would trim.
          data: typeof body === 'string' ? Buffer.from(body) : body,
          transport: cancellable(open, cancel),
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

/** What axios sends a request by; `cancel` ends it. */
function cancellable(open: typeof http.request, cancel: Cancel) {
  return {
    request: (...options: Parameters<typeof http.request>) => {
      const request = open(...options);
      cancel.once('abort', () => request.destroy(cancel.reason!));
      return request;
    },
  };
}

/** It has one code for a body that is too large and for one that was cut off. */
function errorOf(error: AxiosError, maxBodyBytes: number): Error {
  if (error.code !== 'ERR_BAD_RESPONSE') return error.cause ?? error;
  if (error.message.startsWith('maxContentLength')) return tooLarge(maxBodyBytes);
  return Object.assign(new Error(error.message), { code: 'ECONNRESET' });
}
