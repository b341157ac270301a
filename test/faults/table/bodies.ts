import { gzipBomb as bomb } from '../../../src/orchestrator/server/faults/peer.ts';
import { ends, type Fault, head, response, writes } from '../fault.ts';

const fault =
  (group: Fault['group']) =>
  (name: string, does: string, behaviour: Fault['behaviour'], outcomes: Fault['outcomes']): Fault => ({
    name,
    group,
    does,
    behaviour,
    outcomes,
  });

const length = fault('body length');
const withLength = (value: string, body = 'body') =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${value}\r\n\r\n${body}`;

export const LENGTH_FAULTS: readonly Fault[] = [
  // What was promised did arrive.
  length('length-too-small', 'sends more than its content-length', writes(withLength('4', 'four and more')), [
    'ok',
  ]),
  length('length-too-large', 'closes before its content-length is reached', ends(withLength('100')), [
    'reset',
  ]),
  length(
    'length-twice',
    'sends the same content-length twice',
    writes(head({ 'content-length': '4', 'Content-Length': '4' }).concat('body')),
    ['protocol-error'],
  ),
  length(
    'lengths-differ',
    'sends two content-lengths that differ',
    writes(head({ 'content-length': '4', 'Content-Length': '5' }).concat('body')),
    ['protocol-error'],
  ),
  length(
    'length-and-chunked',
    'sends a content-length with chunks',
    writes(head({ 'content-length': '4', 'transfer-encoding': 'chunked' }).concat('4\r\nbody\r\n0\r\n\r\n')),
    ['protocol-error'],
  ),
  length('length-negative', 'sends a content-length of −4', writes(withLength('-4')), ['protocol-error']),
  length('length-huge', 'sends a content-length of 10³⁰', writes(withLength('1'.padEnd(31, '0'))), [
    'protocol-error',
  ]),
  length('length-words', 'sends a content-length of `four`', writes(withLength('four')), ['protocol-error']),
  length('length-empty', 'sends an empty content-length', writes(withLength('')), ['protocol-error']),
  length('length-list', 'sends a content-length of `4, 4`', writes(withLength('4, 4')), ['protocol-error']),
  length(
    'encoding-unknown',
    'sends a transfer-encoding that does not exist',
    ends(head({ 'transfer-encoding': 'rot13' }).concat('obql')),
    ['protocol-error'],
  ),
  length(
    'encoding-unasked',
    'compresses its chunks (transfer-encoding: gzip, chunked)',
    writes(head({ 'transfer-encoding': 'gzip, chunked' }).concat('4\r\nbody\r\n0\r\n\r\n')),
    ['protocol-error'],
  ),
  length(
    'chunked-not-last',
    'sends transfer-encoding: chunked, gzip',
    ends(head({ 'transfer-encoding': 'chunked, gzip' }).concat('body')),
    ['protocol-error'],
  ),
];

const chunks = fault('chunks');
const CHUNKED = head({ 'transfer-encoding': 'chunked' });
const chunked = (body: string) => writes(`${CHUNKED}${body}`);
const TRAILER = 'x-trailer: 1\r\n';

export const CHUNK_FAULTS: readonly Fault[] = [
  chunks('chunk-size-words', 'sends a chunk of size `zz`', chunked('zz\r\nbody\r\n0\r\n\r\n'), [
    'protocol-error',
  ]),
  chunks('chunk-size-negative', 'sends a chunk of size −4', chunked('-4\r\nbody\r\n0\r\n\r\n'), [
    'protocol-error',
  ]),
  chunks('chunk-size-overflow', 'sends a chunk of size 2⁶⁸', chunked(`1${'0'.repeat(17)}\r\nbody`), [
    'protocol-error',
  ]),
  chunks('chunk-size-empty', 'leaves the size of a chunk out', chunked('\r\nbody\r\n0\r\n\r\n'), [
    'protocol-error',
  ]),
  chunks('chunk-too-long', 'sends a chunk longer than its size', chunked('2\r\nbody\r\n0\r\n\r\n'), [
    'protocol-error',
  ]),
  chunks('chunk-bare-lf', 'ends the line of a size with LF alone', chunked('4\nbody\n0\n\n'), [
    'protocol-error',
  ]),
  chunks('chunk-missing', 'closes before the last chunk', ends(`${CHUNKED}4\r\nbody\r\n`), ['reset']),
  chunks('chunk-extension', 'sends an extension with each chunk', chunked('4;a=b\r\nbody\r\n0;a=b\r\n\r\n'), [
    'ok',
  ]),
  chunks('trailer', 'sends a trailer', chunked(`4\r\nbody\r\n0\r\n${TRAILER}\r\n`), ['ok']),
  chunks(
    'trailer-flood',
    'sends 100,000 trailers',
    chunked(`4\r\nbody\r\n0\r\n${TRAILER.repeat(100_000)}\r\n`),
    ['protocol-error'],
  ),
];

const size = fault('size');

const gzipBomb: Fault['behaviour'] = {
  kind: 'answer',
  answer: (peer) => {
    peer.write(head({ 'content-encoding': 'gzip', 'content-length': String(bomb().length) }));
    peer.write(bomb());
  },
};
const TRIAL = 'x'.repeat(16_384);

export const SIZE_FAULTS: readonly Fault[] = [
  size('gzip-bomb', 'sends 64 MiB in 64 KiB of gzip, unasked', gzipBomb, ['ok']),
  {
    ...size('gzip-bomb-accepted', 'sends 64 MiB in 64 KiB of gzip, which the client accepts', gzipBomb, [
      'ok',
    ]),
    request: { headers: { 'accept-encoding': 'gzip' } },
  },
  size(
    'endless-chunks',
    'sends chunks without end',
    {
      kind: 'answer',
      answer: (peer) => {
        peer.write(CHUNKED);
        peer.flood(`4000\r\n${TRIAL}\r\n`);
      },
    },
    ['protocol-error'],
  ),
  size(
    'endless-body',
    'sends a body without length and without end',
    {
      kind: 'answer',
      answer: (peer) => {
        peer.write(head({}));
        peer.flood(TRIAL);
      },
    },
    ['protocol-error'],
  ),
  size(
    'body-above-limit',
    'sends a body above the limit of the workload',
    writes(response('x'.repeat(1_000_000))),
    ['protocol-error'],
  ),
];
