import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { noOutcomes, OUTCOME_CODE } from '../../../../src/core/outcomes.ts';
import { SharedState } from '../../../../src/engine/measurement/shared-state.ts';
import { Slots } from '../../../../src/engine/variants/slots.ts';
import type { JobExecutor, JobResult, Slot } from '../../../../src/workload/workload.ts';

const OK: JobResult = {
  outcome: OUTCOME_CODE.ok,
  status: 200,
  bytes: 10,
  digest: 5,
  message: null,
  value: undefined,
};
const TIMEOUT_MS = 100;

type Run = (position: number, slot: Slot) => Promise<JobResult>;

/** Slots over a stand-in executor, with a clock that the test moves; the watch for overdue jobs is mocked. */
function benchOf(t: TestContext, jobs: number, slots: number, run: Run) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const state = new SharedState(jobs);
  const clock = { ms: 1 };
  const flow = { inFlight: 0, most: 0, started: [] as number[] };
  const executor: JobExecutor = {
    run: (_, position, slot) => {
      flow.started.push(position);
      flow.inFlight++;
      flow.most = Math.max(flow.most, flow.inFlight);
      const running = run(position, slot);
      const settled = () => {
        flow.inFlight--;
      };
      running.then(settled, settled);
      return running;
    },
    missingConnections: () => 0,
    disconnect: () => {},
    close: async () => {},
  };
  const bench = new Slots({
    executor,
    state,
    clock: () => clock.ms * 1e6,
    thread: 4,
    slots,
    timeoutMs: TIMEOUT_MS,
    returnsResults: true,
    workload: { itemName: (item) => `item ${item}`, itemInput: () => null },
    isOver: () => state.stopped,
    journal: null,
  });
  const pass = (ms: number) => {
    clock.ms += ms;
    t.mock.timers.tick(ms);
  };
  return { state, flow, slots: bench, pass, drain: () => bench.drain(() => state.takePosition()) };
}

/** Jobs that settle when the test says so. */
function heldJobs() {
  const held = new Map<
    number,
    { resolve: (result: JobResult) => void; reject: (thrown: unknown) => void; slot: Slot }
  >();
  const run: Run = (position, slot) =>
    new Promise((resolve, reject) => {
      held.set(position, { resolve, reject, slot });
    });
  return { held, run };
}

describe('drain', () => {
  test('runs every position once, in order, never more at once than there are slots', async (t) => {
    const { flow, drain, state } = benchOf(t, 20, 3, async () => OK);
    await drain();
    assert.deepEqual(
      flow.started,
      Array.from({ length: 20 }, (_, position) => position),
    );
    assert.equal(flow.most, 3);
    assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), ok: 20 });
  });

  test('writes a whole row', async (t) => {
    const { held, run } = heldJobs();
    const { drain, state, pass } = benchOf(t, 1, 1, run);
    const drained = drain();
    pass(30);
    held.get(0)?.resolve(OK);
    await drained;
    const { table } = state;
    assert.deepEqual(
      [
        table.start[0],
        table.end[0],
        table.bytes[0],
        table.digest[0],
        table.status[0],
        table.thread[0],
        table.outcome[0],
      ],
      [1e6, 31e6, 10, 5, 200, 4, OUTCOME_CODE.ok],
    );
  });

  test('a free slot keeps nothing of the job that ran in it', async (t) => {
    const seen = new Set<Slot>();
    const { drain } = benchOf(t, 4, 2, async (position, slot) => {
      seen.add(slot);
      slot.running = { cancel: () => {} };
      if (position === 3) throw new Error('no');
      return OK;
    });
    await drain();
    assert.deepEqual(
      [...seen].map(({ running }) => running),
      [null, null],
    );
  });

  test('nothing to run: resolves at once; and again, as in the next trial', async (t) => {
    const { drain, flow, state } = benchOf(t, 2, 5, async () => OK);
    await drain();
    await drain();
    assert.equal(flow.started.length, 2);
    state.reset();
    await drain();
    assert.equal(flow.started.length, 4);
  });

  test('whatever a job throws, at once or later, is a row of its own and stops no other', async (t) => {
    const { drain, state, slots } = benchOf(t, 4, 2, (position) => {
      if (position === 0) throw new Error('at once');
      if (position === 1) return Promise.reject(null);
      if (position === 2) return Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
      return Promise.resolve({ ...OK, outcome: OUTCOME_CODE['http-error'], status: 503, message: 'busy' });
    });
    await drain();
    assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), threw: 2, reset: 1, 'http-error': 1 });
    assert.deepEqual(
      slots
        .takeErrors()
        .map(({ position, status, code, message }) => [position, status, code, message])
        .sort(),
      [
        [0, null, null, 'at once'],
        [1, null, null, 'null'],
        [2, null, 'ECONNRESET', 'gone'],
        [3, 503, null, 'busy'],
      ],
    );
    assert.ok(state.table.end.every((end) => end > 0));
  });

  test('a plan whose every job throws at once does not exhaust the stack', async (t) => {
    const { drain, state } = benchOf(t, 50_000, 1, () => {
      throw new Error('at once');
    });
    await drain();
    assert.equal(state.table.countOutcomes().threw, 50_000);
  });
});

describe('a job that overruns its time', () => {
  test('is settled as timeout, told so, and can settle nothing any more', async (t) => {
    const { held, run } = heldJobs();
    const { drain, state, pass, slots } = benchOf(t, 2, 1, run);
    const drained = drain();
    const { slot, resolve } = held.get(0)!;
    const { signal } = slot;
    let cancelled: Error | null = null;
    slot.running = {
      cancel: (reason) => {
        cancelled = reason;
      },
    };
    pass(TIMEOUT_MS);
    assert.equal(signal.aborted, false, 'exactly its time is not too long');
    pass(TIMEOUT_MS * 0.05);
    assert.equal(state.table.outcome[0], OUTCOME_CODE.timeout);
    assert.equal((signal.reason as Error).name, 'TimeoutError');
    assert.equal(cancelled, signal.reason);
    resolve(OK);
    await turn();
    assert.equal(state.table.outcome[0], OUTCOME_CODE.timeout);
    held.get(1)?.resolve(OK);
    await drained;
    assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), timeout: 1, ok: 1 });
    assert.match(slots.takeErrors()[0]?.message ?? '', /not done after 100 ms/);
  });

  test('and that looks at its signal only then finds it aborted', async (t) => {
    const { held, run } = heldJobs();
    const { drain, pass } = benchOf(t, 1, 1, run);
    const drained = drain();
    pass(TIMEOUT_MS * 2);
    await drained;
    assert.equal(held.get(0)?.slot.signal.aborted, true);
  });

  test('frees its slot: concurrency stays what it was', async (t) => {
    const { drain, pass, flow, state } = benchOf(t, 6, 2, () => new Promise(() => {}));
    const drained = drain();
    for (let i = 0; i < 3; i++) pass(TIMEOUT_MS * 2);
    await drained;
    assert.deepEqual(flow.started, [0, 1, 2, 3, 4, 5]);
    assert.equal(state.table.countOutcomes().timeout, 6);
  });
});

describe('stop', () => {
  test('aborts what is in flight and starts nothing more', async (t) => {
    const { held, run } = heldJobs();
    const { drain, pass, state } = benchOf(t, 10, 3, run);
    const drained = drain();
    held.get(0)?.resolve(OK);
    await turn();
    state.stop();
    pass(10);
    await drained;
    assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), ok: 1, aborted: 3, 'not-started': 6 });
    assert.equal(held.get(2)?.slot.signal.aborted, true);
  });

  test('tasks that wait for a slot are let go without having started', async (t) => {
    const { pass, state, slots, flow } = benchOf(t, 4, 1, () => new Promise(() => {}));
    const tasks = [0, 1, 2, 3].map((position) => slots.runOne(position));
    state.stop();
    pass(10);
    await Promise.all(tasks);
    assert.deepEqual(flow.started, [0]);
    assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), aborted: 1, 'not-started': 3 });
  });
});

describe('runOne', () => {
  test('waits for a free slot and resolves when its own job has settled', async (t) => {
    const { held, run } = heldJobs();
    const { slots, flow, state } = benchOf(t, 3, 2, run);
    const done: number[] = [];
    const tasks = [0, 1, 2].map((position) => slots.runOne(position).then(() => done.push(position)));
    assert.deepEqual(flow.started, [0, 1]);
    held.get(1)?.resolve(OK);
    await turn();
    assert.deepEqual([done, flow.started], [[1], [0, 1, 2]]);
    held.get(2)?.reject(new Error('x'));
    held.get(0)?.resolve(OK);
    await Promise.all(tasks);
    assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), ok: 2, threw: 1 });
  });

  test('times out like any other', async (t) => {
    const { slots, pass, state } = benchOf(t, 2, 1, () => new Promise(() => {}));
    const tasks = [slots.runOne(0), slots.runOne(1)];
    pass(TIMEOUT_MS * 2);
    await tasks[0];
    pass(TIMEOUT_MS * 2);
    await tasks[1];
    assert.equal(state.table.countOutcomes().timeout, 2);
  });
});

test('a rehearsal runs jobs and leaves no row and no error', async (t) => {
  const { slots, flow, state, drain } = benchOf(t, 5, 2, (position) =>
    position === 0 && flow.started.length === 1 ? Promise.reject(new Error('x')) : Promise.resolve(OK),
  );
  await slots.rehearse(3);
  assert.deepEqual(flow.started, [0, 1, 2]);
  assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), 'not-started': 5 });
  assert.ok(state.table.raw().every((byte) => byte === 0));
  assert.deepEqual(slots.takeErrors(), []);
  await drain();
  assert.equal(state.table.countOutcomes().ok, 5);
});
