import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { steadyThroughput } from '../../../../src/analysis/sweep/steady-throughput.ts';
import { median } from '../../../../src/core/statistics/quantile.ts';
import { createRandom, shuffle } from '../../../../src/core/statistics/random.ts';

const MS = 1e6;

/** A closed loop whose jobs only wait: the slot that is free first takes the next. */
function closedLoop(durationsMs: readonly number[], slots: number): { starts: number[]; wallMs: number } {
  const free = new Array<number>(slots).fill(0);
  const starts = durationsMs.map((duration) => {
    const first = free.indexOf(Math.min(...free));
    const start = free[first]!;
    free[first] = start + duration;
    return start * MS;
  });
  return { starts, wallMs: Math.max(...free) };
}

describe('throughput while every slot has work', () => {
  test('by hand: two slots, 10 ms a job, eight jobs', () => {
    // Starts at 0 0 10 10 20 20 30 30: four jobs between 10 and 30 ms.
    const { starts, wallMs } = closedLoop(new Array(8).fill(10), 2);
    assert.equal(steadyThroughput(starts, 2, wallMs), 200);
    assert.equal(steadyThroughput(starts.toReversed(), 2, wallMs), 200, 'in any order');
  });

  test('one slot has no end to leave out', () => {
    assert.equal(steadyThroughput([0, 40 * MS, 50 * MS], 1, 60), 50);
  });

  test('nothing from too few turns, or from starts that do not differ', () => {
    assert.equal(steadyThroughput([0, 0, 1, 1, 2], 2, 5), null);
    assert.equal(steadyThroughput(new Array(8).fill(3), 2, 5), null);
    assert.equal(steadyThroughput([], 1, 5), null);
  });

  test('jobs of uneven length: slots ÷ mean duration, where jobs ÷ wall is a tenth below', () => {
    const random = createRandom(1);
    for (const slots of [2, 8, 32]) {
      const truth = slots / 0.035;
      const found = Array.from({ length: 200 }, () => {
        const jobs = 10 * Math.max(4, slots);
        const durations = Array.from({ length: jobs }, (_, at) => [15, 25, 40, 60][at % 4]!);
        const { starts, wallMs } = closedLoop(shuffle(durations, random), slots);
        return {
          steady: steadyThroughput(starts, slots, wallMs)! / truth,
          whole: jobs / (wallMs / 1e3) / truth,
        };
      });
      const steady = median(found.map((each) => each.steady))!;
      assert.ok(Math.abs(steady - 1) < 0.02, `${slots}: ${steady}`);
      if (slots > 2) assert.ok(median(found.map((each) => each.whole))! < 0.95, String(slots));
    }
  });
});
