import { ends, type Fault, head, response, writes } from '../fault.ts';

/** Frames of HTTP/2 that a server begins with: an empty SETTINGS. */
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

const protocolError = (name: string, does: string, bytes: string | Buffer): Fault => ({
  name,
  group: 'status line',
  does,
  behaviour: writes(bytes),
  outcomes: ['protocol-error'],
});

export const STATUS_LINE_FAULTS: readonly Fault[] = [
  protocolError(
    'no-version',
    'sends `HTTP/one.one perhaps`',
    'HTTP/one.one perhaps\r\nno colon here\r\n\r\n',
  ),
  protocolError('version-3.7', 'claims HTTP/3.7', 'HTTP/3.7 200 OK\r\ncontent-length: 0\r\n\r\n'),
  protocolError('lower-case', 'writes `http/1.1 200`', 'http/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
  protocolError('no-status', 'leaves the status out', 'HTTP/1.1\r\ncontent-length: 0\r\n\r\n'),
  protocolError(
    'letters-in-status',
    'has letters in the status',
    'HTTP/1.1 2x0 OK\r\ncontent-length: 0\r\n\r\n',
  ),
  protocolError(
    'four-digits',
    'has a status of four digits',
    'HTTP/1.1 2000 OK\r\ncontent-length: 0\r\n\r\n',
  ),
  {
    ...protocolError(
      'no-reason',
      'leaves the reason phrase out',
      'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok',
    ),
    outcomes: ['ok'],
  },
  {
    ...protocolError('http-0.9', 'answers as HTTP/0.9: a body alone', ''),
    behaviour: ends('<html>hello</html>'),
  },
  protocolError('http-2-frames', 'answers with frames of HTTP/2', SETTINGS),
  protocolError('garbage', 'sends random bytes', Buffer.from('9d1f00e27c5b88fe0113aac4', 'hex')),
  protocolError('request-echoed', 'sends a request', 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'),
];

const status = (code: string, does: string, bytes: string, outcomes: Fault['outcomes']): Fault => ({
  name: `status-${code}`,
  group: 'status',
  does,
  behaviour: writes(bytes),
  outcomes,
});

const answered = (code: number, outcomes: Fault['outcomes']) =>
  status(
    `${code}`,
    `answers ${code}`,
    head({ 'content-length': '4' }, `HTTP/1.1 ${code} X`).concat('body'),
    outcomes,
  );

const INFORMATION = 'HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n';

export const STATUS_FAULTS: readonly Fault[] = [
  status('000', 'answers 000', 'HTTP/1.1 000 None\r\ncontent-length: 4\r\n\r\nbody', ['protocol-error']),
  status('100', 'answers 100, unasked', `HTTP/1.1 100 Continue\r\n\r\n${response('body')}`, [
    'protocol-error',
  ]),
  status(
    '100-100',
    'answers 100 twice, unasked',
    `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(2)}${response('body')}`,
    ['protocol-error'],
  ),
  status(
    '101',
    'switches protocols, unasked',
    head({ connection: 'upgrade', upgrade: 'x' }, 'HTTP/1.1 101 Go'),
    ['protocol-error'],
  ),
  status('101-bare', 'answers 101 without an upgrade', head({}, 'HTTP/1.1 101 Go'), ['protocol-error']),
  status('103', 'sends 103 three times, then a response', `${INFORMATION.repeat(3)}${response('body')}`, [
    'ok',
  ]),
  status('199', 'sends 199, then a response', `HTTP/1.1 199 X\r\n\r\n${response('body')}`, ['ok']),
  {
    ...status('103-flood', 'sends 103 without end', '', ['timeout']),
    behaviour: { kind: 'answer', answer: (peer) => peer.flood(INFORMATION.repeat(20)) },
  },
  status(
    '204-with-body',
    'answers 204 with a body',
    head({ 'content-length': '4' }, 'HTTP/1.1 204 No').concat('body'),
    ['protocol-error'],
  ),
  answered(205, ['ok']),
  status(
    '304',
    'answers 304 with the length of the body that it leaves out',
    head({ 'content-length': '4' }, 'HTTP/1.1 304 Same'),
    ['ok'],
  ),
  status(
    '304-with-body',
    'answers 304 with a body',
    head({ 'content-length': '4' }, 'HTTP/1.1 304 Same').concat('body'),
    ['ok'],
  ),
  {
    ...status('302', 'redirects to itself', '', ['ok']),
    behaviour: writes(head({ location: '/status-302', 'content-length': '0' }, 'HTTP/1.1 302 Found')),
  },
  answered(404, ['http-error']),
  answered(429, ['http-error']),
  answered(500, ['http-error']),
  answered(503, ['http-error']),
  answered(999, ['http-error']),
];

const header = (name: string, does: string, line: string, outcomes: Fault['outcomes']): Fault => ({
  name,
  group: 'headers',
  does,
  behaviour: writes(`HTTP/1.1 200 OK\r\ncontent-length: 4\r\n${line}\r\nbody`),
  outcomes,
});

const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => `${line(index)}\r\n`).join('');

export const HEADER_FAULTS: readonly Fault[] = [
  header('huge-header', 'sends a header of 1 MiB', `x-huge: ${'x'.repeat(1_048_576)}\r\n`, [
    'protocol-error',
  ]),
  header(
    '5000-headers',
    'sends 5,000 headers',
    many(5_000, (index) => `x-${index}: ${index}`),
    ['protocol-error'],
  ),
  header(
    '5000-letters',
    'sends 5,000 headers of one letter, less than 16 KiB in all',
    many(5_000, () => 'x:'),
    ['ok'],
  ),
  header('nul-in-header', 'has a NUL in a header', 'x-nul: a\0b\r\n', ['protocol-error']),
  header('no-colon', 'has a header without a colon', 'no colon here\r\n', ['protocol-error']),
  header('space-before-colon', 'has a space before a colon', 'x-space : a\r\n', ['protocol-error']),
  header('empty-name', 'has a header without a name', ': a\r\n', ['protocol-error']),
  header('folded', 'folds a header over two lines', 'x-folded: a\r\n b\r\n', ['protocol-error']),
  {
    ...header('bare-lf', 'ends its lines with LF alone', '', ['protocol-error']),
    behaviour: writes('HTTP/1.1 200 OK\ncontent-length: 4\n\nbody'),
  },
  {
    ...header('bare-cr', 'ends its lines with CR alone', '', ['protocol-error']),
    behaviour: writes('HTTP/1.1 200 OK\rcontent-length: 4\r\rbody'),
  },
  header('latin1-header', 'has bytes above 127 in a header', 'x-name: caf\xe9\r\n', ['ok']),
];
