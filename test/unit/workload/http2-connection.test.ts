import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants, type Http2ServerResponse } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { describe, type TestContext, test } from 'node:test';
import tls, { createServer } from 'node:tls';
import { OUTCOMES, type Outcome } from '../../../src/core/outcomes.ts';
import type { HttpProtocol } from '../../../src/core/protocols.ts';
import { RequestTrace } from '../../../src/engine/measurement/request-trace.ts';
import { TraceTable } from '../../../src/engine/measurement/trace-table.ts';
import { UserCode } from '../../../src/engine/measurement/user-code.ts';
import { classify } from '../../../src/workload/classify.ts';
import type { HttpWorkloadDefinition } from '../../../src/workload/http-definition.ts';
import { httpWorkload } from '../../../src/workload/http-workload.ts';
import { type JobExecutor, WorkloadError } from '../../../src/workload/workload.ts';
import { certificate, pemFile, type TlsServer, tlsServer } from '../../support/tls-server.ts';

interface Opened {
  readonly executor: JobExecutor;
  connections(): number;
}

async function open(
  t: TestContext,
  { url, ca }: Pick<TlsServer, 'url' | 'ca'>,
  slots: number,
  definition: Partial<HttpWorkloadDefinition> = {},
  protocol: HttpProtocol = 'h2',
): Promise<Opened> {
  let connections = 0;
  const workload = httpWorkload({ baseUrl: url, requests: [{ name: 'a', path: '/' }], ...definition });
  const executor = await workload.open({
    thread: 0,
    slots,
    timeoutMs: 60_000,
    keepAlive: true,
    protocol,
    client: 'undici-dispatch',
    ca,
    insecure: false,
    offload: null,
    onConnection: () => connections++,
  });
  t.after(() => executor.close());
  return { executor, connections: () => connections };
}

function slot() {
  const { signal } = new AbortController();
  const made: Parameters<JobExecutor['run']>[2] = {
    running: null,
    madePath: null,
    rememberSecrets: null,
    sent: null,
    signal,
  };
  return made;
}

async function outcomeOf(executor: JobExecutor, position = 0, made = slot()): Promise<Outcome> {
  try {
    return OUTCOMES[(await executor.run(0, position, made)).outcome]!;
  } catch (thrown) {
    return classify(thrown).outcome;
  }
}

type Fault = (response: Http2ServerResponse, server: TlsServer) => void;

const partOf = (response: Http2ServerResponse, then: () => void): void => {
  response.writeHead(200);
  // The client has the part before what comes next.
  response.write('part', () => setImmediate(then));
};

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

describe('a job over HTTP/2 has one outcome, whatever the server does', () => {
  const faults: Readonly<Record<string, readonly [Outcome, Fault]>> = {
    'a response': ['ok', (response) => response.end('all of it')],
    'a response without a body': ['ok', (response) => response.writeHead(204).end()],
    'status 503': ['http-error', (response) => response.writeHead(503).end('busy')],
    'a stream that is refused': ['reset', ({ stream }) => stream.close(NGHTTP2_REFUSED_STREAM)],
    'a stream cancelled within the body': [
      'reset',
      (response) => partOf(response, () => response.stream.close(NGHTTP2_CANCEL)),
    ],
    'a stream that fails within the body': [
      'reset',
      (response) => partOf(response, () => response.stream.close(NGHTTP2_INTERNAL_ERROR)),
    ],
    'a body shorter than content-length': [
      'protocol-error',
      (response) => response.writeHead(200, { 'content-length': '10' }).end('short'),
    ],
    'a connection closed within the body': [
      'reset',
      (response, { sockets }) => partOf(response, () => sockets.forEach((socket) => void socket.destroy())),
    ],
    'a connection reset within the body': [
      'reset',
      (response, { sockets }) =>
        partOf(response, () => sockets.forEach((socket) => void socket.resetAndDestroy())),
    ],
    'a GOAWAY with an error within the body': [
      'reset',
      (response) =>
        partOf(response, () => {
          const { session } = response.stream;
          session!.goaway(NGHTTP2_INTERNAL_ERROR);
        }),
    ],
    'a connection that closes with the response': [
      'ok',
      (response) => {
        response.stream.session!.close();
        response.end('all of it');
      },
    ],
    'a GOAWAY after which the body goes on': [
      'ok',
      (response) =>
        partOf(response, () => {
          response.stream.session!.close();
          response.end('the rest');
        }),
    ],
  };
  for (const [what, [expected, fault]] of Object.entries(faults)) {
    test(`${what}: ${expected}, and the next job too`, async (t) => {
      const server: TlsServer = await tlsServer(t, (_, response) => fault(response, server));
      const { executor } = await open(t, server, 1);
      assert.deepEqual([await outcomeOf(executor), await outcomeOf(executor, 1)], [expected, expected]);
      assert.equal(server.streams, 2, 'nothing is sent twice');
    });
  }

  test('a connection that ends before the response of a later job: stale-connection', async (t) => {
    let requests = 0;
    const server: TlsServer = await tlsServer(t, (_, response) => {
      requests += 1;
      if (requests === 2) for (const socket of server.sockets) socket.destroy();
      else response.end('ok');
    });
    const { executor, connections } = await open(t, server, 1);
    const outcomes: Outcome[] = [];
    for (let job = 0; job < 3; job++) outcomes.push(await outcomeOf(executor, job));
    assert.deepEqual(outcomes, ['ok', 'stale-connection', 'ok']);
    assert.equal(connections(), 2);
  });

  test('a body over the limit: protocol-error, and the connection goes on', async (t) => {
    let requests = 0;
    const server = await tlsServer(t, (_, response) =>
      response.end(requests++ === 0 ? 'x'.repeat(100) : 'x'),
    );
    const { executor, connections } = await open(t, server, 1, { maxBodyBytes: 10 });
    assert.deepEqual([await outcomeOf(executor), await outcomeOf(executor)], ['protocol-error', 'ok']);
    assert.equal(connections(), 1);
  });

  test('an `accept` that throws: threw, and the connection goes on', async (t) => {
    const server = await tlsServer(t, (_, response) => response.end('all of it'));
    const accept = () => {
      throw new Error('no');
    };
    const { executor, connections } = await open(t, server, 1, { accept });
    assert.deepEqual([await outcomeOf(executor), await outcomeOf(executor, 1)], ['threw', 'threw']);
    assert.equal(connections(), 1);
  });

  test('a job that is cancelled ends with the reason, and the connection goes on', async (t) => {
    let requests = 0;
    const server = await tlsServer(t, (_, response) => {
      if (requests++ > 0) response.end('x');
      else cancelled.running!.cancel(Object.assign(new Error('late'), { name: 'TimeoutError' }));
    });
    const { executor, connections } = await open(t, server, 1);
    const cancelled = slot();
    assert.equal(await outcomeOf(executor, 0, cancelled), 'timeout');
    assert.equal(await outcomeOf(executor), 'ok');
    assert.equal(connections(), 1);
  });

  for (const [what, expected, bytes] of [
    ['closes each connection before its settings', 'reset', ''],
    ['answers with something else than HTTP/2', 'protocol-error', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ] as const) {
    test(`a server that ${what}: ${expected}, after one connection`, async (t) => {
      const made = await certificate();
      const server = createServer({ ...made, ALPNProtocols: ['h2'] }, (socket) => socket.end(bytes));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      t.after(() => server.close());
      const { port } = server.address() as { port: number };
      const where = { url: `https://127.0.0.1:${port}`, ca: await pemFile(t, made.cert) };
      const { executor, connections } = await open(t, where, 2);
      assert.deepEqual(await Promise.all([outcomeOf(executor), outcomeOf(executor)]), [expected, expected]);
      assert.equal(connections(), 1);
    });
  }

  test('a server that speaks HTTP/1.1 alone: connect-error', async (t) => {
    const made = await certificate();
    const server = createServer({ ...made, ALPNProtocols: ['http/1.1'] }, (socket) => socket.end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as { port: number };
    const where = { url: `https://127.0.0.1:${port}`, ca: await pemFile(t, made.cert) };
    const { executor } = await open(t, where, 2);
    assert.deepEqual(await Promise.all([outcomeOf(executor), outcomeOf(executor)]), [
      'connect-error',
      'connect-error',
    ]);
  });
});

describe('an HTTP/2 connection', () => {
  test('has all jobs of its thread as streams: 200 jobs in 16 slots take one connection', async (t) => {
    const server = await tlsServer(t, (request, response) => response.end(request.url));
    const { executor, connections } = await open(t, server, 16);
    assert.equal(executor.missingConnections(), 1);
    let next = 0;
    const outcomes: Outcome[] = [];
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        while (next < 200) outcomes.push(await outcomeOf(executor, next++));
      }),
    );
    assert.deepEqual(outcomes, Array<Outcome>(200).fill('ok'));
    assert.deepEqual([connections(), executor.missingConnections()], [1, 0]);
  });

  test('keeps to the streams that the server allows: with 3, of 50 jobs at once none is refused', async (t) => {
    let active = 0;
    let most = 0;
    const answer = (_: unknown, response: Http2ServerResponse) => {
      most = Math.max(most, ++active);
      setImmediate(() => {
        active -= 1;
        response.end('x');
      });
    };
    const server = await tlsServer(t, answer, { settings: { maxConcurrentStreams: 3 } });
    const { executor } = await open(t, server, 50);
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, job) => outcomeOf(executor, job)));
    assert.deepEqual(outcomes, Array<Outcome>(50).fill('ok'));
    assert.ok(most <= 3, String(most));
  });

  test('carries method, path, headers and body, and none of the headers of a connection', async (t) => {
    const seen: unknown[] = [];
    const server = await tlsServer(t, (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        const { ':authority': authority, 'x-a': a, connection, 'content-type': type } = request.headers;
        seen.push([request.method, request.url, authority, a, connection, type, body]);
        response.end('x');
      });
    });
    const { executor } = await open(t, server, 1, {
      headers: { Connection: 'keep-alive', Host: 'other.example' },
      requests: [{ name: 'a', method: 'POST', path: '/p?q=1', headers: { 'X-A': 'b' }, body: { n: 1 } }],
    });
    assert.equal(await outcomeOf(executor), 'ok');
    assert.deepEqual(seen, [
      ['POST', '/p?q=1', 'other.example', 'b', undefined, 'application/json', '{"n":1}'],
    ]);
  });

  test('takes a body of 20 MB, larger than any window', async (t) => {
    const answer = (_: unknown, response: Http2ServerResponse) => response.end(Buffer.alloc(20_000_000));
    // Of its default of 10 MB Node's server would refuse the second.
    const server = await tlsServer(t, answer, { maxSessionMemory: 1_000 });
    const { executor } = await open(t, server, 2);
    const results = await Promise.all([executor.run(0, 0, slot()), executor.run(0, 1, slot())]);
    assert.deepEqual(
      results.map(({ bytes }) => bytes),
      [20_000_000, 20_000_000],
    );
  });

  test('closed between trials, is opened again by the next job', async (t) => {
    const server = await tlsServer(t, (_, response) => response.end('x'));
    const { executor, connections } = await open(t, server, 1);
    await outcomeOf(executor);
    executor.disconnect();
    assert.equal(executor.missingConnections(), 1);
    assert.equal(await outcomeOf(executor), 'ok');
    assert.equal(connections(), 2);
  });

  test('traced, has the phases of each job in order, and TLS of the one that opened it', async (t) => {
    const server = await tlsServer(t, (_, response) => response.end('x'));
    const { executor } = await open(t, server, 1);
    const { columns } = TraceTable.shared(2);
    const clock = () => performance.now() * 1e6;
    const requests = new RequestTrace(columns, clock);
    const code = new UserCode(columns, clock);
    requests.start();
    const traced = await executor.traced!({ requests, code, attempts: { ended() {} } });
    for (const job of [0, 1]) assert.equal(await outcomeOf(traced, job), 'ok');
    requests.stop();
    code.close();
    for (const job of [0, 1]) {
      const at = [columns.createdAt, columns.sentAt, columns.headersAt, columns.bodyEndAt].map(
        (c) => c[job]!,
      );
      assert.ok(at[0]! > 0);
      assert.deepEqual(
        at,
        at.toSorted((a, b) => a - b),
      );
      assert.equal(columns.requests[job], 1);
    }
    assert.ok(columns.tls[0]! > 0);
    assert.equal(columns.tls[1], 0);
  });
});

describe('TLS connections', () => {
  for (const protocol of ['h1', 'h2'] as const) {
    test(`over ${protocol} share one secure context: three of them make no other`, async (t) => {
      const server = await tlsServer(t, (_, response) => response.end('x'), { allowHTTP1: true });
      const { executor, connections } = await open(t, server, 1, {}, protocol);
      const made = t.mock.method(tls, 'createSecureContext');
      for (let job = 0; job < 3; job++) {
        assert.equal(await outcomeOf(executor, job), 'ok');
        executor.disconnect();
      }
      assert.deepEqual([connections(), made.mock.callCount()], [3, 0]);
    });
  }

  test('with a certificate that is none: WorkloadError', async (t) => {
    const server = await tlsServer(t, (_, response) => response.end('x'));
    const cert = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    await assert.rejects(open(t, server, 1, { tls: { cert, key: cert } }), WorkloadError);
  });
});

describe('protocol auto', () => {
  for (const [allowHTTP1, what] of [
    [true, 'HTTP/1.1 as well'],
    [false, 'HTTP/2 alone'],
  ] as const) {
    test(`takes HTTP/2 from a server that offers ${what}`, async (t) => {
      const versions: string[] = [];
      const server = await tlsServer(
        t,
        (request, response) => {
          versions.push(request.httpVersion);
          response.end('x');
        },
        { allowHTTP1 },
      );
      const { executor } = await open(t, server, 1, {}, 'auto');
      assert.equal(await outcomeOf(executor), 'ok');
      assert.deepEqual(versions, ['2.0']);
    });
  }

  test('takes HTTP/1.1 where there is no HTTP/2', async (t) => {
    const versions: string[] = [];
    const made = await certificate();
    const server = createHttpsServer(made, (request, response) => {
      versions.push(request.httpVersion);
      response.end('x');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as { port: number };
    const where = { url: `https://127.0.0.1:${port}`, ca: await pemFile(t, made.cert) };
    const { executor } = await open(t, where, 1, {}, 'auto');
    assert.equal(await outcomeOf(executor), 'ok');
    assert.deepEqual(versions, ['1.1']);
  });
});
