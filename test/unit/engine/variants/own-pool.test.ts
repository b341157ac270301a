import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedState } from '../../../../src/engine/measurement/shared-state.ts';
import { type MemberEvents, OwnPool } from '../../../../src/engine/variants/pools/own-pool.ts';
import type { PoolSettings } from '../../../../src/engine/variants/pools/pool.ts';
import { PORT_WIRE } from '../../../../src/engine/variants/wire.ts';

/** A pool whose workers are what the test says of them. */
function poolOf(threads: number) {
  const workers: MemberEvents[] = [];
  const settings = { threads, tasksPerThread: 1, state: new SharedState(1), onGone: () => {} };
  const pool = new OwnPool(settings as unknown as PoolSettings, PORT_WIRE, (events) => {
    workers.push(events);
    return { id: workers.length, post: () => {}, end: () => {} };
  });
  return { pool, workers };
}

test('own pool: a worker that ends is replaced, and the tasks that wait stay', async () => {
  const { pool, workers } = poolOf(1);
  workers[0]!.ready();
  const tasks = [1, 2].map((task) => pool.run(task, null));
  const first = assert.rejects(tasks[0]!, { message: 'ended' });
  workers[0]!.gone(new Error('ended'));
  assert.deepEqual([workers.length, pool.live], [2, 1]);
  workers[1]!.ready();
  workers[1]!.replied({ taskId: 2, result: 'done', error: null });
  await first;
  assert.equal(await tasks[1], 'done');
});

test('own pool: when the last worker ends while it is loading, no task waits for ever', async () => {
  const { pool, workers } = poolOf(1);
  workers[0]!.ready();
  const tasks = [1, 2].map((task) => assert.rejects(pool.run(task, null), { message: 'ended' }));
  workers[0]!.gone(new Error('ended'));
  workers[1]!.gone(new Error('ended'));
  await Promise.all(tasks);
  await assert.rejects(pool.run(3, null), { message: 'no worker is left' });
});
