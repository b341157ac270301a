import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { redactText } from '../../../src/core/redaction.ts';
import { digestOf } from '../../../src/workload/digest.ts';
import { httpWorkload } from '../../../src/workload/http-workload.ts';
import type { Slot } from '../../../src/workload/workload.ts';

test('what `process` returns is waited for, also if it is no promise of this realm', async (t) => {
  const server = createServer((_, response) => response.end('body'));
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const workload = httpWorkload<string>({
    baseUrl: `http://127.0.0.1:${port}`,
    requests: [{ name: 'a', path: '/' }],
    process: (response) => {
      const text = `${response.text()}, processed`;
      // Whatever `await` would wait for, as libraries have them.
      // biome-ignore lint/suspicious/noThenProperty: it is what is tested
      return { then: (done: (value: string) => void) => done(text) } as unknown as Promise<string>;
    },
    digest: (_, result) => result,
  });
  const executor = await workload.open({
    thread: 0,
    slots: 1,
    timeoutMs: 5_000,
    keepAlive: false,
    protocol: null,
    client: 'undici-dispatch',
    ca: null,
    insecure: false,
    offload: null,
    onConnection: () => {},
  });
  t.after(() => executor.close());
  const { signal } = new AbortController();
  const slot = { running: null, madePath: null, rememberSecrets: null, sent: null, signal };
  const { digest } = await executor.run(0, 0, slot);
  assert.equal(digest, digestOf('body, processed'));
});

test('of a job that fails, its own path and body are looked through for secrets later, not within the trial', async (t) => {
  const server = createServer((_, response) => response.end('body'));
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const workload = httpWorkload({
    baseUrl: `http://127.0.0.1:${port}`,
    requests: [
      {
        name: 'a',
        method: 'POST',
        path: () => '/?pw=own-path-7Qz',
        body: () => ({ apiKey: 'own-body-7Qz' }),
      },
    ],
    process: () => {
      throw new Error('no');
    },
  });
  const executor = await workload.open({
    thread: 0,
    slots: 1,
    timeoutMs: 5_000,
    keepAlive: false,
    protocol: null,
    client: 'undici-dispatch',
    ca: null,
    insecure: false,
    offload: null,
    onConnection: () => {},
  });
  t.after(() => executor.close());
  const slot: Slot = {
    running: null,
    madePath: null,
    rememberSecrets: null,
    sent: null,
    signal: new AbortController().signal,
  };
  await assert.rejects(executor.run(0, 0, slot), /no/);
  const said = 'not with own-path-7Qz, nor own-body-7Qz';
  assert.equal(redactText(said), said);
  slot.rememberSecrets?.();
  assert.equal(redactText(said), 'not with ***, nor ***');
});
