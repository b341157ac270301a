import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { noOutcomes, OUTCOME_CODE } from '../../../../src/core/outcomes.ts';
import { createClock } from '../../../../src/engine/measurement/clock.ts';
import { SharedState } from '../../../../src/engine/measurement/shared-state.ts';
import { PoolVariant } from '../../../../src/engine/variants/pool-variant.ts';
import type { ThreadPool } from '../../../../src/engine/variants/thread-pool.ts';
import type { VariantOptions } from '../../../../src/engine/variants/variant.ts';
import { PORT_WIRE } from '../../../../src/engine/variants/wire.ts';

const TIMEOUT_MS = 100;
const LOOK_MS = 1_000;
const GRACE_MS = 2_000;

/** A pool of which the test says what happens to it. */
class StandInPool {
  wire = PORT_WIRE;
  threads = 2;
  live = 2;
  onLost: ((threads: readonly number[]) => void) | null = null;
  onExtinct: (() => void) | null = null;
  readonly terminated: number[] = [];
  onTerminate: () => void = () => {};
  async terminate(thread: number): Promise<void> {
    this.terminated.push(thread);
    this.onTerminate();
  }
  report = async () => ({
    errors: [],
    connectionsOpened: 0,
    connections: 0,
    processes: [],
    isComplete: true,
    threads: [],
    traces: [],
  });
}

class StandIn extends PoolVariant {
  run: () => Promise<void> = async () => {};
  protected dispatch(): Promise<void> {
    return this.run();
  }
  crash(thrown: unknown): void {
    this.noteCrash(thrown);
  }
}

function variantOf(t: TestContext, jobs: number) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const pool = new StandInPool();
  const state = new SharedState(jobs);
  const options = { state, concurrency: 4, workers: 2, data: { timeoutMs: TIMEOUT_MS } };
  const variant = new StandIn(pool as unknown as ThreadPool, options as VariantOptions);
  const clock = createClock();
  /** A job in flight since so many ms ago. */
  const startJob = (position: number, thread: number, agoMs = 0) => {
    state.table.start[position] = clock() - agoMs * 1e6;
    state.table.thread[position] = thread;
  };
  return { pool, state, variant, startJob };
}

test('what a thread had in flight is settled when it dies, not when the trial ends', async (t) => {
  const { pool, state, variant, startJob } = variantOf(t, 4);
  variant.run = async () => {
    startJob(0, 1);
    startJob(1, 2);
    startJob(2, 2);
    state.table.outcome[2] = OUTCOME_CODE.ok;
    variant.crash(new Error('out of memory'));
    pool.onLost?.([2]);
    assert.deepEqual([...state.table.outcome], [0, OUTCOME_CODE['worker-crashed'], OUTCOME_CODE.ok, 0]);
    state.table.outcome[0] = OUTCOME_CODE.ok;
  };
  await variant.runPlan();
  assert.deepEqual(state.table.countOutcomes(), {
    ...noOutcomes(),
    ok: 2,
    'worker-crashed': 1,
    'not-started': 1,
  });
  const { errors } = await variant.report();
  assert.deepEqual(
    errors.map(({ position, message }) => [position, message]),
    [[1, 'out of memory']],
  );
});

test('whatever is left when the pool is empty was in a thread that died', async (t) => {
  const { state, variant, startJob } = variantOf(t, 2);
  variant.run = async () => startJob(1, 1);
  await variant.runPlan();
  assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), 'worker-crashed': 1, 'not-started': 1 });
});

test('a job that is long overdue blocks its thread: it is timed out and the thread ended, no other', async (t) => {
  const { pool, state, variant, startJob } = variantOf(t, 3);
  variant.run = () =>
    new Promise((resolve) => {
      startJob(0, 1, TIMEOUT_MS + GRACE_MS - 1_500);
      startJob(1, 2, TIMEOUT_MS + GRACE_MS + 1_500);
      pool.onTerminate = resolve;
      t.mock.timers.tick(LOOK_MS);
    });
  await variant.runPlan();
  assert.deepEqual(pool.terminated, [2]);
  assert.deepEqual(state.table.countOutcomes(), {
    ...noOutcomes(),
    timeout: 1,
    'worker-crashed': 1,
    'not-started': 1,
  });
  const { errors } = await variant.report();
  assert.match(errors.find(({ position }) => position === 1)?.message ?? '', /blocked its thread/);
});

test('when the last thread is gone the trial ends: at once, if there was none to begin with', async (t) => {
  const { pool, state, variant, startJob } = variantOf(t, 2);
  variant.run = () =>
    new Promise(() => {
      startJob(0, 1);
      pool.live = 0;
      pool.onExtinct?.();
    });
  await variant.runPlan();
  assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), 'worker-crashed': 1, 'not-started': 1 });
  state.reset();
  variant.run = () => assert.fail('there is nobody to run it');
  await variant.runPlan();
  assert.equal(state.table.countOutcomes()['not-started'], 2);
});
