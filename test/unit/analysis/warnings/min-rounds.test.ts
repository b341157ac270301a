import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leastRounds } from '../../../../src/analysis/warnings/rounds.ts';

test('rounds that a claim takes: six for an interval of 95%, more for the Holm correction over many pairs', () => {
  // 2 · 2^-6 = 3.1% is the least p-value of six rounds: enough for one pair, not for three (1.7%) or six (0.8%).
  assert.deepEqual([1, 2, 3, 4].map(leastRounds), [6, 6, 7, 8]);
});
