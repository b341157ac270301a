import type { Method, RequestError } from 'got';
import { type OpenClient, tooLarge } from './client.ts';
import { noted, openAgent } from './node-http.ts';

export const openGot: OpenClient = async (options) => {
  const { default: got, RequestError } = await import('got');
  const { maxBodyBytes } = options;
  const agent = openAgent(options);
  const client = got.extend({
    agent: { http: agent, https: agent as never },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
    responseType: 'buffer',
    allowGetBody: true,
    headers: { 'user-agent': undefined },
  });
  return {
    async send({ url, method, headers, body, cancel }, started) {
      let excess: Error | null = null;
      const sent = client(url, {
        method: method as Method,
        headers,
        ...(body === null ? {} : { body }),
      });
      cancel.once('abort', () => sent.cancel());
      sent.on('downloadProgress', ({ transferred }) => {
        if (transferred <= maxBodyBytes || excess !== null) return;
        excess = tooLarge(maxBodyBytes);
        sent.cancel();
      });
      try {
        const response = await sent;
        started();
        return { status: response.statusCode, headers: response.headers, body: response.rawBody };
      } catch (thrown) {
        if (excess !== null) throw excess;
        if (!(thrown instanceof RequestError)) throw thrown;
        if (thrown.response !== undefined) started();
        throw noted(rootOf(thrown), thrown.request);
      }
    },
    close: async () => agent.destroy(),
  };
};

function rootOf(error: RequestError): Error {
  return error.cause instanceof Error ? error.cause : error;
}
