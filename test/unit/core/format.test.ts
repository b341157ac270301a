import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatBytes,
  formatBytesWithin,
  formatFactor,
  formatFactorRange,
  formatMs,
  formatMsRange,
  formatNumber,
  formatPlural,
  formatRoughBytes,
  formatShare,
  formatTime,
  formatUs,
} from '../../../src/core/format.ts';

test('three significant digits, and whole numbers keep all of theirs', () => {
  const shown: [number, string][] = [
    [0, '0'],
    [0.001_234, '0.00123'],
    [0.123_4, '0.123'],
    [1, '1.00'],
    [1.234, '1.23'],
    [9.999, '10.0'],
    [12.34, '12.3'],
    [99.96, '100'],
    [123.4, '123'],
    [1_234.5, '1,235'],
    [1_234_567, '1,234,567'],
    [-12.34, '-12.3'],
  ];
  for (const [value, text] of shown) assert.equal(formatNumber(value), text);
});

test('milliseconds become seconds from 10 s up', () => {
  assert.equal(formatMs(98.21), '98.2 ms');
  assert.equal(formatMs(9_999), '9,999 ms');
  assert.equal(formatMs(10_000), '10.0 s');
  assert.equal(formatMs(123_456), '123 s');
  assert.equal(formatUs(1_500), '1.50 ms');
});

test('a range has one unit', () => {
  assert.equal(formatMsRange(98.1, 103), '98.1–103 ms');
  assert.equal(formatMsRange(9_900, 10_100), '9.90–10.1 s');
  assert.equal(formatFactorRange(12.16, 12.61), '12.2–12.6×');
});

test('one value alone is no range', () => {
  assert.deepEqual([formatMsRange(31.7, 31.7), formatFactorRange(1.78, 1.78)], ['—', '—']);
});

test('a factor near 1 has as many decimals above it as below', () => {
  const shown = [0.9, 0.9964, 0.9996, 1.0004, 1.0044, 1.0994, 1.0996, 1.24].map((factor) =>
    formatFactor(factor),
  );
  assert.deepEqual(shown, ['0.900×', '0.996×', '1.000×', '1.000×', '1.004×', '1.099×', '1.10×', '1.24×']);
  assert.equal(formatFactorRange(0.9976, 1.0041), '0.998–1.004×');
});

test('what is missing or not finite is a dash', () => {
  for (const format of [formatNumber, formatMs, formatUs, formatBytes, formatFactor, formatShare]) {
    for (const missing of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY])
      assert.equal(format(missing), '—');
  }
  assert.equal(formatMsRange(1, null), '—');
  assert.equal(formatTime(null), '—');
});

test('bytes are decimal', () => {
  assert.equal(formatBytes(512), '512 B');
  assert.equal(formatBytes(1_500), '1.50 kB');
  assert.equal(formatBytes(84_300_000), '84.3 MB');
  assert.equal(formatBytes(8_200_000_000), '8.20 GB');
});

test('a margin has two significant digits, and the unit of what it is of', () => {
  assert.equal(formatBytesWithin(34_120, 1_751), '34.1 ± 1.8 kB');
  assert.equal(formatBytesWithin(2_500_000, 120_000), '2.50 ± 0.12 MB');
  assert.equal(formatBytesWithin(900, 1_234), '900 ± 1,200 B');
  assert.equal(formatBytesWithin(5_000, 0), '5.00 ± 0 kB');
  assert.equal(formatBytesWithin(5_000_000, 40), '5.00 ± <0.01 MB');
  assert.equal(formatBytesWithin(null, 1), '—');
  assert.equal(formatBytesWithin(1, undefined), '—');
  assert.deepEqual([3_456, 680.4, 1_000, 12_400, 0, null].map(formatRoughBytes), [
    ...['3.5 kB', '680 B', '1 kB', '12 kB', '0 B', '—'],
  ]);
});

test('a tiny share is not nothing', () => {
  assert.equal(formatShare(0), '0%');
  assert.equal(formatShare(0.000_4), '<0.1%');
  assert.equal(formatShare(0.123), '12.3%');
  assert.equal(formatShare(1), '100%');
});

test('times are in UTC wherever the page is drawn', () => {
  assert.equal(formatTime('2026-07-04T12:15:00+02:00'), '2026-07-04 10:15 UTC');
});

test('plurals', () => {
  assert.equal(formatPlural(1, 'job'), '1 job');
  assert.equal(formatPlural(1_000, 'job'), '1,000 jobs');
});
