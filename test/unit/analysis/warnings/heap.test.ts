import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ThreadSpan } from '../../../../src/core/documents/run-record.ts';
import type { VariantName } from '../../../../src/core/variants.ts';
import { trial, variant } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { codesOf, warned } from '../../../support/warned.ts';

const thread = (heapBeforeBytes: number | null): ThreadSpan => ({
  thread: 0,
  eventLoop: { activeMs: 1, delayMs: null },
  cpu: null,
  gc: { count: 0, pauseMs: 0, longestMs: 0 },
  heapBeforeBytes,
  heapUsedBytes: 1,
});

/** Each thread of the variant holds that many MB before the trials of these rounds, and all of them `after` MB at the end. */
function holding(name: VariantName, megabytes: readonly (readonly (number | null)[])[], after?: number) {
  const trials = megabytes.map((threads, round) =>
    trial({ round: round + 1, threads: threads.map((mb) => thread(mb === null ? null : 1e6 * mb)) }),
  );
  return variant(name, { trials, ...(after !== undefined && { heldAfterBytes: 1e6 * after }) });
}

const rounds = <T>(count: number, of: (round: number) => T) => Array.from({ length: count }, (_, i) => of(i));

test('26 MB more before each of eight trials is a leak, with its size per trial and per job', () => {
  const leaking = holding(
    'event-loop',
    rounds(8, (round) => [12 + 26 * round]),
    220,
  );
  const [warning, ...more] = warned({ variants: [leaking] });
  assert.deepEqual(more, []);
  assert.deepEqual([warning?.code, warning?.variant], ['heap-growing', 'event-loop']);
  // 26 MB over 40 jobs.
  assertNames(warning!.message, '26.0 MB per trial', '650 kB per job', '12.0 MB to 220 MB');
});

test('the threads of a variant are added up', () => {
  const leaking = holding(
    'worker-pool',
    rounds(9, (round) => [10, 10 + round, 11 + round]),
    49,
  );
  assertNames(warned({ variants: [leaking] })[0]!.message, '2.00 MB per trial');
});

test('old garbage that grows from trial to trial is no leak if a full collection takes it, nor if none was made', () => {
  const rising = rounds(9, (round) => [12 + 3 * round]);
  assert.deepEqual(codesOf({ variants: [holding('event-loop', rising, 13)] }), []);
  assert.deepEqual(codesOf({ variants: [holding('event-loop', rising)] }), []);
  assert.deepEqual(codesOf({ variants: [holding('event-loop', rising, 39)] }), ['heap-growing']);
});

test('no leak: code that goes on growing, a cache that fills up, seven trials, and no figures', () => {
  const of = (megabytes: readonly (number | null)[]) =>
    codesOf({
      variants: [
        holding(
          'event-loop',
          megabytes.map((mb) => [mb]),
          1_000,
        ),
      ],
    });
  assert.deepEqual(of(rounds(30, (round) => 8 + 0.055 * round)), []);
  assert.deepEqual(of(rounds(16, (round) => 8 + 50 * (1 - Math.exp(-round / 3)))), []);
  assert.deepEqual(of(rounds(7, (round) => 8 + 26 * round)), []);
  assert.deepEqual(of(rounds(12, () => null)), []);
  assert.deepEqual(codesOf({}), []);
});
