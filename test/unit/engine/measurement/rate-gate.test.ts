import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { createClock } from '../../../../src/engine/measurement/clock.ts';
import { RateGate } from '../../../../src/engine/measurement/rate-gate.ts';

const S = 1e9;
const MS = 1e6;
const COMPILED = (name: string) =>
  new URL(`../../../../dist/src/engine/measurement/${name}.js`, import.meta.url).href;

/** Most of the times within less than one second of each other. */
function mostInASecond(times: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [i, time] of times.entries()) {
    while (time - times[first]! >= S) first++;
    most = Math.max(most, i - first + 1);
  }
  return most;
}

test('rate gate: 10 a second, by hand: starts are 100 ms apart, however late one was', () => {
  const gate = new RateGate(10);
  gate.reset(0);
  assert.equal(gate.waitNs(0), 100 * MS);
  assert.equal(gate.take(99 * MS), false);
  assert.ok(gate.take(103 * MS));
  assert.equal(gate.take(202 * MS), false);
  // After a pause of a second: no burst.
  assert.ok(gate.take(1_240 * MS));
  assert.equal(gate.take(1_240 * MS), false);
  assert.equal(gate.waitNs(1_240 * MS), 100 * MS);
});

test('rate gate: 400 a second, by hand: slots are 2.5125 ms apart, and 5 ms are caught up', () => {
  const gate = new RateGate(400);
  gate.reset(0);
  assert.equal(gate.waitNs(0), 2.5125 * MS);
  // 1 ms late: the next slot is where it would have been.
  assert.ok(gate.take(3.5125 * MS));
  assert.equal(gate.waitNs(3.5125 * MS), 1.5125 * MS);
  // 40 ms late: 5 of them are caught up.
  assert.ok(gate.take(45.025 * MS));
  assert.ok(gate.take(45.025 * MS));
  assert.equal(gate.take(45.025 * MS), false);
});

test('however starts are asked for, no second holds more of them than the limit; and it is used', () => {
  const asks = fc.array(fc.double({ min: 0, max: 0.02, noNaN: true }), { minLength: 1, maxLength: 2_000 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), asks, (perSecond, pauses) => {
      const gate = new RateGate(perSecond);
      const starts: number[] = [];
      let now = 1e14;
      gate.reset(now);
      for (const pause of pauses) {
        now += pause * S;
        if (gate.take(now)) starts.push(now);
        else assert.ok(gate.waitNs(now) > 0);
      }
      assert.ok(mostInASecond(starts) <= perSecond, `${mostInASecond(starts)} of ${perSecond}`);
      if (perSecond <= 200) {
        const gaps = starts.slice(1).map((start, i) => start - starts[i]!);
        // Times near 1e14 ns are whole multiples of 1/64 ns.
        assert.ok(gaps.every((gap) => gap >= S / perSecond - 1));
      }
      const span = (now - 1e14) / S;
      assert.ok(starts.length <= 1 + span * perSecond);
    }),
  );
});

test('rate gate: asked every millisecond, as timers do, it gives the limit to within a percent', () => {
  for (const perSecond of [7, 100, 400]) {
    const gate = new RateGate(perSecond);
    let starts = 0;
    gate.reset(0);
    for (let ms = 0; ms <= 10_000; ms++) while (gate.take(ms * MS)) starts++;
    assert.ok(Math.abs(starts / 10 - perSecond) <= 0.01 * perSecond + 0.1, `${starts / 10} of ${perSecond}`);
  }
});

test('threads that pass it at once share one limit', async () => {
  const gate = new RateGate(2_000);
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    Promise.all([import(workerData.gate), import(workerData.clock)]).then(([{ RateGate }, { createClock }]) => {
      const gate = new RateGate(2000, workerData.buffer);
      const clock = createClock();
      parentPort.once('message', () => {
        const starts = [];
        while (starts.length < 400) {
          const now = clock();
          if (gate.take(now)) starts.push(now);
        }
        parentPort.postMessage(starts);
      });
      parentPort.postMessage('ready');
    });`;
  const workerData = { gate: COMPILED('rate-gate'), clock: COMPILED('clock'), buffer: gate.buffer };
  const threads = [0, 1, 2].map(() => new Worker(source, { eval: true, workerData }));
  await Promise.all(threads.map((thread) => once(thread, 'message')));
  const starts: number[] = [];
  gate.reset(createClock()());
  await Promise.all(
    threads.map(async (thread) => {
      const answer = once(thread, 'message');
      thread.postMessage('go');
      starts.push(...((await answer)[0] as number[]));
    }),
  );
  assert.equal(starts.length, 1_200);
  starts.sort((a, b) => a - b);
  // 1,200 slots of 0.5025 ms, the first and the last of which may be 5 ms off; clocks of threads differ by µs.
  assert.ok(starts[1_199]! - starts[0]! >= 1_199 * 0.5025 * MS - 5.1 * MS);
});
