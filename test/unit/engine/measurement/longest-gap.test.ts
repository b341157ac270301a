import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { JobTable } from '../../../../src/engine/measurement/job-table.ts';
import { longestGapMs } from '../../../../src/engine/measurement/longest-gap.ts';

/** Jobs with these starts and ends, ms after some moment. */
function gapOf(jobs: readonly (readonly [number, number])[]): number | null {
  const table = JobTable.shared(jobs.length);
  jobs.forEach(([start, end], row) => {
    table.start[row] = 5e9 + start * 1e6;
    table.end[row] = 5e9 + end * 1e6;
  });
  return longestGapMs(table);
}

/** The same by looking at every two ends that follow one another. */
function byHand(jobs: readonly (readonly [number, number])[]): number {
  const ends = jobs.map(([, end]) => end).sort((a, b) => a - b);
  return Math.max(
    ...ends.map((end, index) => {
      const since = Math.min(...jobs.filter((job) => job[1] >= end).map(([start]) => start));
      return end - Math.max(index === 0 ? 0 : ends[index - 1]!, since);
    }),
  );
}

describe('the longest gap of a trial', () => {
  test('one job at a time: the longest job', () => {
    const jobs = [
      [0, 10],
      [10, 45],
      [46, 60],
    ] as const;
    assert.equal(gapOf(jobs), 35);
  });

  test('two at a time: from one end to the next, whoever is in flight', () => {
    const jobs = [
      [0, 10],
      [0, 12],
      [10, 90],
      [12, 91],
    ] as const;
    assert.equal(gapOf(jobs), 78);
  });

  test('before the first end, and up to the last', () => {
    assert.equal(
      gapOf([
        [3, 50],
        [0, 52],
      ]),
      50,
    );
    assert.equal(
      gapOf([
        [0, 5],
        [0, 75],
      ]),
      70,
    );
  });

  test('time in which nothing is in flight is no gap', () => {
    assert.equal(
      gapOf([
        [0, 10],
        [500, 520],
      ]),
      20,
    );
  });

  test('all at one moment; no job that ended', () => {
    assert.equal(
      gapOf([
        [7, 7],
        [7, 7],
      ]),
      0,
    );
    assert.equal(longestGapMs(JobTable.shared(3)), null);
  });

  test('agrees with a search by hand, but for gaps below a thousandth of the trial', () => {
    const job = fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 800 }));
    fc.assert(
      fc.property(fc.array(job, { minLength: 1, maxLength: 40 }), (made) => {
        const jobs = made.map(([start, took]) => [start, start + took] as const);
        const span = Math.max(...jobs.map(([, end]) => end)) - Math.min(...jobs.map(([start]) => start));
        const [found, expected] = [gapOf(jobs)!, byHand(jobs)];
        assert.ok(
          found <= expected + 1e-6 && found >= expected - span / 1_000 - 1e-6,
          `${found} ${expected}`,
        );
      }),
    );
  });
});
