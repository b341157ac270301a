import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentFacts } from '../../../../src/orchestrator/record/thread-facts.ts';

test('a thread with 200,000 GC pauses has their count, total and longest', () => {
  const at = Array.from({ length: 400_000 }, (_, i) => (i % 2 === 0 ? i * 1_000 : 500));
  at[7] = 2_500;
  const { gc, lag, heapPeakBytes } = agentFacts([{ k: 'gc', at }]);
  assert.deepEqual(gc, { count: 200_000, totalMs: 100_002, longestMs: 2.5 });
  assert.deepEqual([lag, heapPeakBytes], [null, null]);
});
