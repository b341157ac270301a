import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CLIENT_FACTS, CLIENT_NAMES, type ClientName } from '../../../src/core/clients.ts';
import { OUTCOMES } from '../../../src/core/outcomes.ts';
import { classify } from '../../../src/workload/classify.ts';
import type { HttpRequest } from '../../../src/workload/http-definition.ts';
import { httpWorkload } from '../../../src/workload/http-workload.ts';
import type { JobExecutor, Slot } from '../../../src/workload/workload.ts';
import { certificate } from '../../support/tls-server.ts';

const MAX_BODY = 10_000;
const TEXT = 'compress me, compress me, compress me';

/** What the server saw of a request. */
interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Served {
  readonly url: string;
  readonly seen: Seen[];
  readonly connections: () => number;
}

async function serve(t: TestContext, server: Server = createServer()): Promise<Served> {
  const seen: Seen[] = [];
  let connections = 0;
  server.on('connection', () => connections++);
  server.on('request', async (request, response) => {
    const url = request.url!;
    const body = Buffer.concat(await request.toArray()).toString();
    seen.push({ method: request.method!, url, headers: request.headers, body });
    if (url === '/500') response.writeHead(500).end('broken');
    else if (url === '/redirect') response.writeHead(302, { location: '/ok' }).end('elsewhere');
    else if (url === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(TEXT));
    else if (url === '/bomb') {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50 * MAX_BODY)));
    } else if (url === '/large') response.end(Buffer.alloc(MAX_BODY + 1));
    else if (url === '/slow') {
      response.write('first');
      setTimeout(() => response.end(' second'), 20);
    } else if (url === '/cut') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => request.socket.destroy());
    } else if (url === '/reset') request.socket.resetAndDestroy();
    else if (url !== '/never') response.end(`${request.method} ${url} ${body}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const scheme = 'setSecureContext' in server ? 'https' : 'http';
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    connections: () => connections,
  };
}

interface Opened {
  readonly executor: JobExecutor;
  readonly opened: () => number;
}

async function open(
  t: TestContext,
  client: ClientName,
  baseUrl: string,
  requests: readonly Omit<HttpRequest, 'name'>[],
  { slots = 4, keepAlive = true, insecure = false } = {},
): Promise<Opened> {
  const workload = httpWorkload({
    baseUrl,
    maxBodyBytes: MAX_BODY,
    requests: requests.map((request, index) => ({ name: `request ${index}`, ...request })),
  });
  let opened = 0;
  const executor = await workload.open({
    thread: 0,
    slots,
    timeoutMs: 60_000,
    keepAlive,
    protocol: null,
    client,
    ca: null,
    insecure,
    offload: null,
    onConnection: () => opened++,
  });
  t.after(() => executor.close());
  return { executor, opened: () => opened };
}

function slot(): Slot {
  const { signal } = new AbortController();
  return { running: null, madePath: null, rememberSecrets: null, sent: null, signal };
}

/** Outcome, status and digest of an item. */
async function ended(executor: JobExecutor, item = 0, where = slot()): Promise<string> {
  try {
    const { outcome, status, digest } = await executor.run(item, item, where);
    return `${OUTCOMES[outcome]} ${status} ${digest}`;
  } catch (thrown) {
    return classify(thrown).outcome;
  }
}

async function allClients<T>(run: (client: ClientName) => Promise<T>): Promise<Record<ClientName, T>> {
  const results = await Promise.all(CLIENT_NAMES.map(async (client) => [client, await run(client)] as const));
  return Object.fromEntries(results) as Record<ClientName, T>;
}

function same<T>(results: Record<ClientName, T>): void {
  const expected = results['undici-dispatch'];
  assert.deepEqual(results, Object.fromEntries(CLIENT_NAMES.map((client) => [client, expected])));
}

describe('every HTTP client', () => {
  test('sends the same requests, and has the same digests and statuses', async (t) => {
    const requests: Omit<HttpRequest, 'name'>[] = [
      { path: '/ok?a=1&b=%20' },
      { path: '/ok', headers: { 'X-Mine': 'yes', accept: 'text/plain' } },
      { path: '/ok', method: 'POST', body: { a: 1 } },
      { path: '/ok', method: 'PUT', body: '  spaces around  ' },
      { path: '/ok', method: 'PATCH', body: new Uint8Array([104, 105, 33]).subarray(0, 2) },
      { path: '/ok', method: 'DELETE' },
      { path: '/ok', method: 'HEAD' },
      { path: '/500' },
      { path: '/redirect' },
      { path: '/slow' },
    ];
    const results = await allClients(async (client) => {
      const { url, seen } = await serve(t);
      const { executor } = await open(t, client, url, requests);
      const outcomes: string[] = [];
      for (const item of requests.keys()) outcomes.push(await ended(executor, item));
      const asked = seen.map(({ method, url: path, headers, body }) => {
        const left = Object.entries(headers).filter(([name]) => {
          // undici lets no connection live on after a HEAD.
          return name !== 'host' && (name !== 'connection' || method !== 'HEAD');
        });
        const added: readonly string[] = CLIENT_FACTS[client].addedHeaders;
        return [method, path, body, Object.fromEntries(left.filter(([name]) => !added.includes(name)))];
      });
      return { outcomes, asked };
    });
    // The client of the second request says what it accepts itself.
    for (const { asked } of Object.values(results)) delete (asked[1]![3] as IncomingHttpHeaders).accept;
    same(results);
    const outcomes = results.axios.outcomes.map((text) => text.replace(/ \d+$/, ''));
    assert.deepEqual(outcomes.slice(-4), ['ok 200', 'http-error 500', 'ok 302', 'ok 200']);
  });

  test('adds the headers that the lint names, and no others', async (t) => {
    const results = await allClients(async (client) => {
      const { url, seen } = await serve(t);
      await ended((await open(t, client, url, [{ path: '/ok' }])).executor);
      return Object.keys(seen[0]!.headers).filter((name) => !['host', 'connection'].includes(name));
    });
    for (const client of CLIENT_NAMES) {
      assert.deepEqual(results[client].sort(), [...CLIENT_FACTS[client].addedHeaders].sort(), client);
    }
  });

  test('has the same outcome for a reset, a body that is cut off, and one that is too large', async (t) => {
    const { url } = await serve(t);
    const results = await allClients(async (client) => {
      const outcomes: string[] = [];
      for (const path of ['/reset', '/cut', '/large']) {
        outcomes.push(await ended((await open(t, client, url, [{ path }])).executor));
      }
      return outcomes;
    });
    same(results);
    assert.deepEqual(results.got, ['reset', 'reset', 'protocol-error']);
  });

  test('calls a kept-alive connection that ends before the response stale, and no other', async (t) => {
    const { url } = await serve(t);
    const results = await allClients(async (client) => {
      const { executor } = await open(
        t,
        client,
        url,
        [{ path: '/ok' }, { path: '/reset' }, { path: '/cut' }],
        {
          slots: 1,
        },
      );
      const outcomes: string[] = [];
      for (const item of [1, 0, 1, 0, 2]) outcomes.push((await ended(executor, item)).split(' ')[0]!);
      return outcomes;
    });
    same(results);
    assert.deepEqual(results.fetch, ['reset', 'ok', 'stale-connection', 'ok', 'reset']);
  });

  test('is refused a connection: connect-error', async (t) => {
    const { url } = await serve(t);
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const refused = url.replace(/\d+$/, String(port));
    same(
      await allClients(async (client) => {
        const outcome = await ended((await open(t, client, refused, [{ path: '/ok' }])).executor);
        assert.equal(outcome, 'connect-error', client);
        return outcome;
      }),
    );
  });

  test('ends a job that is cancelled with the reason, before and within the response', async (t) => {
    const { url } = await serve(t);
    const results = await allClients(async (client) => {
      const { executor } = await open(t, client, url, [{ path: '/never' }]);
      const late = Object.assign(new Error('the time is up'), { name: 'TimeoutError' });
      const waiting = slot();
      const outcome = ended(executor, 0, waiting);
      setTimeout(() => waiting.running?.cancel(late), 20);
      return await outcome;
    });
    same(results);
    assert.equal(results.ky, 'timeout');
  });

  test('keeps a connection for each slot, or opens one for each request', async (t) => {
    const results = await allClients(async (client) => {
      const counts: number[][] = [];
      for (const keepAlive of [true, false]) {
        const { url, connections } = await serve(t);
        const { executor, opened } = await open(t, client, url, [{ path: '/slow' }], { keepAlive });
        for (let turn = 0; turn < 3; turn++) {
          await Promise.all(Array.from({ length: 4 }, () => ended(executor)));
        }
        counts.push([connections(), opened(), executor.missingConnections()]);
        executor.disconnect();
      }
      return counts;
    });
    same(results);
    assert.deepEqual(results['node-http'], [
      [4, 4, 0],
      [12, 12, 0],
    ]);
  });

  test('speaks TLS, with any certificate if told so, and else not with a strange one', async (t) => {
    const { createServer: createTls } = await import('node:https');
    const { url } = await serve(t, createTls(await certificate()) as Server);
    const results = await allClients(async (client) => {
      const outcomes: string[] = [];
      for (const insecure of [true, false]) {
        outcomes.push(await ended((await open(t, client, url, [{ path: '/ok' }], { insecure })).executor));
      }
      return outcomes;
    });
    same(results);
    assert.equal(results.axios[1], 'connect-error');
  });

  test('decompresses as the lint says, and no more than the limit of a body', async (t) => {
    const { url } = await serve(t);
    const results = await allClients(async (client) => {
      const { executor } = await open(t, client, url, [{ path: '/gzip' }, { path: '/bomb' }]);
      const { bytes } = await executor.run(0, 0, slot());
      return [bytes === TEXT.length, (await ended(executor, 1)).split(' ')[0]];
    });
    for (const client of CLIENT_NAMES) {
      const { decompresses } = CLIENT_FACTS[client];
      assert.deepEqual(results[client], [decompresses, decompresses ? 'protocol-error' : 'ok'], client);
    }
  });

  test('other than undici’s dispatch refuses HTTP/2', async () => {
    for (const client of CLIENT_NAMES.filter((name) => name !== 'undici-dispatch')) {
      const workload = httpWorkload({
        baseUrl: 'https://127.0.0.1',
        protocol: 'h2',
        requests: [{ name: 'a', path: '/' }],
      });
      const context = { thread: 0, slots: 1, timeoutMs: 1, keepAlive: true, protocol: null, client };
      const opening = workload.open({
        ...context,
        ...{ ca: null, insecure: false, offload: null },
        onConnection: () => {},
      });
      await assert.rejects(opening, { code: 'workload-invalid' }, client);
    }
  });
});
