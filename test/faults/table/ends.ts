import { type Behaviour, ends, type Fault, head, resets } from '../fault.ts';

const LENGTH = head({ 'content-length': '100' });
const CHUNKED = head({ 'transfer-encoding': 'chunked' });
/** Its body ends with the connection. */
const UNTIL_CLOSE = head({});

/** Where a response can break off, and what was sent by then. */
const PLACES: readonly (readonly [name: string, where: string, sent: string])[] = [
  ['before-response', 'before the response', ''],
  ['in-status-line', 'in the status line', 'HTTP/1.1 20'],
  ['in-headers', 'in the headers', 'HTTP/1.1 200 OK\r\ncontent-le'],
  ['after-headers', 'after the headers', LENGTH],
  ['in-body', 'in a body with a content-length', `${LENGTH}half`],
  ['in-chunk', 'in a chunk', `${CHUNKED}64\r\nhalf`],
  ['between-chunks', 'between two chunks', `${CHUNKED}4\r\nhalf\r\n`],
  ['in-unlimited-body', 'in a body without a length', `${UNTIL_CLOSE}half`],
];

const at = (
  what: readonly [name: string, does: string],
  behaviour: (sent: string) => Behaviour,
  group: Fault['group'],
  outcomes: Fault['outcomes'],
): Fault[] =>
  PLACES.map(([name, where, sent]) => ({
    name: `${what[0]}-${name}`,
    group,
    does: `${what[1]} ${where}`,
    behaviour: behaviour(sent),
    outcomes,
  }));

const stalls = (sent: string): Behaviour => ({
  kind: 'answer',
  answer: (peer) => {
    if (sent !== '') peer.write(sent);
  },
});

export const END_FAULTS: readonly Fault[] = [
  ...at(['reset', 'resets'], resets, 'end of connection', ['reset']),
  ...at(['close', 'closes'], ends, 'end of connection', ['reset']).map(
    // That is how this body ends.
    (fault): Fault => (fault.name === 'close-in-unlimited-body' ? { ...fault, outcomes: ['ok'] } : fault),
  ),
];

const DRIP_MS = 5;

export const STALL_FAULTS: readonly Fault[] = [
  ...at(['stall', 'stops'], stalls, 'stall', ['timeout']),
  {
    name: 'drip',
    group: 'stall',
    does: 'sends a response byte by byte, in time',
    behaviour: {
      kind: 'answer',
      answer: (peer) => peer.drip(`${head({ 'content-length': '4' })}drip`, DRIP_MS),
    },
    outcomes: ['ok'],
  },
  {
    name: 'drip-headers',
    group: 'stall',
    does: 'sends headers byte by byte, and never ends them',
    behaviour: {
      kind: 'answer',
      answer: (peer) => peer.drip(`HTTP/1.1 200 OK\r\nx-slow: ${'x'.repeat(10_000)}`, DRIP_MS),
    },
    outcomes: ['timeout'],
  },
  {
    name: 'drip-body',
    group: 'stall',
    does: 'sends a body byte by byte, and too slowly',
    behaviour: {
      kind: 'answer',
      answer: (peer) => {
        peer.write(head({ 'content-length': '10000' }));
        peer.drip('x'.repeat(10_000), DRIP_MS);
      },
    },
    outcomes: ['timeout'],
  },
];
