import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { messageOf } from '../../core/errors.ts';
import { isGone, type ServerLog, type ServerState, sendError, sendJson } from './answer.ts';
import { ApiRoute } from './api-route.ts';
import { BytesRoute } from './bytes-route.ts';
import { answerEcho } from './echo-route.ts';
import { SERVER_LIMITS, type ServeOptions } from './options.ts';
import { BadRequest, parseInteger } from './query.ts';
import { announcesBody, type ReceivedBody, readBody } from './request-body.ts';
import { readUsage } from './usage.ts';

export const ROUTES: readonly (readonly [string, string])[] = [
  ['/api/users/<id>', 'JSON, about 0.5 KB after 15 ms'],
  ['/api/orders/<id>', 'JSON, about 2 KB after 25 ms'],
  ['/api/inventory/<id>', 'JSON, about 8 KB after 40 ms'],
  ['/api/recommendations/<id>', 'JSON, about 4 KB after 60 ms'],
  ['  ?latency=<ms>&jitter=<cv>&distribution=<fixed|uniform|log-normal>', ''],
  ['  &size=<bytes>&status=<code>&busy=<ms>', 'change any of this; busy: the server does nothing else'],
  ['/echo, /echo/<anything>', 'what arrived: method, path, query, headers, length and CRC-32 of the body'],
  ['/status/<code>', 'that status'],
  ['/bytes/<n>', 'n bytes, always the same'],
  ['/health', 'requests, CPU and event-loop utilisation of this server'],
];

export function createRoutes(
  state: ServerState,
  options: ServeOptions,
  log: ServerLog | null,
): RequestListener {
  const api = new ApiRoute(state, options);
  const bytes = new BytesRoute(state);

  const route = (
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    body: ReceivedBody,
  ): void => {
    if (isGone(response)) return;
    try {
      if (url.startsWith('/api/')) {
        api.handle(request, response, url);
        return;
      }
      const [path = ''] = url.split('?', 1);
      if (path === '/echo' || path.startsWith('/echo/')) answerEcho(state, request, response, url, body);
      else if (path === '/health') sendJson(state, response, 200, { ok: true, ...readUsage(state) });
      else if (path.startsWith('/bytes/')) bytes.handle(request, response, path.slice('/bytes/'.length));
      else if (path.startsWith('/status/')) {
        const status = parseInteger('the status', path.slice('/status/'.length), 200, 599);
        sendJson(state, response, status, { status });
      } else sendError(state, response, 404, 'there is nothing at this path');
    } catch (thrown) {
      fail(response, thrown);
    }
  };

  const fail = (response: ServerResponse, thrown: unknown): void => {
    const expected = thrown instanceof BadRequest;
    if (!expected) log?.error({ error: thrown }, 'request failed');
    if (response.headersSent) response.destroy();
    else sendError(state, response, expected ? 400 : 500, messageOf(thrown));
  };

  const refuse = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.httpVersionMajor === 1) response.setHeader('connection', 'close');
    // Reading the rest is cheap, and ends with the connection, which this response closes.
    request.resume();
    sendError(state, response, 413, `a request body may have at most ${SERVER_LIMITS.requestBytes} bytes`);
  };

  return (request, response) => {
    state.requests += 1;
    const url = originForm(request.url ?? '/');
    // Node reads and drops what a GET carries; looking for it would cost every request its parsed headers.
    if ((request.method === 'GET' && !url.startsWith('/echo')) || !announcesBody(request)) {
      route(request, response, url, EMPTY);
      return;
    }
    readBody(
      request,
      (body) => route(request, response, url, body),
      () => refuse(request, response),
    );
  };
}

const EMPTY: ReceivedBody = { length: 0, crc32: 0, kept: Buffer.alloc(0) };

/** A proxy's `GET http://host/path` asks for the same as `GET /path`. */
function originForm(url: string): string {
  return url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?#]*/i, '') || '/';
}
