import type { FAULT_FACTS, FaultName } from '../../../core/faults.ts';
import { isGone } from '../answer.ts';
import { type Answer, type Exchange, headOf } from './exchange.ts';
import { gzipBomb } from './peer.ts';

type PerRequest = {
  [K in FaultName]: (typeof FAULT_FACTS)[K]['per'] extends 'request' ? K : never;
}[FaultName];

/** What a fault does to a response. It calls `inject` unless it lets the response pass. @param value of the fault, or 0 */
type Behaviour = (exchange: Exchange, value: number) => void;

const ENDS = { connection: 'close' } as const;
/** How often a body goes on at a given bandwidth, ms. */
const TICK_MS = 10;
const FLOOD = Buffer.alloc(16_384, 'x');

export const BEHAVIOURS: Readonly<Record<PerRequest, Behaviour>> = {
  latency: (exchange, ms) => {
    exchange.inject();
    const timer = setTimeout(() => exchange.pass(), ms);
    exchange.response.once('close', () => clearTimeout(timer));
  },
  bandwidth: (exchange, bytesPerSecond) =>
    exchange.capture((answer) => {
      exchange.inject();
      sendInPieces(exchange, answer, (bytesPerSecond * TICK_MS) / 1_000, TICK_MS);
    }),
  slice: (exchange, bytes) =>
    exchange.capture((answer) => {
      exchange.inject();
      sendInPieces(exchange, answer, bytes, 1);
    }),
  'slow-close': (exchange, ms) =>
    exchange.capture((answer) => {
      exchange.inject();
      exchange.sendHead(answer, ENDS);
      exchange.peer.write(answer.body);
      exchange.peer.after(ms, () => exchange.peer.end());
    }),
  timeout: (exchange) => exchange.inject(),
  reset: (exchange) => {
    exchange.inject();
    exchange.peer.reset();
  },
  'reset-during': (exchange) =>
    exchange.capture((answer) => {
      exchange.inject();
      exchange.sendHead(answer);
      exchange.peer.reset(answer.body.subarray(0, answer.body.length >> 1));
    }),
  'reset-after': (exchange) =>
    exchange.capture((answer) => {
      exchange.inject();
      exchange.sendHead(answer);
      if (exchange.stream === null) exchange.peer.reset(answer.body);
      else {
        const { session } = exchange.stream;
        exchange.peer.end(answer.body);
        exchange.stream.once('finish', () => session?.close());
      }
    }),
  limit: (exchange, bytes) =>
    exchange.capture((answer) => {
      const isHttp2 = exchange.stream !== null;
      const whole = isHttp2 ? answer.body : Buffer.concat([Buffer.from(headOf(answer)), answer.body]);
      if (whole.length <= bytes) {
        exchange.sendHead(answer, ENDS);
        exchange.peer.end(answer.body);
        return;
      }
      exchange.inject();
      if (isHttp2) {
        exchange.sendHead(answer);
        exchange.peer.reset(whole.subarray(0, bytes));
      } else exchange.peer.end(whole.subarray(0, bytes));
    }),
  error: (exchange, status) => answerEmpty(exchange, status),
  'too-many-requests': (exchange, ms) =>
    answerEmpty(exchange, 429, { 'retry-after': String(Math.ceil(ms / 1_000)) }),
  'bad-status': (exchange) => {
    exchange.inject();
    exchange.violate('HTTP/1.1 2OO OK\r\ncontent-length: 0\r\n\r\n');
  },
  'bad-header': (exchange) => {
    exchange.inject();
    exchange.violate('HTTP/1.1 200 OK\r\nno colon\r\n\r\n');
  },
  'length-over': (exchange) =>
    exchange.capture((answer) => {
      exchange.inject();
      exchange.sendHead(answer, { ...ENDS, 'content-length': String(answer.body.length + 100) });
      exchange.peer.end(answer.body);
    }),
  'length-under': (exchange) =>
    exchange.capture((answer) => {
      exchange.inject();
      exchange.sendHead(answer, { ...ENDS, 'content-length': String(answer.body.length >> 1) });
      exchange.peer.end(answer.body);
    }),
  'stall-headers': (exchange) =>
    exchange.capture((answer) => {
      exchange.inject();
      const text = headOf(answer);
      if (exchange.stream === null) exchange.peer.write(text.slice(0, text.length - 4));
    }),
  endless: (exchange) => {
    exchange.inject();
    exchange.response.writeHead(200);
    exchange.response.flushHeaders();
    const more = (): void => {
      // In pieces, so that the server has time for others.
      for (let piece = 0; piece < 16; piece++) {
        if (isGone(exchange.response)) return;
        if (exchange.response.write(FLOOD)) continue;
        exchange.response.once('drain', more);
        return;
      }
      setImmediate(more);
    };
    more();
  },
  bomb: (exchange) => {
    exchange.inject();
    exchange.response.writeHead(200, {
      'content-encoding': 'gzip',
      'content-length': String(gzipBomb().length),
    });
    exchange.response.end(gzipBomb());
  },
};

function answerEmpty(
  exchange: Exchange,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  exchange.inject();
  exchange.response.sendDate = false;
  exchange.response.writeHead(status, { ...headers, 'content-length': '0' });
  exchange.response.end();
}

function sendInPieces(
  { response }: Exchange,
  { status, headers, body }: Answer,
  bytes: number,
  everyMs: number,
): void {
  response.sendDate = false;
  response.writeHead(status, headers);
  response.flushHeaders();
  let at = 0;
  let due = 0;
  const timer = setInterval(() => {
    due += bytes;
    const piece = body.subarray(at, Math.floor(due));
    at += piece.length;
    if (piece.length > 0) response.write(piece);
    if (at < body.length) return;
    clearInterval(timer);
    response.end();
  }, everyMs);
  response.once('close', () => clearInterval(timer));
}
