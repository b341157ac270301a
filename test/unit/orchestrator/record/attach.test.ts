import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { RecorderConfig } from '../../../../src/engine/recorder/config.ts';
import { attach } from '../../../../src/orchestrator/record/attach.ts';

const CONFIG = { dir: '/none', preload: '/none/preload.cjs' } as RecorderConfig;

async function listening(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Answers as an inspector does, with one message for whatever it is sent. */
function inspector(target: (port: number) => string, message: object): Server & { sockets: number } {
  const server = Object.assign(
    createServer((_, response) => {
      const { port } = server.address() as AddressInfo;
      response.end(JSON.stringify([{ webSocketDebuggerUrl: target(port) }]));
    }),
    { sockets: 0 },
  );
  server.on('upgrade', ({ headers }, socket) => {
    server.sockets++;
    const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const text = Buffer.from(JSON.stringify(message));
    socket.once('data', () => socket.end(Buffer.concat([Buffer.from([0x81, text.length]), text])));
    socket.on('error', () => undefined);
  });
  return server;
}

test('an inspector that answers with the address of another server is spoken to itself', async (t) => {
  const message = { id: 1, result: { result: { value: null } } };
  const other = inspector(String, message);
  const otherPort = await listening(t, other);
  const asked = inspector(() => `ws://127.0.0.1:${otherPort}/target`, message);
  await attach({ host: '127.0.0.1', port: await listening(t, asked) }, () => CONFIG);
  assert.deepEqual([asked.sockets, other.sockets], [1, 0]);
});

for (const result of [
  { result: { value: 'constructor' } },
  { result: { type: 'object', subtype: 'error' } },
  { result: { value: { length: 1 } } },
]) {
  test(`an inspector whose answer is ${JSON.stringify(result)} is refused with one usage error`, async (t) => {
    const server = inspector((port) => `ws://127.0.0.1:${port}/target`, { id: 1, result });
    const target = { host: '127.0.0.1', port: await listening(t, server) };
    await assert.rejects(
      attach(target, () => CONFIG),
      { name: 'ThreadmillError', code: 'usage', message: /not Node/ },
    );
  });
}
