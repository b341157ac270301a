import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { createServer } from 'node:tls';
import { ThreadmillError } from '../../../../src/core/errors.ts';
import { checkReachable } from '../../../../src/orchestrator/experiment/preflight.ts';
import { closedPort, HostileServer } from '../../../support/hostile-server.ts';
import { certificate, pemFile } from '../../../support/tls-server.ts';

test('a server that accepts a connection will do, whatever it says; nothing is asked of it', async (t) => {
  const server = await HostileServer.start(t);
  await checkReachable(`${server.url}/base`, null);
  assert.equal(server.requests.size, 0);
});

test('one that refuses is named, its credentials are not', async () => {
  await assert.rejects(
    checkReachable(`http://user:s3cr3t@127.0.0.1:${await closedPort()}/x`, null),
    (thrown) => {
      assert.ok(thrown instanceof ThreadmillError);
      assert.equal(thrown.code, 'server-unreachable');
      assert.match(thrown.message, /can't connect to http:\/\/127\.0\.0\.1:\d+\/x: .*ECONNREFUSED/);
      assert.ok(!thrown.message.includes('s3cr3t'));
      return true;
    },
  );
});

const PLAIN = { ca: null, insecure: false, protocol: null } as const;

async function secure(t: TestContext, options: Parameters<typeof certificate>[0] = {}, protocols = ['h2']) {
  const made = await certificate(options);
  const server = createServer({ ...made, ALPNProtocols: protocols }, (socket) =>
    socket.on('error', () => {}),
  );
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}`, ca: await pemFile(t, made.cert) };
}

async function refusal(
  url: string,
  settings: Parameters<typeof checkReachable>[1],
): Promise<ThreadmillError> {
  const thrown: unknown = await checkReachable(url, settings).then(
    () => assert.fail('it was accepted'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof ThreadmillError);
  assert.equal(thrown.code, 'server-unreachable');
  return thrown;
}

describe('a certificate that will not do is one message of what is wrong with it', () => {
  test('self-signed; its authority, or no check at all, lets it pass', async (t) => {
    const { url, ca } = await secure(t);
    const { message, advice } = await refusal(url, PLAIN);
    assert.match(message, /is self-signed$/);
    assert.match(advice!, /--ca.*--insecure/);
    await checkReachable(url, { ...PLAIN, ca });
    await checkReachable(url, { ...PLAIN, insecure: true });
  });

  test('expired', async (t) => {
    const { url, ca } = await secure(t, { expired: true });
    assert.match((await refusal(url, { ...PLAIN, ca })).message, /expired on .+GMT$/);
  });

  test('of another name', async (t) => {
    const { url, ca } = await secure(t, { name: 'other.example' });
    assert.match((await refusal(url, { ...PLAIN, ca })).message, /is for another name: DNS:other\.example$/);
  });

  test('of an authority that is not the one that was named', async (t) => {
    const { url } = await secure(t);
    const ca = await pemFile(t, (await certificate()).cert);
    await refusal(url, { ...PLAIN, ca });
  });

  test('a workload with TLS options of its own is left to itself', async (t) => {
    const { url } = await secure(t);
    await checkReachable(url, null);
  });
});

test('an https:// URL of a server that speaks no TLS is told so', async (t) => {
  const server = createPlainServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { message } = await refusal(`https://127.0.0.1:${port}`, PLAIN);
  assert.match(message, /does not speak TLS/);
});

test('--protocol h2 against a server without HTTP/2 is told so', async (t) => {
  const { url, ca } = await secure(t, {}, ['http/1.1']);
  assert.match((await refusal(url, { ...PLAIN, ca, protocol: 'h2' })).message, /does not offer HTTP\/2/);
  await checkReachable(url, { ...PLAIN, ca, protocol: 'auto' });
});
