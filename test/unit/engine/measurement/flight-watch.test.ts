import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FlightWatch } from '../../../../src/engine/measurement/flight-watch.ts';

const MS = 1e6;

/** A loop whose waiting, and a clock whose time, the test moves on. */
function watched() {
  const at = { idleMs: 1_000, ms: 0 };
  const watch = new FlightWatch(
    () => at.ms * MS,
    () => at.idleMs,
  );
  const wait = (ms: number) => {
    at.idleMs += ms;
    at.ms += ms;
  };
  const work = (ms: number) => {
    at.ms += ms;
  };
  return { watch, wait, work };
}

describe('waiting without a job in flight', () => {
  test('before the first, between two, after the last; work and waiting for jobs are not in it', () => {
    const { watch, wait, work } = watched();
    wait(7);
    work(2);
    watch.enter();
    wait(100);
    watch.enter();
    wait(50);
    watch.leave();
    wait(25);
    watch.leave();
    wait(3);
    work(1);
    watch.enter();
    wait(10);
    watch.leave();
    wait(5);
    assert.deepEqual(watch.read(), {
      beforeMs: 7,
      betweenMs: 3,
      afterMs: 5,
      firstNs: 9 * MS,
      lastNs: (7 + 2 + 100 + 50 + 25 + 3 + 1 + 10) * MS,
    });
  });

  test('a thread that has no job at all', () => {
    const { watch, wait } = watched();
    wait(40);
    assert.deepEqual(watch.read(), { beforeMs: 40, betweenMs: 0, afterMs: 0, firstNs: 0, lastNs: 0 });
  });
});
