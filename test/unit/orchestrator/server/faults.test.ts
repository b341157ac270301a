import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { FAULT_NAMES, type Fault, type FaultName, faultFacts } from '../../../../src/core/faults.ts';
import { OUTCOMES, type Outcome } from '../../../../src/core/outcomes.ts';
import type { HttpProtocol } from '../../../../src/core/protocols.ts';
import { type ApiServer, startApiServer } from '../../../../src/orchestrator/server/http-server.ts';
import { DEFAULT_SERVE_OPTIONS } from '../../../../src/orchestrator/server/options.ts';
import { classify } from '../../../../src/workload/classify.ts';
import { httpWorkload } from '../../../../src/workload/http-workload.ts';
import type { JobExecutor, Slot } from '../../../../src/workload/workload.ts';
import { pemFile } from '../../../support/tls-server.ts';

async function serverOf(t: TestContext, faults: Fault[], tls = false): Promise<ApiServer> {
  const server = await startApiServer({ ...DEFAULT_SERVE_OPTIONS, seed: 7, tls, faults });
  t.after(() => server.stop());
  return server;
}

const plainRequest = { name: 'a', path: '/api/users/1?latency=0', repeat: 3 };

async function clientOf(
  t: TestContext,
  { url, certificate }: ApiServer,
  protocol: HttpProtocol,
  requests: readonly { readonly name: string; readonly path: string }[],
): Promise<JobExecutor> {
  const workload = httpWorkload({ baseUrl: url, maxBodyBytes: 200_000, requests });
  const executor = await workload.open({
    thread: 0,
    slots: 2,
    timeoutMs: 5_000,
    keepAlive: true,
    client: 'undici-dispatch',
    protocol,
    ca: certificate === null ? null : await pemFile(t, certificate),
    insecure: false,
    namesJobs: true,
    offload: null,
    onConnection: () => {},
  });
  t.after(() => executor.close());
  return executor;
}

/** @param unanswered it is cancelled soon, as a slot does when a job is late */
async function outcomeOf(executor: JobExecutor, item: number, unanswered = false): Promise<Outcome> {
  const slot: Slot = {
    running: null,
    madePath: null,
    rememberSecrets: null,
    sent: null,
    signal: new AbortController().signal,
  };
  const job = executor.run(item, item, slot).then(
    ({ outcome }) => OUTCOMES[outcome]!,
    (thrown) => classify(thrown).outcome,
  );
  const late = Object.assign(new Error('late'), { code: 'ETIMEDOUT' });
  const timer = unanswered ? setTimeout(() => slot.running?.cancel(late), 200) : undefined;
  const outcome = await job;
  clearTimeout(timer);
  return outcome;
}

const PER_REQUEST = FAULT_NAMES.filter((name) => faultFacts(name).per === 'request');
const PROTOCOLS = [
  ['HTTP/1.1', 'h1', false],
  ['HTTP/1.1 over TLS', 'h1', true],
  ['HTTP/2', 'h2', true],
] as const;

describe('faults of the embedded server', () => {
  for (const [title, protocol, tls] of PROTOCOLS) {
    test(`each fault of a request over ${title}: the job ends as the table says, and the server reports it`, async (t) => {
      const server = await serverOf(t, [{ fault: 'latency', share: 0, value: 0, spread: null }], tls);
      const requests = PER_REQUEST.map((name) => ({ name, path: `/api/users/1?latency=0&fault=${name}` }));
      const client = await clientOf(t, server, protocol, requests);
      for (const [item, name] of PER_REQUEST.entries()) {
        const { outcomes } = faultFacts(name);
        const outcome = await outcomeOf(client, item, outcomes[0] === 'timeout');
        assert.ok(outcomes.includes(outcome), `${name}: ${outcome}`);
        const { jobs } = await server.injected();
        assert.deepEqual(jobs, [item, 0, FAULT_NAMES.indexOf(name)], name);
      }
    });

    test(`refused connections over ${title}: jobs end as the table says, and the server counts connections`, async (t) => {
      const server = await serverOf(t, [{ fault: 'refuse', share: 1, value: null, spread: null }], tls);
      const client = await clientOf(t, server, protocol, [plainRequest]);
      const outcome = await outcomeOf(client, 0);
      assert.ok(faultFacts('refuse').outcomes.includes(outcome), outcome);
      const { jobs, connections } = await server.injected();
      assert.deepEqual([jobs, connections.refuse! > 0], [[], true]);
    });

    test(`a connection that is idle over ${title} is closed and counted, and the next job opens another`, async (t) => {
      const server = await serverOf(t, [{ fault: 'idle-close', share: 1, value: 1, spread: null }], tls);
      const client = await clientOf(t, server, protocol, [plainRequest]);
      assert.equal(await outcomeOf(client, 0), 'ok');
      const isClosed = async () => (await server.injected()).connections['idle-close'] === 1;
      while (!(await isClosed())) await new Promise((resolve) => setTimeout(resolve, 5));
      const outcome = await outcomeOf(client, 1);
      assert.ok(['ok', ...faultFacts('idle-close').outcomes].includes(outcome), outcome);
    });
  }

  test('shares: each request has at most one fault, as often as its share says, by seed, job and attempt', async (t) => {
    const faults: [FaultName, number][] = [
      ['error', 0.1],
      ['too-many-requests', 0.2],
    ];
    const server = await serverOf(
      t,
      faults.map(([fault, share]) => ({ fault, share, value: 500, spread: null })),
    );
    const statusOf = async (job: string) => {
      const { status } = await fetch(`${server.url}/status/200`, { headers: { 'x-threadmill-job': job } });
      return status;
    };
    const first: number[] = [];
    const repeated: number[] = [];
    const again: number[] = [];
    for (let position = 0; position < 400; position++) {
      first.push(await statusOf(`${position}.0`));
      repeated.push(await statusOf(`${position}.0`));
      again.push(await statusOf(`${position}.1`));
    }
    assert.deepEqual(repeated, first);
    assert.notDeepEqual(again, first);
    const share = (status: number) => first.filter((each) => each === status).length / 400;
    assert.ok(Math.abs(share(500) - 0.1) < 0.05, `${share(500)}`);
    assert.ok(Math.abs(share(429) - 0.2) < 0.06, `${share(429)}`);
  });

  test('a request that names no job is counted by its fault, and one that asks for a fault has it', async (t) => {
    const server = await serverOf(t, []);
    const { status, headers } = await fetch(`${server.url}/status/200?fault=too-many-requests`);
    assert.deepEqual([status, headers.get('retry-after')], [429, '1']);
    assert.equal((await fetch(`${server.url}/status/200?fault=no-such`)).status, 200);
    assert.deepEqual(await server.injected(), {
      jobs: [],
      requests: { 'too-many-requests': 1 },
      connections: {},
    });
  });
});
