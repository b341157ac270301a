import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Fault } from '../../../src/core/faults.ts';
import { OUTCOMES, type Outcome } from '../../../src/core/outcomes.ts';
import { startApiServer } from '../../../src/orchestrator/server/http-server.ts';
import { DEFAULT_SERVE_OPTIONS } from '../../../src/orchestrator/server/options.ts';
import { classify } from '../../../src/workload/classify.ts';
import type { HttpMethod } from '../../../src/workload/http-definition.ts';
import { httpWorkload } from '../../../src/workload/http-workload.ts';
import { type RetryOptions, retryAfterMs } from '../../../src/workload/retry.ts';
import type { Slot } from '../../../src/workload/workload.ts';

const JOBS = 30;

interface Ended {
  readonly outcomes: Outcome[];
  /** Requests that were sent again, by the client. */
  readonly retries: number;
  /** Jobs and attempts of all requests that the server has told of. */
  readonly injected: readonly number[];
}

async function run(
  t: TestContext,
  fault: Partial<Fault>,
  retry: RetryOptions,
  { method = 'GET', cancel = false }: { method?: HttpMethod; cancel?: boolean } = {},
): Promise<Ended> {
  const faults = [{ fault: 'error', share: 1, value: 503, spread: null, ...fault } satisfies Fault];
  const server = await startApiServer({ ...DEFAULT_SERVE_OPTIONS, seed: 5, faults });
  t.after(() => server.stop());
  const workload = httpWorkload({
    baseUrl: server.url,
    requests: [{ name: 'a', path: '/status/200', method }],
    retry,
  });
  let retries = 0;
  const executor = await workload.open({
    thread: 0,
    slots: JOBS,
    timeoutMs: 60_000,
    keepAlive: true,
    client: 'undici-dispatch',
    protocol: null,
    ca: null,
    insecure: false,
    namesJobs: true,
    offload: null,
    onConnection: () => {},
    onRetry: (wastedMs) => {
      assert.ok(wastedMs >= 0);
      retries++;
    },
  });
  t.after(() => executor.close());
  const outcomes = await Promise.all(
    Array.from({ length: JOBS }, (_, position) => {
      const slot: Slot = {
        running: null,
        madePath: null,
        rememberSecrets: null,
        sent: null,
        signal: new AbortController().signal,
      };
      const job = executor.run(0, position, slot).then(
        ({ outcome }) => OUTCOMES[outcome]!,
        (thrown) => classify(thrown).outcome,
      );
      if (cancel) {
        const late = Object.assign(new Error('late'), { code: 'ETIMEDOUT' });
        const whenWaiting = setInterval(() => {
          if (retries === JOBS) slot.running?.cancel(late);
        }, 1);
        void job.then(() => clearInterval(whenWaiting));
      }
      return job;
    }),
  );
  return { outcomes, retries, injected: (await server.injected()).jobs };
}

const count = (outcomes: readonly Outcome[], outcome: Outcome) =>
  outcomes.filter((each) => each === outcome).length;

describe('retries of requests', () => {
  test('failed requests are sent again until one succeeds: the server tells of as many as the client', async (t) => {
    const { outcomes, retries, injected } = await run(t, { share: 0.5 }, { attempts: 50, backoff: 0 });
    assert.equal(count(outcomes, 'ok'), JOBS);
    const repeated = injected.filter((attempt, index) => index % 3 === 1 && attempt > 0).length;
    assert.ok(retries > 0);
    assert.equal(repeated, retries);
  });

  test('after `attempts` requests the job ends as the last one did', async (t) => {
    const { outcomes, retries } = await run(t, {}, { attempts: 3, backoff: 0 });
    assert.deepEqual([count(outcomes, 'http-error'), retries], [JOBS, 2 * JOBS]);
  });

  test('a status that is not in `on`, and a POST without `on`, are sent once', async (t) => {
    const byStatus = await run(t, { value: 501 }, { attempts: 3, backoff: 0 });
    assert.deepEqual([count(byStatus.outcomes, 'http-error'), byStatus.retries], [JOBS, 0]);
    const byMethod = await run(t, {}, { attempts: 3, backoff: 0 }, { method: 'POST' });
    assert.equal(byMethod.retries, 0);
    const asked = await run(t, {}, { attempts: 2, backoff: 0, on: [503] }, { method: 'POST' });
    assert.equal(asked.retries, JOBS);
  });

  test('a request that 429 refused is sent again when Retry-After is over, and not before', async (t) => {
    const startedAt = performance.now();
    const refused = { fault: 'too-many-requests', value: 1_000 } as const;
    const { outcomes, retries } = await run(t, refused, { attempts: 2, backoff: 0 });
    // Node's timers may be a little early by this clock.
    assert.ok(performance.now() - startedAt >= 995);
    assert.deepEqual([count(outcomes, 'http-error'), retries], [JOBS, JOBS]);
  });

  test('a Retry-After beyond the time limit of the job is not waited for', async (t) => {
    const { outcomes, retries } = await run(
      t,
      { fault: 'too-many-requests', value: 600_000 },
      { attempts: 3, backoff: 0 },
    );
    assert.deepEqual([count(outcomes, 'http-error'), retries], [JOBS, 0]);
  });

  test('a job that waits for its next request ends when it is cancelled', async (t) => {
    const { outcomes, retries } = await run(t, {}, { attempts: 3, backoff: 30_000 }, { cancel: true });
    assert.deepEqual([count(outcomes, 'timeout'), retries], [JOBS, JOBS]);
  });

  test('Retry-After is read as seconds or as a date', () => {
    assert.equal(retryAfterMs('2'), 2_000);
    assert.equal(retryAfterMs(undefined), 0);
    assert.equal(retryAfterMs('soon'), 0);
    assert.equal(retryAfterMs(new Date(0).toUTCString()), 0);
    const ms = retryAfterMs(new Date(Date.now() + 3_600_000).toUTCString());
    assert.ok(ms > 3_500_000 && ms <= 3_600_000, `${ms}`);
  });

  test('a wrong `client` is refused by name', () => {
    assert.throws(
      () => httpWorkload({ baseUrl: 'http://127.0.0.1:9', requests: [], client: 'curl' as 'got' }),
      { code: 'workload-invalid', message: /`client`/ },
    );
  });

  test('a misspelt field of `retry` is refused with its right name', () => {
    const retry = { attempts: 2, back_off: 5 } as unknown as RetryOptions;
    assert.throws(() => httpWorkload({ baseUrl: 'http://127.0.0.1:9', requests: [], retry }), {
      code: 'workload-invalid',
      message: /`retry`: `back_off` .*`backoff`/,
    });
  });

  for (const [field, retry] of [
    ['attempts', { attempts: 0 }],
    ['backoff', { attempts: 2, backoff: -1 }],
    ['jitter', { attempts: 2, jitter: 2 }],
    ['on', { attempts: 2, on: ['timeout'] }],
  ] as const) {
    test(`a wrong \`retry.${field}\` is refused by name`, () => {
      assert.throws(
        () => httpWorkload({ baseUrl: 'http://127.0.0.1:9', requests: [], retry: retry as RetryOptions }),
        { code: 'workload-invalid', message: new RegExp(`retry\\.${field}`) },
      );
    });
  }
});
