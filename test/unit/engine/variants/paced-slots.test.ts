import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { noOutcomes, OUTCOME_CODE } from '../../../../src/core/outcomes.ts';
import { RateGate } from '../../../../src/engine/measurement/rate-gate.ts';
import { Schedule } from '../../../../src/engine/measurement/schedule.ts';
import { SharedState } from '../../../../src/engine/measurement/shared-state.ts';
import type { PaceData } from '../../../../src/engine/variants/pace.ts';
import { Slots } from '../../../../src/engine/variants/slots.ts';
import { ThreadPacing, turnsOf } from '../../../../src/engine/variants/thread-pacing.ts';
import type { JobResult } from '../../../../src/workload/workload.ts';

const OK: JobResult = {
  outcome: OUTCOME_CODE.ok,
  status: 200,
  bytes: 0,
  digest: 0,
  message: null,
  value: undefined,
};
const TIMEOUT_MS = 100;

interface Bench {
  readonly jobs: number;
  readonly slots: number;
  /** How long each job takes, ms; null: for ever. */
  readonly takesMs: number | null;
}

/** Slots with their pacing, on a clock and timers that the test moves. */
function benchOf(t: TestContext, { jobs, slots, takesMs }: Bench, data: (state: SharedState) => PaceData) {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  const state = new SharedState(jobs);
  const time = { ms: 1_000 };
  const clock = () => time.ms * 1e6;
  /** Position and ms since the beginning, in order of starts. */
  const starts: [number, number][] = [];
  const bench = new Slots({
    executor: {
      run: (_, position) => {
        starts.push([position, time.ms - 1_000]);
        return new Promise((resolve) => {
          if (takesMs !== null) setTimeout(() => resolve(OK), takesMs);
        });
      },
      missingConnections: () => 0,
      disconnect: () => {},
      close: async () => {},
    },
    state,
    clock,
    thread: 0,
    slots,
    timeoutMs: TIMEOUT_MS,
    returnsResults: true,
    workload: { itemName: String, itemInput: () => null },
    isOver: () => state.stopped || pacing.isOver,
    journal: null,
  });
  const pace = data(state);
  const turns = turnsOf(pace, state, clock);
  const pacing: ThreadPacing = new ThreadPacing(pace, state, clock, bench, turns);
  /** Time goes by in steps of a millisecond, and what was promised is kept in each. */
  const pass = async (ms: number) => {
    for (let i = 0; i < ms; i++) {
      time.ms++;
      t.mock.timers.tick(1);
      await turn();
    }
  };
  return { state, starts, pacing, pass, clock, slots: bench, turns };
}

/** Due every `everyMs` from now on. */
const scheduled =
  (everyMs: number, giveUpMs = TIMEOUT_MS) =>
  (state: SharedState): PaceData => {
    const schedule = new Schedule(state.jobs, giveUpMs * 1e6);
    schedule.offsets.set(Array.from({ length: state.jobs }, (_, i) => i * everyMs * 1e6));
    schedule.begin(1_000e6);
    return { kind: 'schedule', shared: schedule.buffer, giveUpNs: giveUpMs * 1e6 };
  };

describe('on a schedule', () => {
  test('each job starts when it is due, whether or not those before it have ended', async (t) => {
    const { starts, pacing, pass, state } = benchOf(t, { jobs: 4, slots: 4, takesMs: 50 }, scheduled(10));
    const done = pacing.runPlan();
    await pass(100);
    await done;
    assert.deepEqual(starts, [
      [0, 0],
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), ok: 4 });
  });

  test('without a free slot jobs are late, and catch up as soon as there is one', async (t) => {
    const { starts, pacing, pass } = benchOf(t, { jobs: 5, slots: 2, takesMs: 25 }, scheduled(5));
    const done = pacing.runPlan();
    await pass(120);
    await done;
    // Due at 0, 5, 10, 15, 20; the two slots are free at 25 and 30, then 50 and 55.
    assert.deepEqual(starts, [
      [0, 0],
      [1, 5],
      [2, 25],
      [3, 30],
      [4, 50],
    ]);
  });

  test('all that is due starts at once', async (t) => {
    const { starts, pacing, pass, state } = benchOf(t, { jobs: 6, slots: 6, takesMs: 1 }, scheduled(0.2));
    const done = pacing.runPlan();
    await pass(10);
    await done;
    assert.deepEqual(
      starts.map(([, ms]) => ms),
      [0, 1, 1, 1, 1, 1],
    );
    assert.equal(state.table.countOutcomes().ok, 6);
  });

  test('what has not started by the end and the time limit is given up', async (t) => {
    const { starts, pacing, pass, state } = benchOf(t, { jobs: 5, slots: 1, takesMs: null }, scheduled(10));
    const done = pacing.runPlan();
    await pass(400);
    await done;
    // The last is due at 40, so 140 is the end: the slot is free again at 105, and 210 is too late.
    assert.deepEqual(
      starts.map(([position]) => position),
      [0, 1],
    );
    assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), timeout: 2, 'not-started': 3 });
  });

  test('stopped while all slots wait for a job to be due: it ends', async (t) => {
    const { starts, pacing, pass, state } = benchOf(t, { jobs: 3, slots: 2, takesMs: 1 }, scheduled(60_000));
    const done = pacing.runPlan();
    await pass(20);
    state.stop();
    await pass(100);
    await done;
    assert.deepEqual(starts, [[0, 0]]);
    assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), ok: 1, 'not-started': 2 });
  });

  test('a job that started after an idle time is found overdue like any other', async (t) => {
    const { pacing, pass, state } = benchOf(t, { jobs: 2, slots: 2, takesMs: null }, scheduled(150, 1_000));
    const done = pacing.runPlan();
    await pass(400);
    await done;
    assert.equal(state.table.countOutcomes().timeout, 2);
  });

  test('a task that reaches its thread too late does not start, nor does one that waits for a slot', async (t) => {
    const { pacing, pass, state, starts } = benchOf(t, { jobs: 3, slots: 1, takesMs: null }, scheduled(10));
    const running = [pacing.runJob(0, null), pacing.runJob(1, null)];
    await pass(110);
    await running[0];
    const late = pacing.runJob(2, null);
    await pass(110);
    await Promise.all([...running, late]);
    assert.equal(pacing.runJob(2, null), undefined);
    assert.deepEqual(
      starts.map(([position]) => position),
      [0, 1],
    );
    assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), timeout: 2, 'not-started': 1 });
  });
});

describe('with a rate limit', () => {
  const limited = (perSecond: number) => (): PaceData => {
    const gate = new RateGate(perSecond);
    gate.reset(1_000e6 - 1e9 / perSecond);
    return { kind: 'limit', shared: gate.buffer, perSecond };
  };

  test('free slots wait for their turn, and the end of the plan for nothing', async (t) => {
    const { starts, pacing, pass } = benchOf(t, { jobs: 4, slots: 4, takesMs: 1 }, limited(20));
    const done = pacing.runPlan();
    await pass(153);
    await done;
    assert.deepEqual(
      starts.map(([, ms]) => ms),
      [0, 50, 100, 150],
    );
  });

  test('tasks of a pool, too; when stopped they are let go', async (t) => {
    const { starts, pacing, pass, state } = benchOf(t, { jobs: 5, slots: 5, takesMs: 1 }, limited(20));
    const tasks = [0, 1, 2, 3, 4].map((position) => pacing.runJob(position, null));
    await pass(60);
    assert.equal(starts.length, 2);
    state.stop();
    await pass(100);
    await Promise.all(tasks);
    assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), ok: 2, 'not-started': 3 });
  });

  test('a rehearsal keeps to it, and ends when it is stopped', async (t) => {
    const { starts, pacing, pass, state } = benchOf(t, { jobs: 5, slots: 5, takesMs: 1 }, limited(20));
    const done = pacing.rehearse(3);
    await pass(260);
    await done;
    assert.deepEqual(
      starts.map(([, ms]) => ms),
      [0, 50, 100],
    );
    assert.deepEqual(state.table.countOutcomes(), { ...noOutcomes(), 'not-started': 5 });
    const again = pacing.rehearse(3);
    state.stop();
    await pass(110);
    await again;
    assert.equal(starts.length, 4, 'the first slot was due');
  });
});
