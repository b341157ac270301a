import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { UvPool } from '../../src/core/documents/breakdown.ts';
import type { VariantName } from '../../src/core/variants.ts';
import { RunnerBench } from '../support/runner-bench.ts';

const JOBS = 16;
const CONCURRENCY = 8;

const SCRYPT = `
  import { scrypt } from 'node:crypto';
  import { promisify } from 'node:util';
  import { defineWorkload } from 'threadmill';
  const hash = promisify(scrypt) as (...args: unknown[]) => Promise<Buffer>;
  export default defineWorkload({
    name: 'scrypt',
    jobs: ${JOBS},
    run: async () => (await hash('password', 'salt', 32, { N: 16_384 }))[0],
  });`;

/** Keeps the event loop busy, and libuv's pool idle. */
const BUSY_LOOP = `
  import { defineWorkload } from 'threadmill';
  export default defineWorkload({
    name: 'busy',
    jobs: ${JOBS},
    run: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const end = performance.now() + 20;
      while (performance.now() < end);
    },
  });`;

async function poolOf(
  t: Parameters<typeof RunnerBench.start>[0],
  variant: VariantName,
  workload: string,
  uvThreads: number,
): Promise<UvPool> {
  const settings = { variant, workload, items: JOBS, concurrency: CONCURRENCY, uvThreads };
  const bench = await RunnerBench.start(t, settings);
  const { trace } = await bench.traced();
  assert.ok(trace.uvPool !== null && trace.uvPool !== undefined);
  return trace.uvPool;
}

/** Elsewhere, and in a Node that does not name its threads and was started with others than usual, nothing is told. */
describe('libuv’s pool in a traced trial', { skip: process.platform !== 'linux', concurrency: 1 }, () => {
  for (const variant of ['event-loop', 'raw-threads', 'process-pool'] as const) {
    test(`${variant}: two threads for eight hashes at once are full, and a trivial task waits`, async (t) => {
      // Each of two processes has four of the eight.
      const size = variant === 'process-pool' ? 1 : 2;
      const { threads, looks, full, waitMs } = await poolOf(t, variant, SCRYPT, size);
      assert.equal(threads, size);
      assert.ok(full > looks / 2, `${full} of ${looks}`);
      assert.ok(waitMs !== null && waitMs > 1, `${waitMs}`);
    });
  }

  for (const variant of ['event-loop', 'process-pool'] as const) {
    test(`${variant}: sixteen threads for eight hashes at once are not full`, async (t) => {
      const { threads, full } = await poolOf(t, variant, SCRYPT, 16);
      assert.deepEqual([threads, full], [16, 0]);
    });

    test(`${variant}: jobs that do not use it leave it free, however busy the event loop is`, async (t) => {
      const { full, looks } = await poolOf(t, variant, BUSY_LOOP, 4);
      assert.ok(full < looks / 2, `${full} of ${looks}`);
    });
  }
});
