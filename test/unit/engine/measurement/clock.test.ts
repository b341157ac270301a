import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { clockAnchor, clockResolutionNs, createClock } from '../../../../src/engine/measurement/clock.ts';

const COMPILED = new URL('../../../../dist/src/engine/measurement/clock.js', import.meta.url).href;

test('reads nanoseconds on the clock of process.hrtime: between two readings of that', () => {
  const clock = createClock();
  // Taking the offset can be out by as long as its narrowest bracket: far below a tenth of a millisecond.
  const tolerance = 1e5;
  for (let i = 0; i < 100; i++) {
    const before = Number(process.hrtime.bigint());
    const now = clock();
    const after = Number(process.hrtime.bigint());
    assert.ok(now >= before - tolerance && now <= after + tolerance, `${before} ${now} ${after}`);
  }
});

test('is the same clock in a thread, whose own performance.now() begins at its start', async () => {
  const code = `
    import(require('node:worker_threads').workerData).then(({ createClock }) => {
      const clock = createClock();
      require('node:worker_threads').parentPort.postMessage({ now: clock(), own: performance.now() });
    });`;
  const clock = createClock();
  const before = clock();
  const worker = new Worker(code, { eval: true, execArgv: [], workerData: COMPILED });
  const [{ now, own }] = (await once(worker, 'message')) as [{ now: number; own: number }];
  const after = clock();
  await worker.terminate();
  assert.ok(before < now && now < after, `${before} ${now} ${after}`);
  assert.ok(own < performance.now(), 'the origins do differ');
});

test('the anchor is one instant on both clocks', () => {
  const clock = createClock();
  const before = clock();
  const { hrtimeNs, unixMs } = clockAnchor(clock);
  assert.ok(hrtimeNs >= before && hrtimeNs <= clock());
  // Whatever is done to the wall clock meanwhile moves it by less than this.
  assert.ok(Math.abs(unixMs - Date.now()) < 60_000, String(unixMs));
});

test('the resolution is the smallest step seen; a clock that stands still has none', () => {
  const readings = [0, 10, 10, 13, 20];
  let at = 0;
  assert.equal(
    clockResolutionNs(() => readings[at++]!, 4),
    3,
  );
  assert.equal(
    clockResolutionNs(() => 5, 10),
    0,
  );
});
