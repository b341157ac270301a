import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ServerState, sendJson } from './answer.ts';
import type { ReceivedBody } from './request-body.ts';

/** What `/echo` answers: enough for a client to check that all of its request arrived. */
interface Echo {
  readonly method: string;
  /** As in the request line. */
  readonly url: string;
  readonly path: string;
  /** Decoded; a list where a name is given more than once. */
  readonly query: Readonly<Record<string, string | string[]>>;
  /** Lower-case names; a list where a header is sent more than once. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** Length of the body, bytes. */
  readonly bodyLength: number;
  /** Of the body, 8 hexadecimal digits. */
  readonly crc32: string;
  /** The body, if it is UTF-8 and at most 64 KiB long. */
  readonly body: string | null;
  /** The body parsed, if it is JSON. */
  readonly json: unknown;
}

export function answerEcho(
  state: ServerState,
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
  body: ReceivedBody,
): void {
  const queryAt = url.indexOf('?');
  const text = body.kept === null ? null : asText(body.kept);
  const echo: Echo = {
    method: request.method ?? '',
    url,
    path: queryAt === -1 ? url : url.slice(0, queryAt),
    query: grouped(queryAt === -1 ? [] : new URLSearchParams(url.slice(queryAt + 1))),
    headers: grouped(headerPairs(request.rawHeaders)),
    bodyLength: body.length,
    crc32: body.crc32.toString(16).padStart(8, '0'),
    body: text,
    json: text === null ? null : asJson(text),
  };
  sendJson(state, response, 200, echo);
}

function* headerPairs(raw: readonly string[]): Generator<[string, string]> {
  for (let index = 0; index < raw.length; index += 2) {
    yield [(raw[index] ?? '').toLowerCase(), raw[index + 1] ?? ''];
  }
}

/** By way of a Map, so that a header called `__proto__` is a header like any other. */
function grouped(pairs: Iterable<[string, string]>): Record<string, string | string[]> {
  const values = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    const earlier = values.get(name);
    if (earlier === undefined) values.set(name, value);
    else if (typeof earlier === 'string') values.set(name, [earlier, value]);
    else earlier.push(value);
  }
  return Object.fromEntries(values);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function asText(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
