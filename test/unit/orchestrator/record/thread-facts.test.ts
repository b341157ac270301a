import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentLine } from '../../../../src/core/documents/recorder-lines.ts';
import { agentFacts, cpuDemand, cpuRates } from '../../../../src/orchestrator/record/thread-facts.ts';

test('a thread with 200,000 GC pauses has their count, total and longest', () => {
  const at = Array.from({ length: 400_000 }, (_, i) => (i % 2 === 0 ? i * 1_000 : 500));
  at[7] = 2_500;
  const { gc, lag, heapPeakBytes } = agentFacts([{ k: 'gc', at }]);
  assert.deepEqual(gc, { count: 200_000, totalMs: 100_002, longestMs: 2.5 });
  assert.deepEqual([lag, heapPeakBytes], [null, null]);
});

test('threads that wait for a CPU in one second of ten: the CPUs used are those of that second', () => {
  const tick = (s: number, cpuWaitMs: number, processCpuMs: number | null): AgentLine => ({
    ...{ k: 'tick', atUs: 1e6 * s, idleMs: 0, activeMs: 0, cpuMs: 0, cpuWaitMs, processCpuMs },
    ...{ heapBytes: 0, rssBytes: 0, beats: 0, lateMs: 0, latestMs: 0, sent: 0, sendMs: 0 },
  });
  // Three workers on two CPUs, of which each has 2/3; then the main thread alone has half of one.
  const main = [tick(0, 0, 0), tick(1, 0, 2_000), tick(10, 0, 6_500)];
  const worker = [tick(0, 0, null), tick(1, 333, null), tick(10, 333, null)];
  const rates = [main, worker, worker, worker].flatMap(cpuRates);
  const demand = cpuDemand(rates)!;
  assert.ok(Math.abs(demand.usedCpus - 2) < 1e-9);
  assert.ok(Math.abs(demand.waitingThreads - 0.999) < 1e-9);
  assert.equal(cpuDemand(cpuRates(main)), null);
});
