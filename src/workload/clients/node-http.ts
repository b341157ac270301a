import http, { type Agent } from 'node:http';
import https from 'node:https';
import type { NetConnectOpts } from 'node:net';
import { rememberReused } from '../connection-ends.ts';
import { type ClientOptions, type OpenClient, tooLarge } from './client.ts';

export const openNodeHttp: OpenClient = async (options) => {
  const { origin, maxBodyBytes } = options;
  const agent = openAgent(options);
  const { protocol, hostname, port } = new URL(origin);
  const { request: open } = protocol === 'https:' ? https : http;
  const target = { agent, hostname: hostname.replace(/^\[|\]$/g, ''), port };
  return {
    send(call) {
      const { path, method, headers, body } = call;
      const failed = (error: Error) => call.failed(error);
      const request = open({ ...target, path, method, ...(headers && { headers }) }, (response) => {
        call.started();
        // After its end it has none.
        const { socket } = response;
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > maxBodyBytes) response.destroy(tooLarge(maxBodyBytes));
          else chunks.push(chunk);
        });
        response.on('error', failed);
        response.on('end', () => {
          const { statusCode = 0, headers: received } = response;
          // A body without a length also ends when its connection fails.
          if (socket.errored !== null) call.failed(socket.errored);
          else
            call.ended(statusCode, received, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes));
        });
      });
      request.on('error', (error) => call.failed(noted(error, request)));
      call.abortBy((reason) => request.destroy(reason));
      request.end(body ?? undefined);
    },
    close: async () => agent.destroy(),
  };
};

/** Node's agent, with a connection for each slot. */
export function openAgent({ origin, slots, keepAlive, tls, sockets }: ClientOptions): Agent {
  const isSecure = origin.startsWith('https:');
  const { timeout: _, ...secure } = tls;
  // With fewer than it wants, an agent uses a connection again even if it may not keep it.
  const options = {
    keepAlive,
    maxSockets: keepAlive ? slots : Number.POSITIVE_INFINITY,
    maxFreeSockets: slots,
  };
  const agent = isSecure ? new https.Agent({ ...(secure as object), ...options }) : new http.Agent(options);
  const { createConnection } = agent;
  agent.createConnection = (to: NetConnectOpts, callback) => {
    const socket = createConnection.call(agent, to, callback);
    socket?.once(isSecure ? 'secureConnect' : 'connect', () => sockets.opened(socket as never));
    return socket;
  };
  return agent;
}

/** An error of a request, of which is now known whether it ended a connection that had been used before. */
export function noted(
  error: Error,
  request: { readonly reusedSocket?: boolean | undefined } | undefined,
): Error {
  if (request?.reusedSocket === true) rememberReused(error);
  return error;
}
