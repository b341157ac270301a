import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CrossoverInput, crossoverOf } from '../../../../src/analysis/breakdown/crossover.ts';

/** Four jobs that wait 10 ms and compute 2 ms each, two in flight, on two CPUs. */
const PLAN: CrossoverInput = {
  loads: [{ totalMs: 48, waitingMs: 40, longestMs: 12, spread: 1 }],
  jobs: 4,
  concurrency: 2,
  cpuMs: 8,
  elsewhereCpuMs: 0,
  serverMs: 0,
  libuvMs: 0,
  workers: 2,
  availableCpus: 2,
  takenCpus: 0,
};
const at = (changes: Partial<CrossoverInput>) => crossoverOf({ ...PLAN, ...changes });

describe('from how much CPU on threads pay', () => {
  test('where the CPU of all jobs overtakes the chains: Σw ÷ N ÷ (K − 1)', () => {
    // 10 ms: then a chain of two jobs takes 2 × 20 ms, and so does the CPU of all four.
    assert.deepEqual(crossoverOf(PLAN), { nowMs: 2, atMs: 10, withheld: null });
  });

  test('and the longest job: its wait ÷ (N − 1)', () => {
    // Waits of 1, 1, 1 and 50 ms. By the chains 53 ÷ 4 = 13.25 ms would do; the longest job is overtaken later.
    const loads = [{ totalMs: 61, waitingMs: 53, longestMs: 52, spread: 1 }];
    assert.equal(at({ loads })?.atMs, 50 / 3);
  });

  test('and the server, and libuv’s pool, which threads share', () => {
    assert.equal(at({ serverMs: 60 })?.atMs, 15);
    assert.equal(at({ libuvMs: 80 })?.atMs, 20);
  });

  test('and what else the CPUs have to do: E ÷ N ÷ (A − 1)', () => {
    // 48 ms elsewhere: four jobs of 12 ms take 48 ms on one thread, and (48 + 48) ÷ 2 on two CPUs.
    assert.equal(at({ elsewhereCpuMs: 48 })?.atMs, 12);
    assert.equal(at({ elsewhereCpuMs: 48, availableCpus: 8 })?.atMs, 10);
  });

  test('work that never waits has no such point: no wait is longer than all of them', () => {
    assert.equal(at({ loads: [{ totalMs: 400, waitingMs: 0, longestMs: 190, spread: 1 }] }), null);
  });

  test('none where nothing overlaps', () => {
    assert.equal(at({ concurrency: 1 }), null);
    assert.equal(at({ jobs: 1 }), null);
  });

  test('withheld with too little CPU for a second thread, and why', () => {
    assert.equal(at({ availableCpus: 1 })?.withheld, 'one-cpu');
    assert.equal(at({ availableCpus: 1.2 })?.withheld, 'one-cpu');
    assert.equal(at({ availableCpus: 1.5 })?.withheld, null);
    assert.equal(at({ workers: 1 })?.withheld, 'one-worker');
    assert.equal(at({ workers: 1, availableCpus: 1 })?.withheld, 'one-cpu');
    // Others use 85% of two CPUs; of eight it takes more.
    assert.equal(at({ takenCpus: 1.7 })?.withheld, 'cpu-taken');
    assert.equal(at({ takenCpus: 0.4 })?.withheld, null);
    assert.equal(at({ takenCpus: 1.7, availableCpus: 8 })?.withheld, null);
  });

  test('withheld for jobs that stay in step, unless the server paces them', () => {
    const loads = [{ ...PLAN.loads[0]!, spread: 0.05 }];
    assert.deepEqual(at({ loads }), { nowMs: 2, atMs: 10, withheld: 'jobs-in-step' });
    assert.equal(at({ loads, serverMs: 60 })?.withheld, null);
    assert.equal(at({ loads: [{ ...PLAN.loads[0]!, spread: 0.1 }] })?.withheld, null);
    assert.equal(at({ loads, workers: 1 })?.withheld, 'one-worker');
  });
});
