import type { IncomingHttpHeaders } from 'node:http';
import type { AxiosError, AxiosResponse } from 'axios';
import { type Call, type OpenClient, tooLarge } from './client.ts';
import { noted, openAgent } from './node-http.ts';

/** Headers that it adds unless they are false. */
const NO_HEADERS = { accept: false, 'accept-encoding': false, 'content-type': false, 'user-agent': false };

export const openAxios: OpenClient = async (options) => {
  const { default: axios, isAxiosError } = await import('axios');
  const { maxBodyBytes, readsResponses } = options;
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
    headers: NO_HEADERS,
  });
  async function receive(sent: Promise<AxiosResponse<Buffer>>, call: Call): Promise<void> {
    try {
      const { status, headers, data } = await sent;
      call.started();
      // Copied where a workload sees them: its own object has methods besides.
      call.ended(status, (readsResponses ? { ...headers } : headers) as IncomingHttpHeaders, data);
    } catch (thrown) {
      if (!isAxiosError(thrown)) {
        call.failed(thrown);
        return;
      }
      if (thrown.response !== undefined) call.started();
      call.failed(noted(errorOf(thrown, maxBodyBytes), thrown.request));
    }
  }
  return {
    send(call) {
      const { url, method, headers, body } = call;
      void receive(
        client.request({
          url,
          method,
          ...(headers && { headers }),
          // Text it would trim.
          data: typeof body === 'string' ? Buffer.from(body) : body,
          signal: call,
        }),
        call,
      );
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
