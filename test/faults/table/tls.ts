import { type Fault, response } from '../fault.ts';

/** A record of TLS 1.2: alert, fatal, handshake_failure (RFC 5246, section 7.2). */
const ALERT = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]);

const answers: Fault['behaviour'] = { kind: 'answer', answer: (peer) => peer.write(response('secret')) };

const BAD_CERTIFICATES = [
  ['expired', 'has a certificate that has expired'],
  ['self-signed', 'has a certificate that it signed itself'],
  ['wrong-name', 'has a certificate for another name'],
  ['unknown-issuer', 'has a certificate of an unknown authority'],
  ['incomplete-chain', 'sends a chain whose root is not known'],
] as const;

export const TLS_FAULTS: readonly Fault[] = [
  ...BAD_CERTIFICATES.map(
    ([certificate, does]): Fault => ({
      name: `certificate-${certificate}`,
      group: 'TLS',
      does,
      behaviour: answers,
      certificate,
      outcomes: ['connect-error'],
    }),
  ),
  {
    name: 'certificate-trusted',
    group: 'TLS',
    does: 'does nothing wrong (control)',
    behaviour: answers,
    certificate: 'trusted',
    outcomes: ['ok'],
  },
  {
    name: 'tls-alert',
    group: 'TLS',
    does: 'answers the handshake with an alert',
    behaviour: {
      kind: 'connect',
      connect: (peer) => peer.stream.once('data', () => peer.end(ALERT)),
    },
    https: true,
    outcomes: ['connect-error'],
  },
  {
    name: 'plain-on-tls-port',
    group: 'TLS',
    does: 'speaks plain HTTP where the client speaks TLS',
    behaviour: {
      kind: 'connect',
      connect: (peer) => peer.stream.once('data', () => peer.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
    },
    https: true,
    outcomes: ['connect-error'],
  },
  {
    name: 'tls-on-plain-port',
    group: 'TLS',
    does: 'answers plain HTTP with a TLS alert',
    behaviour: { kind: 'answer', answer: (peer) => peer.end(ALERT) },
    outcomes: ['protocol-error'],
  },
  {
    name: 'close-in-handshake',
    group: 'TLS',
    does: 'closes during the handshake',
    behaviour: { kind: 'connect', connect: (peer) => peer.stream.once('data', () => peer.end()) },
    https: true,
    outcomes: ['reset'],
  },
  {
    name: 'reset-in-handshake',
    group: 'TLS',
    does: 'resets during the handshake',
    behaviour: { kind: 'connect', connect: (peer) => peer.stream.once('data', () => peer.reset()) },
    https: true,
    outcomes: ['reset'],
  },
  {
    name: 'stall-in-handshake',
    group: 'TLS',
    does: 'never answers the handshake',
    behaviour: { kind: 'connect', connect: (peer) => peer.stream.resume() },
    https: true,
    outcomes: ['timeout'],
  },
];
