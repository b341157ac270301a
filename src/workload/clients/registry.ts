import type { ClientName, DEFAULT_CLIENT } from '../../core/clients.ts';
import type { Transport } from '../transport.ts';
import { type ClientOptions, ClientTransport, type OpenClient } from './client.ts';

/** To add a client: a file, a line here, its facts in `core/clients.ts`, and its variant in `core/variants.ts`. */
const CLIENTS: Readonly<Record<Exclude<ClientName, typeof DEFAULT_CLIENT>, () => Promise<OpenClient>>> = {
  'undici-request': async () => (await import('./undici-request.ts')).openUndiciRequest,
  fetch: async () => (await import('./fetch.ts')).openFetch,
  'node-http': async () => (await import('./node-http.ts')).openNodeHttp,
  axios: async () => (await import('./axios.ts')).openAxios,
  got: async () => (await import('./got.ts')).openGot,
  ky: async () => (await import('./ky.ts')).openKy,
};

export async function openClient(name: keyof typeof CLIENTS, options: ClientOptions): Promise<Transport> {
  const open = await CLIENTS[name]();
  return new ClientTransport(await open(options), options);
}
