import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fairnessOf } from '../../../src/analysis/fairness.ts';
import { verdictOf } from '../../../src/analysis/verdict/verdict.ts';
import type { RunRecord, TrialRecord } from '../../../src/core/documents/run-record.ts';
import type { VariantName } from '../../../src/core/variants.ts';
import { compareAndSummarise } from '../../../src/orchestrator/experiment/conclude.ts';
import { outcomes, record, trial, variant } from '../../fixtures/runs/records.ts';
import { assertNames } from '../../support/assert-names.ts';
import { warned } from '../../support/warned.ts';

/** Ten rounds of each; the second client is twice as fast. */
function compared(over: Partial<Record<VariantName, Partial<TrialRecord>>>): RunRecord {
  const names: VariantName[] = ['event-loop', 'event-loop+node-http', 'event-loop+fetch'];
  const made = record({
    comparisons: [],
    variants: names.map((name, place) =>
      variant(name, {
        trials: Array.from({ length: 10 }, (_, round) =>
          trial({
            round: round + 1,
            wallMs: (place === 1 ? 50 : 100) + 0.1 * round,
            connections: 16,
            ...over[name],
          }),
        ),
      }),
    ),
  });
  made.spec.variants = names;
  made.equivalence = { baseline: 'event-loop', compared: 100, mismatches: 0, examples: [] };
  compareAndSummarise(made);
  return made;
}

const mattering = ({ fairness }: RunRecord) =>
  fairness!.differences.filter(({ matters }) => matters).map(({ variant: name, what }) => [name, what]);

describe('the lint of a comparison of HTTP clients', () => {
  test('lists what differs from the first; headers, decompression and phases void nothing', () => {
    const made = compared({});
    assert.deepEqual(
      made.fairness!.differences.map(({ variant: name, what }) => [name, what]),
      [
        ['event-loop+node-http', 'phases'],
        ['event-loop+fetch', 'headers'],
        ['event-loop+fetch', 'decompression'],
        ['event-loop+fetch', 'phases'],
      ],
    );
    assert.deepEqual(
      made.fairness!.clients.map(({ client, connections, bytesPerJob }) => [
        client,
        connections,
        bytesPerJob,
      ]),
      [
        ['undici-dispatch', 16, 2048],
        ['node-http', 16, 2048],
        ['fetch', 16, 2048],
      ],
    );
    assert.deepEqual(mattering(made), []);
    assert.equal(verdictOf(made).recommended, 'event-loop+node-http');
  });

  for (const [what, difference] of [
    ['connections', { connections: 32 }],
    ['connections-opened', { connectionsOpened: 20 }],
    ['bytes', { bytes: 100_000 }],
  ] as const) {
    test(`calls no winner where ${what} differ`, () => {
      const made = compared({ 'event-loop+fetch': difference });
      assert.deepEqual(mattering(made), [['event-loop+fetch', what]]);
      const { outcome, recommended, why } = verdictOf(made);
      assert.deepEqual([outcome, recommended, why], ['not-compared', null, 'clients-differ']);
      assert.deepEqual(
        made.comparisons.map(({ a, b, reason }) => [a, b, reason]),
        [
          ['event-loop', 'event-loop+node-http', null],
          ['event-loop', 'event-loop+fetch', 'clients-differ'],
          ['event-loop+node-http', 'event-loop+fetch', 'clients-differ'],
        ],
      );
      const { variants, fairness } = made;
      assert.ok(warned({ variants, fairness }).some(({ code }) => code === 'clients-differ'));
    });
  }

  test('jobs a second count only jobs that ended ok, and their ends are those of the time', () => {
    // 36 of 40 jobs ended ok in 100 to 100.9 ms: 36 ÷ 0.10045 s.
    const failing = { outcomes: outcomes({ ok: 36, timeout: 4 }), allowedFailures: 4 };
    const rate = compared({ 'event-loop+fetch': failing }).fairness!.clients[2]!.jobsPerSecond!;
    assert.equal(rate.estimate.toFixed(2), (36 / 0.10045).toFixed(2));
    assert.ok(rate.low > 36 / 0.1009 && rate.low < rate.estimate && rate.high < 36 / 0.1);
  });

  test('takes 1% of the bytes for chance', () => {
    assert.deepEqual(mattering(compared({ 'event-loop+fetch': { bytes: 82_000 } })), []);
  });

  test('without keep-alive compares how many were opened, and not how many were open', () => {
    const made = compared({ 'event-loop+fetch': { connections: 19 } });
    made.spec.workload.settings.keepAlive = false;
    assert.deepEqual(
      fairnessOf(made)!.differences.filter(({ matters }) => matters),
      [],
    );
  });

  test('is not there for variants that have one client', () => {
    const variants = (['sequential', 'event-loop', 'worker-pool'] as const).map((name) => variant(name));
    assert.equal(fairnessOf(record({ variants })), null);
  });

  test('of all that are installed, the others are named', () => {
    const { environment, fairness, variants } = compared({});
    const packages = {
      ...environment.packages,
      axios: 'not installed',
      got: 'not installed',
      ky: 'not installed',
    };
    const four = { ...fairness!, clients: [...fairness!.clients, fairness!.clients[0]!] };
    const found = warned({ environment: { ...environment, packages }, fairness: four, variants });
    assertNames(found.find(({ code }) => code === 'clients-missing')!.message, 'axios, got and ky');
  });
});
