import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { httpWorkload } from '../../../src/workload/http-workload.ts';
import { connectorOptions, type TlsOptions } from '../../../src/workload/tls-options.ts';
import { WorkloadError } from '../../../src/workload/workload.ts';
import { pemFile } from '../../support/tls-server.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

const workloadOf = (tls: unknown) =>
  httpWorkload({
    baseUrl: 'https://a.example',
    requests: [{ name: 'a', path: '/' }],
    tls: tls as TlsOptions,
  });

describe('`tls` of httpWorkload', () => {
  for (const [what, tls, field] of [
    ['no object', true, '`tls`'],
    ['a path instead of a certificate', { ca: './ca.pem' }, '`ca`'],
    ['a list with a path in it', { ca: [PEM, './ca.pem'] }, '`ca`'],
    ['a key without its certificate', { key: PEM }, '`cert` and `key`'],
    ['a number as name', { servername: 5 }, '`servername`'],
    ['text for a switch', { rejectUnauthorized: 'no' }, '`rejectUnauthorized`'],
    ['a field that is nearly ours', { cas: PEM }, '`ca`'],
  ] as const) {
    test(`${what} is refused, and the field named`, () => {
      assert.throws(
        () => workloadOf(tls),
        (thrown) => thrown instanceof WorkloadError && thrown.message.includes(field),
      );
    });
  }

  for (const [tls, expected] of [
    [undefined, 'node'],
    [{ ca: PEM }, 'own'],
    [{ ca: PEM, rejectUnauthorized: false }, 'unchecked'],
  ] as const) {
    test(`${JSON.stringify(tls)}: which certificates are trusted is known (${expected})`, () => {
      assert.equal(workloadOf(tls).certificates, expected);
    });
  }

  test('a protocol that there is not is refused', () => {
    const definition = { baseUrl: 'https://a.example', requests: [], protocol: 'h3' as 'h2' };
    assert.throws(() => httpWorkload(definition), WorkloadError);
  });
});

test('the command line is stronger than the workload: --ca replaces its authorities, --insecure its check', async (t) => {
  const ca = await pemFile(t, PEM);
  const own = { ca: 'own', servername: 'a.example', rejectUnauthorized: true };
  const plain = { timeoutMs: 5, ca: null, insecure: false };
  assert.deepEqual(connectorOptions(own, plain), { ...own, timeout: 5 });
  assert.deepEqual(connectorOptions(own, { ...plain, ca, insecure: true }), {
    ca: Buffer.from(PEM),
    servername: 'a.example',
    rejectUnauthorized: false,
    timeout: 5,
  });
});
