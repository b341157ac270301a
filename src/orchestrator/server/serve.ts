import { networkInterfaces } from 'node:os';
import { type ApiServer, startApiServer, urlOf } from './http-server.ts';
import type { ServeOptions } from './options.ts';
import { ROUTES } from './routes.ts';

/** `threadmill serve`: runs until SIGINT or SIGTERM; resolves with the exit code. @throws 'server-start' */
export async function serveInForeground(options: ServeOptions): Promise<number> {
  const server = await startApiServer(options);
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  process.once('SIGINT', stop).once('SIGTERM', stop);
  if (!isLoopback(server.address)) process.stderr.write(OPEN_TO_OTHERS);
  const trust =
    server.certificate === null
      ? ''
      : `\nTo trust it, save as a file for --ca:\n${server.certificate.trim()}\n`;
  const text = `${addressLines(server)}\n\n${routeTable()}\n${trust}\nCtrl+C stops it.\n`;
  process.stdout.write(text, (error) => {
    if (error != null) stop();
  });
  await stopped;
  process.off('SIGINT', stop).off('SIGTERM', stop);
  await server.stop();
  return 0;
}

const OPEN_TO_OTHERS = `Warning: other machines can reach this server. It has no password, and ?busy and ?size let anyone load it.
  Leave out --host to listen on this machine only.
`;

function addressLines({ address, port, url, certificate }: ApiServer): string {
  const urls = reachableAddresses(address).map((each) => urlOf(each, port, certificate !== null));
  const [first = url, ...others] = urls.length > 1 ? urls : [url];
  return [`listening on ${first}`, ...others.map((other) => `             ${other}`)].join('\n');
}

function routeTable(): string {
  const width = 29;
  return ROUTES.map(([path, text]) => (text === '' ? `  ${path}` : `  ${path.padEnd(width)} ${text}`)).join(
    '\n',
  );
}

/** Whether only programs on this machine reach a server that is bound to this address. */
export function isLoopback(bound: string): boolean {
  return bound === '::1' || /^(?:::ffff:)?127\./.test(bound);
}

/** Addresses that reach a server bound to `bound`, loopback first, without link-local IPv6: those need a zone. */
export function reachableAddresses(bound: string, interfaces = networkInterfaces()): string[] {
  if (bound !== '0.0.0.0' && bound !== '::') return [bound];
  const addresses = Object.values(interfaces).flatMap((all) => all ?? []);
  return addresses
    .filter(({ family, address }) => family === 'IPv4' || (bound === '::' && !address.startsWith('fe80:')))
    .sort((a, b) => Number(b.internal) - Number(a.internal))
    .map(({ address }) => address);
}
