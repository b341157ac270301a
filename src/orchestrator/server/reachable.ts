import { networkInterfaces } from 'node:os';

/** Whether only programs on this machine reach a server that is bound to this address. */
export function isLoopback(bound: string): boolean {
  return bound === '::1' || /^(?:::ffff:)?127\./.test(bound);
}

/**
 * This machine's addresses that reach a server bound to `bound`, loopback first. Link-local IPv6 addresses are left
 * out: they need a zone, which differs on each client.
 */
export function reachableAddresses(bound: string, interfaces = networkInterfaces()): string[] {
  if (bound !== '0.0.0.0' && bound !== '::') return [bound];
  const addresses = Object.values(interfaces).flatMap((all) => all ?? []);
  return addresses
    .filter(({ family, address }) => family === 'IPv4' || (bound === '::' && !address.startsWith('fe80:')))
    .sort((a, b) => Number(b.internal) - Number(a.internal))
    .map(({ address }) => address);
}
