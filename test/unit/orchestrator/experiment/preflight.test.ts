import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ThreadmillError } from '../../../../src/core/errors.ts';
import { checkReachable } from '../../../../src/orchestrator/experiment/preflight.ts';
import { closedPort, HostileServer } from '../../../support/hostile-server.ts';

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
