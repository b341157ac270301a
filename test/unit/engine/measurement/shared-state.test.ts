import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { ROW_BYTES } from '../../../../src/engine/measurement/job-table.ts';
import { SharedState } from '../../../../src/engine/measurement/shared-state.ts';

const COMPILED = new URL('../../../../dist/src/engine/measurement/shared-state.js', import.meta.url).href;

/** Takes positions until there are none, and notes who took which in the row itself. */
const TAKER = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData.module).then(({ SharedState }) => {
    const state = new SharedState(workerData.jobs, workerData.buffer);
    const thread = state.takeThreadNumber();
    parentPort.once('message', () => {
      let taken = 0;
      for (let at = state.takePosition(); at >= 0; at = state.takePosition()) {
        state.table.thread[at] = thread;
        state.table.outcome[at]++;
        taken++;
      }
      parentPort.postMessage({ thread, taken });
    });
    parentPort.postMessage('ready');
  });
`;

test('positions are handed out in order, once each, then −1 for ever', () => {
  fc.assert(
    fc.property(fc.nat(50), (jobs) => {
      const state = new SharedState(jobs);
      assert.deepEqual(
        Array.from({ length: jobs }, () => state.takePosition()),
        Array.from({ length: jobs }, (_, position) => position),
      );
      assert.deepEqual([state.takePosition(), state.takePosition(), state.exhausted], [-1, -1, true]);
      state.reset();
      assert.equal(state.takePosition(), jobs === 0 ? -1 : 0);
    }),
  );
});

test('threads that take at the same time take every position exactly once', async () => {
  const jobs = 200_000;
  const state = new SharedState(jobs);
  const workers = Array.from(
    { length: 4 },
    () =>
      new Worker(TAKER, {
        eval: true,
        execArgv: [],
        workerData: { module: COMPILED, jobs, buffer: state.buffer },
      }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const answers = workers.map((worker) => once(worker, 'message'));
  for (const worker of workers) worker.postMessage('go');
  const done = (await Promise.all(answers)).map(([answer]) => answer as { thread: number; taken: number });
  await Promise.all(workers.map((worker) => worker.terminate()));
  assert.deepEqual(done.map(({ thread }) => thread).sort(), [1, 2, 3, 4]);
  assert.equal(
    done.reduce((sum, { taken }) => sum + taken, 0),
    jobs,
  );
  assert.ok(state.table.outcome.every((times) => times === 1));
  for (const { thread, taken } of done) {
    assert.equal(state.table.thread.filter((each) => each === thread).length, taken);
  }
});

test('after a stop nothing is handed out, until the next trial', () => {
  const state = new SharedState(3);
  assert.equal(state.takePosition(), 0);
  state.stop();
  assert.deepEqual([state.takePosition(), state.stopped, state.exhausted], [-1, true, true]);
  state.reset();
  assert.deepEqual([state.stopped, state.exhausted, state.takePosition()], [false, false, 0]);
});

test('a second view over the buffer shares plan, rows and control words; a reset keeps the plan', () => {
  const state = new SharedState(3);
  const other = new SharedState(3, state.buffer);
  state.plan.set([2, 1, 0]);
  state.table.bytes[2] = 99;
  assert.deepEqual([...other.plan], [2, 1, 0]);
  assert.equal(other.table.bytes[2], 99);
  assert.deepEqual([state.takeThreadNumber(), other.takeThreadNumber()], [1, 2]);
  other.reset();
  assert.deepEqual([...state.plan], [2, 1, 0]);
  assert.equal(state.table.bytes[2], 0);
  assert.equal(state.takeThreadNumber(), 3, 'thread numbers go on over all trials');
});

test('plan and table do not overlap, whatever the number of jobs', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), (jobs) => {
      const state = new SharedState(jobs);
      state.plan.fill(0xffff_ffff);
      assert.ok(state.table.raw().every((byte) => byte === 0));
      state.table.raw().fill(0xff);
      assert.ok(state.plan.every((item) => item === 0xffff_ffff));
      assert.equal(state.takePosition(), 0);
      assert.equal(state.table.raw().length, jobs * ROW_BYTES);
    }),
  );
});

test('places of a pool: each thread has its own, and one that replaces another has the place of that one', () => {
  const state = new SharedState(1);
  const take = (thread: number) => new SharedState(1, state.buffer).takePlace(thread, 3);
  assert.deepEqual([1, 2, 3].map(take), [0, 1, 2]);
  state.leavePlace(2);
  assert.equal(take(4), 1);
  // Nobody has left: the last place has the fewest slots.
  assert.equal(take(5), 2);
  state.leavePlace(1);
  state.leavePlace(1);
  assert.deepEqual([take(6), take(7)], [0, 2]);
});
