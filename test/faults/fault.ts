import type { Outcome } from '../../src/core/outcomes.ts';
import { head } from '../../src/orchestrator/server/faults/peer.ts';
import type { CertificateKind } from './certificates.ts';
import type { HostilePeer } from './peer.ts';

export { head } from '../../src/orchestrator/server/faults/peer.ts';

export const GROUPS = [
  'connection',
  'TLS',
  'status line',
  'status',
  'headers',
  'body length',
  'chunks',
  'end of connection',
  'stall',
  'keep-alive',
  'size',
] as const;

export type Group = (typeof GROUPS)[number];

/** What happens on a connection. `connect` and `answer` are independent of the transport below. */
export type Behaviour =
  /** Nobody listens. */
  | { readonly kind: 'refuse' }
  /** Called for each request that has arrived whole. */
  | { readonly kind: 'answer'; readonly answer: (peer: HostilePeer) => void }
  /** Called for each connection; nothing is read for it. */
  | { readonly kind: 'connect'; readonly connect: (peer: HostilePeer) => void }
  /** Called in a process of its own, once it listens and has said so: the process may stop or block itself. */
  | {
      readonly kind: 'process';
      readonly listening: (port: number) => void;
      readonly answer?: (peer: HostilePeer) => void;
    };

/** One way in which a server goes wrong, and what becomes of the jobs. */
export interface Fault {
  /** Unique; also the name of its requests. */
  readonly name: string;
  readonly group: Group;
  /** What the server does, as a part of a sentence. */
  readonly does: string;
  readonly behaviour: Behaviour;
  /** Outcomes of the jobs: every variant has all of these… */
  readonly outcomes: readonly Outcome[];
  /** …and perhaps these, where timing decides. */
  readonly perhaps?: readonly Outcome[];
  /** The server speaks TLS, with this certificate. Absent: whatever transport the table is run over. */
  readonly certificate?: CertificateKind;
  /** The client speaks TLS, whatever the server does. */
  readonly https?: boolean;
  /** Connections are idle from one round to the next. Default 1. */
  readonly rounds?: number;
  readonly request?: { readonly bodyBytes?: number; readonly headers?: Readonly<Record<string, string>> };
}

/** Below faults of HTTP; those of connections and of TLS have their own. */
export type Transport = 'tcp' | 'tls';

/** The certificate of a fault's server; null if it speaks plain TCP. */
export function certificateOf(
  { certificate, behaviour }: Fault,
  transport: Transport,
): CertificateKind | null {
  return certificate ?? (transport === 'tls' && behaviour.kind === 'answer' ? 'trusted' : null);
}

const TEXT = { 'content-type': 'text/plain' };

/** A whole response with a content-length, for parts that are as they should be. */
export function response(body: string, headers: Readonly<Record<string, string>> = TEXT): string {
  return `${head({ ...headers, 'content-length': String(Buffer.byteLength(body)) })}${body}`;
}

/** A fault that answers each request with these bytes, and leaves the connection open. */
export function writes(bytes: string | Buffer): Behaviour {
  return { kind: 'answer', answer: (peer) => peer.write(bytes) };
}

/** These bytes, and then the end of the connection: a FIN. */
export function ends(bytes: string | Buffer = ''): Behaviour {
  return { kind: 'answer', answer: (peer) => peer.end(bytes) };
}

/** These bytes, and then an RST. */
export function resets(bytes: string | Buffer = ''): Behaviour {
  return { kind: 'answer', answer: (peer) => peer.reset(bytes) };
}
