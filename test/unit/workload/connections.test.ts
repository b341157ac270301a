import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import * as undici from 'undici';
import { Connections } from '../../../src/workload/connections.ts';
import { Sockets } from '../../../src/workload/sockets.ts';
import { tlsServer } from '../../support/tls-server.ts';

interface Scene {
  readonly server: Server;
  readonly connections: Connections;
  readonly origin: string;
  /** Paths in the order in which they arrived. */
  readonly asked: string[];
  opened(): number;
}

/** A server whose every request `answer` deals with, and up to `limit` connections to it. */
async function scene(
  t: TestContext,
  limit: number,
  answer: (response: ServerResponse, path: string) => void = (response, path) => response.end(path),
): Promise<Scene> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    answer(response, request.url!);
  });
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let opened = 0;
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connections = new Connections(undici.Client, {
    origin,
    limit,
    connect: undici.buildConnector({ timeout: 20_000 }),
    client: { pipelining: 1, keepAliveTimeout: 3_600_000, keepAliveMaxTimeout: 3_600_000 },
    sockets: new Sockets(limit, () => opened++),
  });
  t.after(async () => {
    await connections.close();
    server.closeAllConnections();
    server.close();
  });
  return { server, connections, origin, asked, opened: () => opened };
}

/** Resolves to the body. */
function get(connections: Connections, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = '';
    connections.dispatch(
      { path, method: 'GET' },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData: (_, chunk) => {
          body += chunk.toString('latin1');
        },
        onResponseEnd: () => resolve(body),
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

describe('connections to one origin', () => {
  test('50 requests at once: each is answered, over as many connections as there may be', async (t) => {
    const { connections, opened } = await scene(t, 4);
    const paths = Array.from({ length: 50 }, (_, index) => `/${index}`);
    assert.deepEqual(await Promise.all(paths.map((path) => get(connections, path))), paths);
    assert.deepEqual([opened(), connections.missing], [4, 0]);
  });

  test('requests that find no connection idle are sent in the order in which they came', async (t) => {
    const { connections, asked } = await scene(t, 1);
    const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
    await Promise.all(paths.map((path) => get(connections, path)));
    assert.deepEqual(asked, paths);
  });

  test('never more in flight than there may be connections', async (t) => {
    const held: ServerResponse[] = [];
    const { connections, asked } = await scene(t, 3, (response) => {
      held.push(response);
      if (held.length === 3) for (const each of held.splice(0)) setImmediate(() => each.end('x'));
    });
    await Promise.all(Array.from({ length: 12 }, (_, index) => get(connections, `/${index}`)));
    assert.equal(asked.length, 12, 'three at a time, or none of them would have been answered');
  });

  test('an idle connection is used before another is opened', async (t) => {
    const { connections, opened } = await scene(t, 10);
    for (let index = 0; index < 5; index++) {
      await get(connections, '/');
      // Undici lets the event loop turn once before it uses a connection again.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    }
    assert.equal(opened(), 1);
  });

  test('requests that undici refuses at once take no connection away from those that follow', async (t) => {
    const { connections, asked } = await scene(t, 2);
    const refused = Array.from({ length: 20 }, () => get(connections, '/with a space'));
    const results = await Promise.allSettled([...refused, get(connections, '/good'), get(connections, '/2')]);
    assert.deepEqual(
      results.map(({ status }) => status),
      [...refused.map(() => 'rejected'), 'fulfilled', 'fulfilled'],
    );
    assert.deepEqual(asked, ['/good', '/2']);
  });

  test('10,000 requests that are refused while they wait: no stack overflow, and the last is sent', async (t) => {
    const { connections } = await scene(t, 1);
    const first = get(connections, '/first');
    const refused = Array.from({ length: 10_000 }, () => get(connections, '/with a space'));
    const last = get(connections, '/last');
    const settled = await Promise.allSettled(refused);
    assert.ok(settled.every(({ status }) => status === 'rejected'));
    assert.deepEqual(await Promise.all([first, last]), ['/first', '/last']);
  });

  test('a connection that the server resets is opened again by the next request', async (t) => {
    const { connections, opened } = await scene(t, 1, (response, path) => {
      if (path === '/reset') response.socket?.resetAndDestroy();
      else response.end(path);
    });
    await assert.rejects(get(connections, '/reset'));
    assert.equal(await get(connections, '/good'), '/good');
    assert.equal(opened(), 2);
  });

  test('requests that cannot connect fail, and those that follow try again', async (t) => {
    const { connections, server, origin } = await scene(t, 2);
    const port = Number(new URL(origin).port);
    server.close();
    await once(server, 'close');
    const failed = await Promise.allSettled(Array.from({ length: 6 }, () => get(connections, '/')));
    assert.ok(failed.every(({ status }) => status === 'rejected'));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const paths = ['/a', '/b', '/c'];
    assert.deepEqual(await Promise.all(paths.map((path) => get(connections, path))), paths);
  });

  test('requests to a server whose certificate has another name fail, each by itself', async (t) => {
    const { url, ca } = await tlsServer(t, (_, response) => response.end(), { allowHTTP1: true });
    const connections = new Connections(undici.Client, {
      origin: url,
      limit: 2,
      connect: undici.buildConnector({ ca: await readFile(ca), servername: 'elsewhere.test' }),
      client: { pipelining: 1 },
      sockets: new Sockets(2, () => {}),
    });
    t.after(() => connections.close());
    const failed = await Promise.allSettled(Array.from({ length: 6 }, () => get(connections, '/')));
    assert.deepEqual(
      failed.map((each) => each.status === 'rejected' && each.reason.code),
      failed.map(() => 'ERR_TLS_CERT_ALTNAME_INVALID'),
    );
    await assert.rejects(get(connections, '/'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('disconnect: the server sees all of them reset, and the next requests open new ones', async (t) => {
    const { connections, server, opened } = await scene(t, 4);
    const codes: unknown[] = [];
    const reset = new Promise<void>((resolve) => {
      server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
        socket.destroy();
        if (codes.push(error.code) === 4) resolve();
      });
    });
    const paths = ['/a', '/b', '/c', '/d'];
    await Promise.all(paths.map((path) => get(connections, path)));
    assert.equal(connections.missing, 0);
    connections.disconnect();
    assert.equal(connections.missing, 4);
    await reset;
    assert.deepEqual(codes, ['ECONNRESET', 'ECONNRESET', 'ECONNRESET', 'ECONNRESET']);
    assert.deepEqual(await Promise.all(paths.map((path) => get(connections, path))), paths);
    assert.deepEqual([opened(), connections.missing], [8, 0]);
  });

  test('a connection that the server has closed is not counted as open', async (t) => {
    const { connections, server } = await scene(t, 1);
    await get(connections, '/');
    server.closeAllConnections();
    while (connections.missing === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await get(connections, '/again'), '/again');
  });
});
