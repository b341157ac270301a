/**
 * A process in which each fault has a port of its own: `server.ts <tcp|tls> <fault>…`. Tells over IPC where, and how
 * many connections are open when it is asked. Ends with its parent.
 */
import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { Authority } from './certificates.ts';
import { certificateOf, type Fault, type Transport } from './fault.ts';
import { HostilePeer } from './peer.ts';
import { faultNamed } from './table.ts';

/** What the process says: where each fault is, in the order of the names; and on 'open' how many connections are. */
export type FromServer =
  | { readonly type: 'listening'; readonly ports: readonly number[]; readonly authority: string }
  | { readonly type: 'open'; readonly connections: number };

const [transport, ...names] = process.argv.slice(2);
const authority = new Authority();
const open = new Set<Socket>();

function accept(fault: Fault, raw: Socket): void {
  const { behaviour } = fault;
  const certificate = certificateOf(fault, transport as Transport);
  open.add(raw);
  raw.once('close', () => open.delete(raw));
  raw.setNoDelay(true);
  if (certificate === null) serve(behaviour, new HostilePeer(raw, raw));
  else {
    const secureContext = createSecureContext(authority.certificate(certificate));
    serve(behaviour, new HostilePeer(raw, new TLSSocket(raw, { isServer: true, secureContext })));
  }
}

function serve(behaviour: Fault['behaviour'], peer: HostilePeer): void {
  if (behaviour.kind === 'connect') behaviour.connect(peer);
  else if (behaviour.kind !== 'refuse') readRequests(peer, behaviour.answer ?? (() => {}));
}

/** Calls `answer` for each request, once its body has arrived as well. */
function readRequests(peer: HostilePeer, answer: (peer: HostilePeer) => void): void {
  let received = '';
  let bodyLeft = 0;
  peer.stream.on('data', (data: Buffer) => {
    received += data.toString('latin1');
    for (;;) {
      const skipped = Math.min(bodyLeft, received.length);
      bodyLeft -= skipped;
      received = received.slice(skipped);
      const end = received.indexOf('\r\n\r\n');
      if (bodyLeft > 0 || end < 0) return;
      bodyLeft = Number(/^content-length: (\d+)$/im.exec(received.slice(0, end))?.[1] ?? 0);
      received = received.slice(end + 4);
      peer.requests++;
      answer(peer);
    }
  });
}

/** Resolves with the port; one at which nobody listens for a server that refuses. */
async function listen(fault: Fault): Promise<number> {
  const server = createServer((socket) => accept(fault, socket));
  // A short queue is easily filled; the others must not refuse a burst of connections.
  const backlog = fault.behaviour.kind === 'process' ? 1 : 511;
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog }, resolve));
  const address = server.address();
  if (fault.behaviour.kind === 'refuse') await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const faults = names.map(faultNamed);
const ports = await Promise.all(faults.map(listen));
const message: FromServer = { type: 'listening', ports, authority: authority.pem };
process.on('message', () => {
  // Who does not read does not notice that the other side is gone.
  for (const socket of open) socket.resume();
  process.send?.({ type: 'open', connections: open.size } satisfies FromServer);
});
process.on('disconnect', () => process.exit());
process.send?.(message, () => {
  for (const [index, { behaviour }] of faults.entries()) {
    if (behaviour.kind === 'process') behaviour.listening(ports[index]!);
  }
});
