import { type Fault, head, response } from '../fault.ts';
import type { HostilePeer } from '../peer.ts';

const fault = (
  name: string,
  does: string,
  answer: (peer: HostilePeer) => void,
  outcomes: Fault['outcomes'],
  perhaps?: Fault['perhaps'],
): Fault => ({
  name,
  group: 'keep-alive',
  does,
  behaviour: { kind: 'answer', answer },
  outcomes,
  ...(perhaps && { perhaps }),
});

/** The first request of a connection is answered as it should be. */
const thenOn = (then: (peer: HostilePeer) => void) => (peer: HostilePeer) => {
  if (peer.requests === 1) peer.write(response('first'));
  else then(peer);
};

/** After a response: the next request may be under way by then. */
const SOON_MS = 1;

/** No request has come for so long: the connection is idle until the next round. */
const IDLE_MS = 200;

/**
 * Once no request has come for a while: between two rounds. On a crowded machine it may cross the next request all the same, and HTTP/1.1
 * has nothing to tell a response to that from one that nobody asked for.
 */
const whenIdle = (then: (peer: HostilePeer) => void) => (peer: HostilePeer) => {
  peer.write(response('first'));
  const { requests } = peer;
  peer.after(IDLE_MS, () => {
    if (peer.requests === requests) then(peer);
  });
};

export const KEEP_ALIVE_FAULTS: readonly Fault[] = [
  fault(
    'connection-close',
    'closes after each response, and says so',
    (peer) => peer.end(response('bye', { connection: 'close' })),
    ['ok'],
  ),
  fault(
    'http-1.0',
    'answers as HTTP/1.0, and closes',
    (peer) => peer.end(head({ 'content-length': '3' }, 'HTTP/1.0 200 OK').concat('old')),
    ['ok'],
  ),
  fault(
    'close-unannounced',
    'closes right after each response, and does not say so',
    (peer) => peer.end(response('bye')),
    ['ok'],
    ['stale-connection'],
  ),
  fault(
    'reset-unannounced',
    'resets right after each response, and does not say so',
    (peer) => peer.reset(response('bye')),
    ['ok'],
    ['stale-connection'],
  ),
  fault(
    'close-soon',
    `closes ${SOON_MS} ms after each response`,
    (peer) => {
      peer.write(response('first'));
      peer.after(SOON_MS, () => peer.end());
    },
    ['ok'],
    ['stale-connection'],
  ),
  {
    ...fault(
      'close-when-idle',
      'closes a connection when it is idle',
      whenIdle((peer) => peer.end()),
      ['ok'],
      ['stale-connection'],
    ),
    rounds: 2,
  },
  fault(
    'close-when-reused',
    'closes when the second request arrives',
    thenOn((peer) => peer.end()),
    ['ok', 'stale-connection'],
  ),
  fault(
    'reset-when-reused',
    'resets when the second request arrives',
    thenOn((peer) => peer.reset()),
    ['ok', 'stale-connection'],
  ),
  fault(
    'close-in-second-response',
    'closes in the headers of the second response',
    thenOn((peer) => peer.end('HTTP/1.1 200 OK\r\ncontent-le')),
    ['ok', 'reset'],
  ),
  fault(
    'stall-when-reused',
    'never answers the second request',
    thenOn(() => {}),
    ['ok', 'timeout'],
  ),
  fault(
    'keep-alive-0',
    'promises to keep the connection for 0 s',
    (peer) => peer.write(response('soon', { 'keep-alive': 'timeout=0' })),
    ['ok'],
  ),
  fault(
    'pipelined-extra',
    'sends two responses at once to one request',
    (peer) => peer.write(response('first') + response('extra')),
    ['ok'],
  ),
  {
    ...fault(
      'unsolicited',
      'sends another response when the connection is idle',
      whenIdle((peer) => peer.write(head({ 'content-length': '5' }, 'HTTP/1.1 503 Extra').concat('extra'))),
      ['ok'],
      ['http-error'],
    ),
    rounds: 2,
  },
  {
    ...fault(
      'garbage-when-idle',
      'sends bytes that are no response when the connection is idle',
      whenIdle((peer) => peer.write('\0\0\0\0')),
      ['ok'],
      ['protocol-error'],
    ),
    rounds: 2,
  },
];
