import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { isLoopback, reachableAddresses } from '../../../../src/orchestrator/server/serve.ts';

function info(address: string, internal: boolean): NetworkInterfaceInfo {
  const shared = { address, internal, netmask: '', mac: '', cidr: null };
  return address.includes(':') ? { ...shared, family: 'IPv6', scopeid: 0 } : { ...shared, family: 'IPv4' };
}

const INTERFACES = {
  eth0: [info('192.0.2.2', false), info('2001:db8::2', false), info('fe80::1', false)],
  lo: [info('127.0.0.1', true), info('::1', true)],
};

test('reachable: a server on every address is reached by this machine’s, loopback first', () => {
  assert.deepEqual(reachableAddresses('0.0.0.0', INTERFACES), ['127.0.0.1', '192.0.2.2']);
  assert.deepEqual(reachableAddresses('::', INTERFACES), ['127.0.0.1', '::1', '192.0.2.2', '2001:db8::2']);
  assert.deepEqual(reachableAddresses('192.0.2.2', INTERFACES), ['192.0.2.2']);
});

test('reachable: only loopback addresses are closed to other machines', () => {
  for (const closed of ['127.0.0.1', '127.8.0.1', '::1', '::ffff:127.0.0.1'])
    assert.ok(isLoopback(closed), closed);
  for (const open of ['0.0.0.0', '::', '192.0.2.2', '2001:db8::2', '::ffff:192.0.2.2'])
    assert.ok(!isLoopback(open), open);
});
