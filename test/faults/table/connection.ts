import { connect } from 'node:net';
import { type Fault, response } from '../fault.ts';

const BODY = { bodyBytes: 8_388_608 };

/** How often, and for how long, a server that accepts slowly does nothing at all. */
const BUSY_MS = 200;

/** Connections that fill the queue of a socket that listens with a backlog of 1. */
const QUEUE = 3;

export const CONNECTION_FAULTS: readonly Fault[] = [
  {
    name: 'refused',
    group: 'connection',
    does: 'does not listen',
    behaviour: { kind: 'refuse' },
    outcomes: ['connect-error'],
  },
  {
    name: 'blackhole',
    group: 'connection',
    does: 'never completes a connection: its queue is full',
    behaviour: {
      kind: 'process',
      listening: (port) => {
        for (let i = 0; i < QUEUE; i++) connect({ port, host: '127.0.0.1' }).on('error', () => {});
        // The calls to connect are made in the ticks before this one; the event loop would accept them.
        process.nextTick(() => process.nextTick(() => process.kill(process.pid, 'SIGSTOP')));
      },
    },
    outcomes: ['timeout'],
  },
  {
    name: 'reset-at-accept',
    group: 'connection',
    does: 'resets each connection as it accepts it',
    behaviour: { kind: 'connect', connect: (peer) => peer.reset() },
    outcomes: ['reset'],
  },
  {
    name: 'close-at-accept',
    group: 'connection',
    does: 'closes each connection as it accepts it',
    behaviour: { kind: 'connect', connect: (peer) => peer.end() },
    outcomes: ['reset'],
  },
  {
    name: 'reset-in-request',
    group: 'connection',
    does: 'resets after the first bytes of a request of 8 MiB',
    behaviour: { kind: 'connect', connect: (peer) => peer.stream.once('data', () => peer.reset()) },
    outcomes: ['reset'],
    request: BODY,
  },
  {
    name: 'close-in-request',
    group: 'connection',
    does: 'closes after the first bytes of a request of 8 MiB',
    behaviour: { kind: 'connect', connect: (peer) => peer.stream.once('data', () => peer.end()) },
    outcomes: ['reset'],
    request: BODY,
  },
  {
    name: 'zero-window',
    group: 'connection',
    does: 'never reads, so that a request of 8 MiB does not leave',
    behaviour: { kind: 'connect', connect: () => {} },
    outcomes: ['timeout'],
    request: BODY,
  },
  {
    name: 'frozen',
    group: 'connection',
    does: 'is stopped (SIGSTOP) when the first request has arrived',
    behaviour: {
      kind: 'process',
      listening: () => {},
      answer: () => process.kill(process.pid, 'SIGSTOP'),
    },
    outcomes: ['timeout'],
  },
  {
    name: 'slow-accept',
    group: 'connection',
    does: `does nothing for ${BUSY_MS} ms between any two things it does`,
    behaviour: {
      kind: 'process',
      listening: () => {
        const cell = new Int32Array(new SharedArrayBuffer(4));
        setInterval(() => Atomics.wait(cell, 0, 0, BUSY_MS), 1);
      },
      answer: (peer) => peer.write(response('late')),
    },
    outcomes: ['ok'],
  },
  {
    name: 'half-open',
    group: 'connection',
    does: 'ends its side of the connection before the response, and keeps the other side open',
    behaviour: {
      kind: 'connect',
      connect: (peer) => {
        peer.raw.allowHalfOpen = true;
        peer.stream.once('data', () => peer.end());
      },
    },
    outcomes: ['reset'],
  },
];
