import { createRequire } from 'node:module';
import type { SecureContext, SecureContextOptions } from 'node:tls';
import type { buildConnector } from 'undici';
import { DEFAULT_CLIENT } from '../core/clients.ts';
import { messageOf } from '../core/errors.ts';
import { Connections, type Undici, undiciOptions } from './connections.ts';
import type { HttpExecutorOptions } from './http-request.ts';
import { Sockets } from './sockets.ts';
import { connectorOptions } from './tls-options.ts';
import { connectTo, speaksHttp2, type Transport } from './transport.ts';
import { WorkloadError } from './workload.ts';

/** undici's client without its index, which costs each thread 60 ms. Pinned; the index stands in if files moved. */
export async function loadUndici(): Promise<Undici> {
  const require = createRequire(import.meta.url);
  try {
    return {
      Client: require('undici/lib/dispatcher/client.js') as Undici['Client'],
      buildConnector: require('undici/lib/core/connect.js') as Undici['buildConnector'],
    };
  } catch {
    return await import('undici');
  }
}

/**
 * One client for HTTP/1.1, or HTTP/2 where that is asked for, or where `auto` finds that the server offers it.
 * @throws WorkloadError where HTTP/2 can't be spoken
 */
export async function openTransport(
  { Client, buildConnector }: Undici,
  origin: string,
  { context, maxBodyBytes, protocol, tls, process, digest }: HttpExecutorOptions,
): Promise<Transport> {
  const isSecure = origin.startsWith('https:');
  const { slots, keepAlive, onConnection } = context;
  const own = connectorOptions(tls, context);
  const options = isSecure ? { ...own, secureContext: await secureContextOf(own) } : own;
  const sockets = new Sockets(slots, onConnection);
  if (context.client !== DEFAULT_CLIENT) {
    if (protocol !== 'h1') {
      throw new WorkloadError(`the client ${context.client} sends HTTP/1.1 here, and not ${protocol}`);
    }
    const { openClient } = await import('./clients/registry.ts');
    const readsResponses = process !== null || digest !== null;
    return openClient(context.client, {
      ...{ origin, slots, keepAlive, maxBodyBytes, readsResponses, sockets },
      tls: options,
    });
  }
  if (protocol === 'h2' && !isSecure) {
    throw new WorkloadError(`HTTP/2 needs TLS: ${origin} must be an https:// URL`);
  }
  if (protocol === 'h2' && !keepAlive) {
    throw new WorkloadError('HTTP/2 keeps one connection: leave out --no-keep-alive');
  }
  if (protocol !== 'h1' && isSecure && keepAlive) {
    const connect = buildConnector({ ...options, allowH2: true });
    if (protocol === 'h2' || (await offersHttp2(connect, origin))) {
      // Loaded only where it is used: node:http2 takes time at the start of every thread.
      const { Http2Connection } = await import('./http2-connection.ts');
      return new Http2Connection({ origin, slots, maxBodyBytes, connect, onConnection });
    }
  }
  return new Connections(Client, {
    origin,
    limit: slots,
    connect: buildConnector(options),
    client: undiciOptions(maxBodyBytes),
    sockets,
  });
}

/** One for all connections: for each anew, Node would parse the certificates again. */
async function secureContextOf(options: buildConnector.BuildOptions): Promise<SecureContext> {
  // Only here: it takes time at the start of every thread.
  const { createSecureContext } = await import('node:tls');
  try {
    return createSecureContext(options as SecureContextOptions);
  } catch (thrown) {
    throw new WorkloadError(`httpWorkload: \`tls\` can't be used: ${messageOf(thrown)}`);
  }
}

/** By one connection of its own. A server that can't be reached is for the jobs to find. */
function offersHttp2(connect: ReturnType<Undici['buildConnector']>, origin: string): Promise<boolean> {
  return new Promise((resolve) => {
    connectTo(connect, origin, (_, socket) => {
      socket?.on('error', () => {}).destroy();
      resolve(socket !== null && speaksHttp2(socket));
    });
  });
}
