import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minForPercentile, supportedPercentile } from '../../../../src/core/statistics/percentile-support.ts';
import { sortNumbers } from '../../../../src/core/statistics/quantile.ts';

const upTo = (count: number) => sortNumbers(Array.from({ length: count }, (_, index) => index));

test('ten values must lie beyond it', () => {
  assert.deepEqual(
    [50, 90, 95, 99, 99.9, 99.99, 10, 1].map(minForPercentile),
    [20, 100, 200, 1000, 10_000, 100_000, 100, 1000],
  );
});

test('p99 from 1,000 jobs on, p99.9 from 10,000 on', () => {
  assert.equal(supportedPercentile(upTo(999), 99), null);
  assert.equal(supportedPercentile(upTo(1000), 99)?.toFixed(6), '989.010000');
  assert.equal(supportedPercentile(upTo(9999), 99.9), null);
  assert.equal(supportedPercentile(upTo(10_000), 99.9)?.toFixed(6), '9989.001000');
  assert.equal(supportedPercentile(upTo(0), 50), null);
});

test('the ends are no percentiles', () => {
  for (const percent of [0, 100, 101, -1, Number.NaN]) {
    assert.throws(() => minForPercentile(percent), RangeError);
  }
});
