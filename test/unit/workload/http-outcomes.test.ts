import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { OUTCOMES, type Outcome } from '../../../src/core/outcomes.ts';
import { RequestTrace } from '../../../src/engine/measurement/request-trace.ts';
import { TraceTable } from '../../../src/engine/measurement/trace-table.ts';
import { UserCode } from '../../../src/engine/measurement/user-code.ts';
import { classify } from '../../../src/workload/classify.ts';
import { httpWorkload } from '../../../src/workload/http-workload.ts';
import type { JobExecutor } from '../../../src/workload/workload.ts';
import { head, response } from '../../faults/fault.ts';
import { HostilePeer } from '../../faults/peer.ts';

/** The URL of a server that calls `answer` for each request. */
async function serverOf(t: TestContext, answer: (peer: HostilePeer) => void): Promise<string> {
  const peers = new Set<HostilePeer>();
  const server = createServer((socket) => {
    const peer = new HostilePeer(socket, socket);
    peers.add(peer);
    socket.on('data', () => {
      peer.requests++;
      answer(peer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const { raw } of peers) raw.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function executorFor(t: TestContext, baseUrl: string): Promise<JobExecutor> {
  const workload = httpWorkload({ baseUrl, requests: [{ name: 'a', path: '/' }] });
  const executor = await workload.open({
    thread: 0,
    slots: 1,
    timeoutMs: 60_000,
    keepAlive: true,
    protocol: null,
    client: 'undici-dispatch',
    ca: null,
    insecure: false,
    offload: null,
    onConnection: () => {},
  });
  t.after(() => executor.close());
  return executor;
}

/** How one job ends. */
async function outcomeOf(executor: JobExecutor): Promise<Outcome> {
  const { signal } = new AbortController();
  try {
    return OUTCOMES[
      (await executor.run(0, 0, { running: null, madePath: null, rememberSecrets: null, sent: null, signal }))
        .outcome
    ]!;
  } catch (thrown) {
    return classify(thrown).outcome;
  }
}

/** How jobs one after another end, each on the connection of the one before if that is still there. */
async function outcomesOf(
  t: TestContext,
  jobs: number,
  answer: (peer: HostilePeer) => void,
): Promise<Outcome[]> {
  const executor = await executorFor(t, await serverOf(t, answer));
  const outcomes: Outcome[] = [];
  for (let job = 0; job < jobs; job++) outcomes.push(await outcomeOf(executor));
  return outcomes;
}

describe('responses that undici lets pass, or fails at with an assertion', () => {
  for (const [what, sent, expected] of [
    ['status 000', head({ 'content-length': '0' }, 'HTTP/1.1 000 None'), 'protocol-error'],
    ['status 101 without an upgrade', head({}, 'HTTP/1.1 101 Go'), 'protocol-error'],
    [
      'status 101 with an upgrade',
      head({ upgrade: 'x', connection: 'upgrade' }, 'HTTP/1.1 101 Go'),
      'protocol-error',
    ],
    ['status 100, unasked', `HTTP/1.1 100 Continue\r\n\r\n${response('ok')}`, 'protocol-error'],
    ['status 103, before a response', `HTTP/1.1 103 Hints\r\n\r\n${response('ok')}`, 'ok'],
    [
      'transfer-encoding: rot13',
      head({ 'transfer-encoding': 'rot13', connection: 'close' }),
      'protocol-error',
    ],
    ['transfer-encoding: gzip, chunked', head({ 'transfer-encoding': 'gzip, chunked' }), 'protocol-error'],
    ['transfer-encoding: Chunked', `${head({ 'transfer-encoding': 'Chunked' })}0\r\n\r\n`, 'ok'],
    [
      'a 304 that names the length of the body it leaves out',
      head({ 'content-length': '9' }, 'HTTP/1.1 304 Same'),
      'ok',
    ],
  ] as const) {
    test(`${what}: ${expected}`, async (t) => {
      assert.deepEqual(await outcomesOf(t, 2, (peer) => peer.end(sent)), [expected, expected]);
    });
  }
});

describe('a body that ends with the connection', () => {
  test('is whole if that is closed', async (t) => {
    assert.deepEqual(await outcomesOf(t, 1, (peer) => peer.end(`${head({})}all of it`)), ['ok']);
  });

  test('is cut off if that is reset', async (t) => {
    assert.deepEqual(await outcomesOf(t, 1, (peer) => peer.reset(`${head({})}half of it`)), ['reset']);
  });
});

/** The first request of each connection is answered. */
const second = (then: (peer: HostilePeer) => void) => (peer: HostilePeer) => {
  if (peer.requests === 1) peer.write(response('first'));
  else then(peer);
};

describe('a connection that ends before a byte of the response', () => {
  for (const [how, end] of [
    ['closed', (peer: HostilePeer) => peer.end()],
    ['reset', (peer: HostilePeer) => peer.reset()],
  ] as const) {
    test(`${how}, reused: stale-connection; new: reset`, async (t) => {
      const reused = await outcomesOf(t, 4, second(end));
      assert.deepEqual(reused, ['ok', 'stale-connection', 'ok', 'stale-connection']);
      assert.deepEqual(await outcomesOf(t, 2, end), ['reset', 'reset']);
    });
  }

  test('reused, but after a byte of the response: reset', async (t) => {
    assert.deepEqual(
      await outcomesOf(
        t,
        2,
        second((peer) => peer.end('H')),
      ),
      ['ok', 'reset'],
    );
  });

  test('is told the same way in a traced trial', async (t) => {
    for (const [sent, expected] of [
      ['', 'stale-connection'],
      ['H', 'reset'],
    ] as const) {
      const executor = await executorFor(
        t,
        await serverOf(
          t,
          second((peer) => peer.end(sent)),
        ),
      );
      const { columns } = TraceTable.shared(1);
      const requests = new RequestTrace(columns, () => 0);
      const traced = await executor.traced!({
        requests,
        code: new UserCode(columns, () => 0),
        attempts: { ended() {} },
      });
      assert.deepEqual([await outcomeOf(traced), await outcomeOf(traced)], ['ok', expected]);
    }
  });
});

/** A server in a thread of its own, whose `answer(socket)` may be due while this thread is blocked. */
async function threadedServer(t: TestContext, answer: string): Promise<{ url: string; cells: Int32Array }> {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const server = new Worker(
    `const { createServer } = require('node:net');
     const { parentPort, workerData: cells } = require('node:worker_threads');
     const OK = 'HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\nok';
     const done = () => { Atomics.store(cells, 1, 1); Atomics.notify(cells, 1); };
     const answer = ${answer};
     const server = createServer((socket) => socket.on('error', () => {}).on('data', () => answer(socket)));
     server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
    { eval: true, workerData: cells },
  );
  t.after(() => server.terminate());
  const [port] = await once(server, 'message');
  return { url: `http://127.0.0.1:${port}`, cells };
}

describe('while this thread is blocked', () => {
  test('an unsolicited response comes: it is not taken for that of the next job', async (t) => {
    const { url, cells } = await threadedServer(
      t,
      `(socket) => {
        socket.write(OK);
        const look = setInterval(() => {
          if (Atomics.exchange(cells, 0, 0) === 0) return;
          clearInterval(look);
          socket.write(OK.replace('200', '503'), done);
        }, 1);
      }`,
    );
    const executor = await executorFor(t, url);
    assert.equal(await outcomeOf(executor), 'ok');
    Atomics.store(cells, 0, 1);
    Atomics.wait(cells, 1, 0);
    assert.equal(await outcomeOf(executor), 'ok', 'and not the 503 that lay there');
  });

  test('an RST comes with the body that it cuts off: reset, though Node reads an end', async (t) => {
    const { url, cells } = await threadedServer(
      t,
      `(socket) => socket.write('HTTP/1.1 200 OK\\r\\n\\r\\nhalf of it', () => {
        socket.resetAndDestroy();
        setTimeout(done, 5);
      })`,
    );
    const trial = () => Atomics.wait(cells, 1, 0);
    subscribe('undici:request:bodySent', trial);
    t.after(() => unsubscribe('undici:request:bodySent', trial));
    assert.equal(await outcomeOf(await executorFor(t, url)), 'reset');
  });
});

test('after too many headers the parser stops: 5,000 of them block no thread', async (t) => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `x-${index}: ${index}\r\n`).join('');
  let headers = 0;
  const watch = (message: unknown) => {
    // undici keeps the parser of a connection on its socket, under a symbol.
    const { socket } = message as { socket: Socket & Record<symbol, { onHeaderField?: () => number }> };
    for (const key of Object.getOwnPropertySymbols(socket)) {
      const parser = socket[key];
      const { onHeaderField } = parser ?? {};
      if (typeof onHeaderField !== 'function') continue;
      parser!.onHeaderField = function (...of) {
        headers++;
        return onHeaderField.apply(this, of);
      };
    }
  };
  subscribe('undici:client:connected', watch);
  t.after(() => unsubscribe('undici:client:connected', watch));
  const outcomes = await outcomesOf(t, 1, (peer) => peer.write(`HTTP/1.1 200 OK\r\n${lines}\r\n`));
  assert.deepEqual(outcomes, ['protocol-error']);
  assert.ok(headers > 1_000 && headers < 3_000, `${headers} headers were parsed`);
});
