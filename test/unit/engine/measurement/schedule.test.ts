import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Schedule } from '../../../../src/engine/measurement/schedule.ts';

function scheduleOf(offsetsMs: readonly number[], giveUpMs: number, startMs: number): Schedule {
  const schedule = new Schedule(offsetsMs.length, giveUpMs * 1e6);
  schedule.offsets.set(offsetsMs.map((ms) => ms * 1e6));
  schedule.begin(startMs * 1e6);
  return schedule;
}

test('a turn is due at the start plus its offset, in every thread that has the memory', () => {
  const schedule = scheduleOf([0, 10, 25], 100, 1_000);
  assert.deepEqual(
    [0, 1, 2].map((turn) => schedule.dueNs(turn)),
    [1_000e6, 1_010e6, 1_025e6],
  );
  const elsewhere = new Schedule(3, 100e6, schedule.buffer);
  schedule.begin(2_000e6);
  assert.equal(elsewhere.dueNs(2), 2_025e6);
});

test('over once the time limit of a job has passed since the last turn was due', () => {
  const schedule = scheduleOf([0, 10, 25], 100, 1_000);
  assert.equal(schedule.isOver(1_125e6), false);
  assert.equal(schedule.isOver(1_125e6 + 1), true);
  assert.equal(scheduleOf([], 100, 0).isOver(0), true);
});

test('intended starts by position, whatever order the positions were taken in', () => {
  const schedule = scheduleOf([0, 10, 25], 100, 1_000);
  assert.deepEqual([...schedule.dueByPosition(Uint32Array.of(2, 0, 1))], [1_010e6, 1_025e6, 1_000e6]);
});
