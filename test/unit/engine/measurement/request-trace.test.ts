import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { ConnectionWatch } from '../../../../src/engine/measurement/connection-times.ts';
import { RequestTrace } from '../../../../src/engine/measurement/request-trace.ts';
import { type TraceColumn, TraceTable } from '../../../../src/engine/measurement/trace-table.ts';

/** A trace over a clock in ns that the test moves, and undici's events as undici would publish them. */
function traced(t: TestContext, jobOf?: () => number) {
  const at = { ns: 100 };
  const table = TraceTable.shared(3);
  const trace = new RequestTrace(table.columns, () => at.ns, jobOf);
  trace.start();
  t.after(() => trace.stop());
  const publish = (name: string, message: object) => channel(`undici:${name}`).publish(message);
  const socket = new Socket();
  const request = () => ({});
  return {
    at,
    trace,
    table,
    row: (position: number, ...columns: TraceColumn[]) =>
      columns.map((name) => table.columns[name][position]),
    request,
    create: (of: object) => publish('request:create', { request: of }),
    send: (of: object) => publish('client:sendHeaders', { request: of, socket }),
    sent: (of: object) => publish('request:bodySent', { request: of }),
    headers: (of: object, statusCode = 200) =>
      publish('request:headers', { request: of, response: { statusCode } }),
    end: (of: object) => publish('request:trailers', { request: of }),
    fail: (of: object) => publish('request:error', { request: of }),
  };
}

describe('phases of requests', () => {
  test('of a job that says when its request is put on a connection', (t) => {
    const { at, trace, row, request, create, send, sent, headers, end } = traced(t);
    trace.dispatched(1);
    at.ns = 130;
    const mine = request();
    create(mine);
    trace.next(1);
    send(mine);
    at.ns = 135;
    sent(mine);
    at.ns = 150;
    headers(mine, 103);
    at.ns = 200;
    headers(mine);
    at.ns = 260;
    end(mine);
    const moments = row(1, 'createdAt', 'sentAt', 'headersAt', 'bodyEndAt');
    assert.deepEqual(moments, [100, 130, 200, 260]);
    const durations = row(1, 'clientQueue', 'send', 'wait', 'download', 'requests', 'tcp');
    assert.deepEqual(durations, [30, 5, 65, 60, 1, 0]);
  });

  test('requests that nobody has announced are nobody’s', (t) => {
    const { at, trace, table, request, create, send, headers, end } = traced(t);
    const other = request();
    create(other);
    send(other);
    at.ns = 200;
    headers(other);
    end(other);
    assert.ok(table.raw().every((byte) => byte === 0));
    // An announcement is good for one request.
    trace.dispatched(0);
    trace.next(0);
    send(request());
    send(request());
    assert.equal(table.columns.sentAt.filter((sentAt) => sentAt > 0).length, 1);
  });

  test('of a job that is known while it makes them: durations add up, moments are the first and the last', (t) => {
    let job = 2;
    const { at, row, request, create, send, sent, headers, end } = traced(t, () => job);
    for (const start of [1_000, 2_000]) {
      const mine = request();
      at.ns = start;
      create(mine);
      // Whose name code runs in from here on is no matter.
      job = 0;
      at.ns += 10;
      send(mine);
      sent(mine);
      at.ns += 100;
      headers(mine);
      at.ns += 1;
      end(mine);
      job = 2;
    }
    const moments = row(2, 'createdAt', 'sentAt', 'headersAt', 'bodyEndAt');
    assert.deepEqual(moments, [1_000, 1_010, 2_110, 2_111]);
    assert.deepEqual(row(2, 'clientQueue', 'wait', 'download', 'requests'), [20, 200, 2, 2]);
    assert.deepEqual(row(0, 'createdAt', 'sentAt'), [0, 0]);
  });

  test('a request that fails is over, and nothing is noted after stop', (t) => {
    const { trace, row, request, create, send, fail, end } = traced(t, () => 1);
    const mine = request();
    create(mine);
    send(mine);
    fail(mine);
    end(mine);
    assert.deepEqual(row(1, 'requests', 'bodyEndAt'), [0, 0]);
    trace.stop();
    const late = request();
    create(late);
    send(late);
    end(late);
    assert.deepEqual(row(1, 'requests'), [0]);
    assert.equal(channel('undici:request:create').hasSubscribers, false);
  });
});

describe('opening a connection', () => {
  async function opened(t: TestContext, watch: ConnectionWatch, host: string): Promise<Socket> {
    const server = createServer((socket) => socket.end());
    await once(server.listen(0, host), 'listening');
    const { port } = server.address() as AddressInfo;
    watch.start();
    const socket = connect({ port, host });
    watch.stop();
    t.after(() => {
      socket.destroy();
      server.close();
    });
    socket.resume();
    await once(socket, 'connect');
    return socket;
  }

  test('its steps are told once; a bare address has no lookup, plain TCP no TLS', async (t) => {
    let now = 0;
    const watch = new ConnectionWatch(() => ++now);
    const socket = await opened(t, watch, '127.0.0.1');
    assert.deepEqual(watch.take(socket), { startedAt: 1, dns: 0, tcp: 1, tls: 0 });
    assert.equal(watch.take(socket), null);
  });

  test('a name is looked up first', async (t) => {
    let now = 0;
    const watch = new ConnectionWatch(() => ++now);
    const times = watch.take(await opened(t, watch, 'localhost'));
    assert.deepEqual([times?.startedAt, times?.dns, times?.tcp, times?.tls], [1, 1, 1, 0]);
  });

  test('one that is not there yet, and one that was there before, have nothing to tell', () => {
    const watch = new ConnectionWatch(() => 1);
    assert.equal(watch.take(new Socket()), null);
  });

  test('sockets connect as before when it stops, also with another’s hook above it', () => {
    const original = Socket.prototype.connect;
    const watch = new ConnectionWatch(() => 1);
    watch.start();
    assert.notEqual(Socket.prototype.connect, original);
    watch.stop();
    assert.equal(Socket.prototype.connect, original);

    watch.start();
    const below = Socket.prototype.connect;
    const other = function (this: Socket, ...args: Parameters<typeof original>): Socket {
      return below.apply(this, args);
    } as typeof original;
    try {
      Socket.prototype.connect = other;
      watch.stop();
      assert.equal(Socket.prototype.connect, other, 'what another has put there stays');
    } finally {
      Socket.prototype.connect = original;
    }
  });
});
