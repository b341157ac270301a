import type { Method, RequestError } from 'got';
import { type Call, type OpenClient, tooLarge } from './client.ts';
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
    headers: { 'user-agent': undefined },
  });
  async function receive(call: Call): Promise<void> {
    const { url, method, headers, body } = call;
    let excess: Error | null = null;
    const sent = client(url, {
      ...(method !== 'GET' && { method: method as Method }),
      ...(headers && { headers }),
      ...(body !== null && { body, allowGetBody: true }),
    });
    call.abortBy(() => sent.cancel());
    sent.on('downloadProgress', ({ transferred }) => {
      if (transferred <= maxBodyBytes || excess !== null) return;
      excess = tooLarge(maxBodyBytes);
      sent.cancel();
    });
    try {
      const response = await sent;
      call.started();
      call.ended(response.statusCode, response.headers, response.rawBody);
    } catch (thrown) {
      if (excess !== null || !(thrown instanceof RequestError)) {
        call.failed(excess ?? thrown);
        return;
      }
      if (thrown.response !== undefined) call.started();
      call.failed(noted(rootOf(thrown), thrown.request));
    }
  }
  return {
    send: (call) => void receive(call),
    close: async () => agent.destroy(),
  };
};

function rootOf(error: RequestError): Error {
  return error.cause instanceof Error ? error.cause : error;
}
