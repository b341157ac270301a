import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  DISTRIBUTIONS,
  drawLatencyMs,
  type LatencyModel,
  timerMs,
} from '../../../../src/orchestrator/server/latency.ts';
import { hashText } from '../../../../src/orchestrator/server/random.ts';

const DRAWS = 200_000;

function sample(model: LatencyModel): Float64Array {
  return Float64Array.from({ length: DRAWS }, (_, id) =>
    drawLatencyMs(model, hashText(`/api/users/${id}`, 1)),
  );
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variationOf(values: Float64Array): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) / mean;
}

const near = (actual: number, expected: number, relative: number): void =>
  assert.ok(Math.abs(actual / expected - 1) < relative, `${actual} is not within ${relative} of ${expected}`);

describe('mean and coefficient of variation over many URLs', () => {
  for (const jitter of [0.05, 0.2, 0.5, 0.577]) {
    test(`uniform, ${jitter}`, () => {
      const values = sample({ distribution: 'uniform', meanMs: 40, jitter });
      near(meanOf(values), 40, 0.01);
      near(variationOf(values), jitter, 0.01);
      const half = Math.sqrt(3) * jitter * 40;
      assert.ok(values.every((value) => value >= 40 - half && value <= 40 + half));
    });
  }
  for (const jitter of [0.05, 0.2, 0.5, 1]) {
    test(`log-normal, ${jitter}`, () => {
      const values = sample({ distribution: 'log-normal', meanMs: 40, jitter });
      near(meanOf(values), 40, 0.01);
      near(variationOf(values), jitter, 0.03);
    });
  }
});

test('log-normal quantiles are exp(μ + zσ)', () => {
  // Mean 100 and variation 0.5: σ² = ln 1.25 = 0.22314, μ = ln 100 − 0.11157 = 4.49360.
  const sorted = sample({ distribution: 'log-normal', meanMs: 100, jitter: 0.5 }).sort();
  near(sorted[DRAWS / 2] ?? 0, 89.443, 0.01); // exp(4.49360)
  near(sorted[DRAWS * 0.9] ?? 0, 163.85, 0.01); // exp(4.49360 + 1.28155 · 0.47238)
  near(sorted[DRAWS * 0.1] ?? 0, 48.825, 0.01);
});

test('fixed, no jitter and no latency are exact', () => {
  for (const distribution of DISTRIBUTIONS) {
    assert.equal(drawLatencyMs({ distribution, meanMs: 12.5, jitter: 0 }, 99), 12.5);
    assert.equal(drawLatencyMs({ distribution, meanMs: 0, jitter: 0.5 }, 99), 0);
  }
  assert.equal(drawLatencyMs({ distribution: 'fixed', meanMs: 12.5, jitter: 0.5 }, 99), 12.5);
});

test('a latency is finite, never negative, never beyond an hour, and the same for the same hash', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...DISTRIBUTIONS),
      fc.double({ min: 0, max: 600_000, noNaN: true }),
      fc.double({ min: 0, max: 10, noNaN: true }),
      fc.nat(0xffff_ffff),
      (distribution, meanMs, jitter, hash) => {
        const latency = drawLatencyMs({ distribution, meanMs, jitter }, hash);
        assert.ok(latency >= 0 && latency <= 3_600_000, `${latency}`);
        assert.equal(drawLatencyMs({ distribution, meanMs, jitter }, hash), latency);
      },
    ),
  );
});

test('timers take the nearest whole ms', () => {
  assert.deepEqual([0, 0.4, 0.5, 1.49, 99.6].map(timerMs), [0, 0, 1, 1, 100]);
});
