import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, METHODS } from 'node:http';
import { connect } from 'node:http2';
import { after, before, describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { type ApiServer, startApiServer } from '../../src/orchestrator/server/http-server.ts';
import { DEFAULT_SERVE_OPTIONS } from '../../src/orchestrator/server/options.ts';
import { assertNames } from '../support/assert-names.ts';

let server: ApiServer;
before(async () => {
  server = await startApiServer({ ...DEFAULT_SERVE_OPTIONS, seed: 11 });
});
after(() => server.stop());

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(server.url + path, init);

describe('/api', () => {
  for (const [name, size] of [
    ['users', 512],
    ['orders', 2048],
    ['inventory', 8192],
    ['recommendations', 4096],
  ] as const) {
    test(`${name}: JSON of about ${size} bytes`, async () => {
      const response = await get(`/api/${name}/42?latency=0`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('content-type'), 'application/json');
      assert.equal(response.headers.get('date'), null);
      const text = await response.text();
      assert.equal(response.headers.get('content-length'), String(text.length));
      assert.ok(text.length <= size && text.length > size - 250, `${text.length}`);
      const { api, id, items } = JSON.parse(text);
      assert.deepEqual([api, id], [name, '42']);
      assert.ok(items.length > 2);
    });
  }

  test('size is obeyed, beyond a chunk too', async () => {
    const text = await (await get('/api/orders/1?latency=0&size=3000000')).text();
    assert.ok(Math.abs(text.length - 3_000_000) < 250, `${text.length}`);
    assert.ok(JSON.parse(text).items.length > 10_000);
  });

  test('status is obeyed, with and without content', async () => {
    const teapot = await get('/api/users/1?latency=0&status=418');
    assert.equal(teapot.status, 418);
    assert.equal((await teapot.json()).id, '1');
    const empty = await get('/api/users/1?latency=0&status=204');
    assert.deepEqual([empty.status, await empty.text()], [204, '']);
  });

  test('a latency passes before the answer', async () => {
    const start = performance.now();
    await (await get('/api/users/1?latency=80&jitter=0')).text();
    // One ms less: timers count whole ms of a clock that is cut off.
    assert.ok(performance.now() - start >= 79);
  });

  test('while it is busy it answers nobody else', async () => {
    const start = performance.now();
    const both = [1, 2].map((id) => get(`/api/users/${id}?latency=0&busy=40`));
    await Promise.all((await Promise.all(both)).map((response) => response.text()));
    assert.ok(performance.now() - start >= 80);
  });

  test('any method will do, a request body is read and dropped', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const response = await get('/api/users/1?latency=0', { method, body: 'x'.repeat(100_000) });
      assert.equal((await response.json()).api, 'users');
    }
    const head = await get('/api/users/1?latency=0', { method: 'HEAD' });
    assert.ok(Number(head.headers.get('content-length')) > 300);
    assert.equal(await head.text(), '');
  });

  for (const path of [
    '/api/nobody/1',
    '/api/users',
    '/api/users/',
    '/api/users/1/2',
    '/',
    '/nothing',
    '/api/',
  ]) {
    test(`${path} is not found`, async () => {
      const response = await get(path);
      assert.equal(response.status, 404);
      assert.equal(typeof (await response.json()).error, 'string');
    });
  }

  for (const [query, fact] of [
    ['latency=soon', 'latency'],
    ['jitter=-1', 'jitter'],
    ['distribution=normal', 'distribution'],
    ['distribution=uniform&jitter=0.9', '0.577'],
    ['size=2000000000', 'size'],
    ['status=99', 'status'],
  ] as const) {
    test(`400 for ?${query}`, async () => {
      const response = await get(`/api/users/1?${query}`);
      assert.equal(response.status, 400);
      assertNames((await response.json()).error, fact);
    });
  }
});

describe('/echo', () => {
  // CONNECT asks for a tunnel, which no HTTP server of this kind gives.
  for (const method of METHODS.filter((name) => name !== 'CONNECT')) {
    test(method, async () => {
      const body = method === 'GET' || method === 'HEAD' ? '' : '{"n":1}';
      const request = httpRequest(`${server.url}/echo?a=1&b=2&a=3`, {
        method,
        headers: {
          'X-Mine': ['one', 'two'],
          'content-length': body.length,
          'content-type': 'application/json',
        },
      });
      request.end(body);
      const [response] = await once(request, 'response');
      const text = Buffer.concat(await response.toArray()).toString();
      assert.equal(response.statusCode, 200);
      if (method === 'HEAD') {
        assert.equal(text, '');
        return;
      }
      const { headers, ...echo } = JSON.parse(text);
      assert.deepEqual(headers['x-mine'], ['one', 'two']);
      assert.deepEqual(echo, {
        method,
        url: '/echo?a=1&b=2&a=3',
        path: '/echo',
        query: { a: ['1', '3'], b: '2' },
        bodyLength: body.length,
        crc32: crc32(body).toString(16).padStart(8, '0'),
        body,
        json: body === '' ? null : { n: 1 },
      });
    });
  }

  test('over HTTP/2 a streamed body, without a length', async (t) => {
    const secure = await startApiServer({ ...DEFAULT_SERVE_OPTIONS, tls: true });
    const session = connect(secure.url, { ca: secure.certificate! });
    t.after(async () => {
      session.destroy();
      await secure.stop();
    });
    for (const [method, body] of [
      ['POST', 'hello'],
      ['POST', ''],
      ['GET', ''],
    ] as const) {
      const stream = session.request({ ':method': method, ':path': '/echo' });
      if (body !== '') stream.write(body);
      stream.end();
      const echo = JSON.parse(Buffer.concat(await stream.toArray()).toString());
      assert.deepEqual([echo.body, echo.bodyLength], [body, body.length], `${method} '${body}'`);
    }
  });

  test('bytes that are not text are only counted and summed', async () => {
    const body = Buffer.from([0xff, 0xfe, 0x00]);
    const echo = await (await get('/echo', { method: 'POST', body })).json();
    assert.deepEqual([echo.body, echo.bodyLength, Number.parseInt(echo.crc32, 16)], [null, 3, crc32(body)]);
  });

  test('a long body is only counted and summed', async () => {
    const body = 'ä'.repeat(500_000);
    const echo = await (await get('/echo', { method: 'PUT', body })).json();
    assert.deepEqual([echo.body, echo.bodyLength], [null, 1_000_000]);
    assert.equal(Number.parseInt(echo.crc32, 16), crc32(body));
  });
});

describe('the other routes', () => {
  test('/status', async () => {
    for (const status of [200, 204, 205, 304, 404, 500, 599]) {
      assert.equal((await get(`/status/${status}`)).status, status);
    }
    for (const status of ['99', '600', '20x', '']) assert.equal((await get(`/status/${status}`)).status, 400);
  });

  test('/bytes: as many as asked for, always the same', async () => {
    for (const count of [0, 1, 65_535, 65_536, 65_537, 1_000_000]) {
      assert.equal((await (await get(`/bytes/${count}`)).arrayBuffer()).byteLength, count);
    }
    const [one, other] = await Promise.all([get('/bytes/70000'), get('/bytes/70000')]);
    const bytes = Buffer.from(await one.arrayBuffer());
    assert.deepEqual(Buffer.from(await other.arrayBuffer()), bytes);
    assert.notDeepEqual(bytes.subarray(0, 100), Buffer.alloc(100));
    for (const count of ['-1', 'x', '1073741825']) assert.equal((await get(`/bytes/${count}`)).status, 400);
  });

  test('/health tells the server’s own load', async () => {
    const health = await (await get('/health')).json();
    assert.deepEqual([health.ok, health.pid], [true, process.pid]);
    for (const key of ['requests', 'uptimeMs', 'cpuUserMs', 'cpuSystemMs', 'eventLoopUtilization']) {
      assert.ok(health[key] > 0, key);
    }
  });
});

test('latency and bytes follow from seed and URL: a second server, another order, the same answers', async () => {
  const other = await startApiServer({ ...DEFAULT_SERVE_OPTIONS, seed: 11 });
  const stranger = await startApiServer({ ...DEFAULT_SERVE_OPTIONS, seed: 12 });
  const paths = Array.from({ length: 20 }, (_, id) => `/api/orders/${id}?latency=2`);
  const read = async (url: string): Promise<string> => await (await fetch(url)).text();
  const first = await Promise.all(paths.map((path) => read(server.url + path)));
  const second: string[] = [];
  for (const path of paths.toReversed()) second.unshift(await read(other.url + path));
  assert.deepEqual(second, first);
  assert.notEqual(await read(stranger.url + paths[0]), first[0]);
  assert.equal(new Set(first).size, paths.length);
  await Promise.all([other.stop(), stranger.stop()]);
});

test('defaults of the options hold where the query says nothing', async () => {
  const quick = await startApiServer({
    ...DEFAULT_SERVE_OPTIONS,
    latencyMs: 0,
    payloadBytes: 1000,
  });
  const text = await (await fetch(`${quick.url}/api/recommendations/1`)).text();
  assert.ok(text.length > 750 && text.length <= 1000, `${text.length}`);
  await quick.stop();
});
