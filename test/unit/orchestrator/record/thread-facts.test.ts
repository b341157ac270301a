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

const TICK = {
  k: 'tick' as const,
  ...{ cpuMs: 0, cpuWaitMs: 0, processCpuMs: 0, poolSize: 4, heapBytes: 0, rssBytes: 0 },
  ...{ beats: 0, lateMs: 0, latestMs: 0, sent: 0, sendMs: 0 },
};
const STALL = { k: 'stall' as const, cpuMs: null, cpuWaitMs: null, over: false };

test('lag of a stall that goes on: how late its heartbeat is, without the heartbeat and the time in Atomics.wait', () => {
  const ticks = [
    { ...TICK, atUs: 0 },
    { ...TICK, atUs: 2e6, beats: 4, lateMs: 8, latestMs: 5 },
  ];
  const stalls = [
    { ...STALL, sinceUs: 0, untilUs: 1e6, lateMs: 60 },
    // As it was last written.
    { ...STALL, sinceUs: 0, untilUs: 2e6, lateMs: 80 },
  ];
  assert.deepEqual(agentFacts([...ticks, ...stalls]).lag, { meanMs: 2, maxMs: 80 });
});

test('a script that never comes back to its event loop has the lag of its stall', () => {
  const lines = [
    { ...TICK, atUs: 0 },
    { ...STALL, sinceUs: 0, untilUs: 520_000, lateMs: 500 },
  ];
  assert.deepEqual(agentFacts(lines).lag, { meanMs: 500, maxMs: 500 });
});

test('after samples were dropped: CPU, garbage collections and messages count from then, lag and heap from the start', () => {
  const lines: AgentLine[] = [
    {
      ...TICK,
      atUs: 1e6,
      cpuMs: 100,
      cpuWaitMs: 10,
      sent: 9,
      sendMs: 90,
      heapBytes: 7,
      beats: 1,
      latestMs: 70,
    },
    {
      ...TICK,
      atUs: 2e6,
      cpuMs: 300,
      cpuWaitMs: 20,
      sent: 1,
      sendMs: 2,
      heapBytes: 5,
      beats: 1,
      latestMs: 3,
    },
    {
      ...TICK,
      atUs: 3e6,
      cpuMs: 700,
      cpuWaitMs: 50,
      sent: 2,
      sendMs: 4,
      heapBytes: 5,
      beats: 2,
      latestMs: 3,
    },
    { k: 'gc', at: [1.4e6, 9_000, 1.6e6, 2_000] },
  ];
  const { lag, heapPeakBytes, ...facts } = agentFacts(lines, 1.5e6);
  assert.deepEqual(facts, {
    ...{ cpuMs: 400, cpuWaitMs: 30, messages: { sent: 3, sendMs: 6 } },
    gc: { count: 1, totalMs: 2, longestMs: 2 },
  });
  assert.deepEqual([lag!.maxMs, heapPeakBytes], [70, 7]);
});

test('threads that wait for a CPU in one second of ten: the CPUs used are those of that second', () => {
  const tick = (s: number, cpuWaitMs: number, processCpuMs: number | null): AgentLine => ({
    ...{ k: 'tick', atUs: 1e6 * s, cpuMs: 0, cpuWaitMs, processCpuMs, poolSize: 4 },
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
