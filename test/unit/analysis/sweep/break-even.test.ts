import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analyseSweep } from '../../../../src/analysis/sweep/analyse.ts';
import { breakEvenOf, type JobCost, speedsOf } from '../../../../src/analysis/sweep/break-even.ts';
import { pair, pointVariant, rate, sweep } from '../../../support/sample-sweep.ts';

const cost = (wallMs: number, mainMs: number, workersMs = 0, elsewhereMs = 0): JobCost => ({
  ...{ wallMs, mainMs, workersMs, elsewhereMs },
});
const near = (found: number | null, expected: number) =>
  assert.ok(found !== null && Math.abs(found - expected) < 1e-6, `${found}, not ${expected}`);

describe('break-even of offload: the model', () => {
  test('CPUs enough: from where the CPU that leaves the main thread is what moving the data adds to it', () => {
    const found = breakEvenOf({ loop: cost(1, 1), offload: cost(1.5, 1.5, 0.5), workers: 2, cpus: 8 });
    near(found.estimateMs, 0.5);
    // (1 + c) ÷ 1.5 is 1 ÷ 1.05, and 1.05.
    near(found.lowMs, 1.5 / 1.05 - 1);
    near(found.highMs, 1.5 * 1.05 - 1);
  });

  test('two CPUs that server and both kinds of threads share: all CPU ÷ 2 is the limit of offload', () => {
    // 1 + c against (0.5 + 1 + 1 + c) ÷ 2.
    const input = { loop: cost(1, 1, 0, 1), offload: cost(1.25, 0.5, 1, 1), workers: 2, cpus: 2 };
    near(breakEvenOf(input).estimateMs, 0.5);
  });

  test('one CPU: never', () => {
    const found = breakEvenOf({ loop: cost(1, 1), offload: cost(1.6, 0.6, 1), workers: 2, cpus: 1 });
    assert.deepEqual([found.estimateMs, found.highMs], [null, null]);
  });

  test('ahead at once: from 0 on', () => {
    const found = breakEvenOf({ loop: cost(2, 2), offload: cost(1, 0.5, 1.5), workers: 2, cpus: 4 });
    assert.deepEqual(found, { lowMs: 0, estimateMs: 0, highMs: 0 });
  });

  test('a wall beyond the CPU makes a range: it stays, or CPU overlaps with it', () => {
    const input = { loop: cost(2, 1), offload: cost(2.4, 0.5, 1), workers: 2, cpus: 8 };
    // 2 + c against 2.4 + c ÷ 2; the greater of 2 and 1 + c against 2.4.
    const [stays, overlaps] = speedsOf(input, 1);
    near(stays!, 3 / 2.9);
    near(overlaps!, 2 / 2.4);
    const { estimateMs } = breakEvenOf(input);
    assert.ok(estimateMs! > 0.8 && estimateMs! < 1.4);
  });
});

describe('break-even of offload: a sweep', () => {
  /** At 2 and more of CPU offload should be ahead; it costs twice as much at the larger payload. */
  const record = sweep({
    axes: [
      { name: 'cpu', values: [0, 0.1, 2, 4] },
      { name: 'payload', values: [1_000, 1_000_000] },
    ],
    variants: ['event-loop', 'offload'],
    at: ([cpu = 0, bytes = 0]) => {
      const moving = bytes / 1e6;
      const variants = [
        pointVariant('event-loop', 100, {
          wallMs: rate(160 * (1 + cpu)),
          cpuMsPerJob: { main: 1 + cpu, workers: 0, elsewhere: 0 },
        }),
        pointVariant('offload', 100, {
          threads: 2,
          wallMs: rate(160 * (1.5 + moving)),
          cpuMsPerJob: { main: 1.5 + moving, workers: 0.5 + cpu, elsewhere: 0 },
        }),
      ];
      const ratio = (1 + cpu) / (1.5 + moving);
      // The last point contradicts.
      const shown = cpu === 4 && moving === 1 ? 1 / ratio : ratio;
      return { jobs: 160, variants, comparisons: [pair('event-loop', 'offload', shown)] };
    },
  });
  record.sessions[0]!.environment.availableCpus = 8;
  const rows = analyseSweep(record).breakEven!.rows;

  test('each row has a range of its own, from its point of least CPU', () => {
    assert.deepEqual(
      rows.map(({ at, fromMs }) => [at, fromMs]),
      [
        [1_000, 0],
        [1_000_000, 0],
      ],
    );
    near(rows[0]!.estimateMs, 0.501);
    near(rows[1]!.estimateMs, 1.5);
  });

  test('points outside the range are judged by their own comparison', () => {
    assert.deepEqual(
      rows.map(({ cells }) => cells.map(({ predicted, held }) => [predicted, held])),
      [
        [
          ['event-loop', true],
          ['offload', true],
          ['offload', true],
        ],
        [
          ['event-loop', true],
          ['offload', true],
          ['offload', false],
        ],
      ],
    );
  });

  test('without offload, or without an axis of CPU, there is none', () => {
    const other = sweep({
      axes: [{ name: 'cpu', values: [0, 1] }],
      variants: ['event-loop'],
      at: () => null,
    });
    assert.equal(analyseSweep(other).breakEven, null);
  });
});
