import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/core/statistics/random.ts';
import { type Fault, GROUPS } from '../faults/fault.ts';
import { runFaults } from '../faults/run-faults.ts';
import { FAULTS } from '../faults/table.ts';

/** FAULTS_SEED chooses others; `make faults` has them all. */
const SEED = Number(process.env.FAULTS_SEED ?? 5109);

/** One of each group. Each timeout takes seconds, in every variant: there is one. */
function selection(seed: number): Fault[] {
  const random = createRandom(seed);
  return GROUPS.map((group) => {
    const faults = FAULTS.filter(
      (fault) =>
        fault.group === group &&
        fault.rounds === undefined &&
        fault.outcomes.includes('timeout') === (group === 'stall'),
    );
    return faults[Math.floor(random() * faults.length)]!;
  });
}

test('faults of a server, one of each group: one outcome in all variants, every job accounted for', async (t) => {
  const faults = selection(SEED);
  t.diagnostic(faults.map(({ name }) => name).join(', '));
  const { problems, record, run } = await runFaults(t, faults);
  assert.deepEqual(problems, []);
  assert.deepEqual([record.status, record.exitCode, record.failure], ['completed', 2, null]);
  assert.doesNotMatch(run.stderr, /^threadmill: /m);
  for (const { name, summary } of record.variants) {
    assert.equal(summary, null, `${name}: a trial with failures is no figure`);
  }
  assert.match(run.summary, /\d+ of \d+ jobs failed: /);
});

test('the table of faults: at least 64, each name once, each group with some', () => {
  assert.ok(FAULTS.length >= 64);
  assert.equal(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length);
  for (const group of GROUPS)
    assert.ok(
      FAULTS.some((fault) => fault.group === group),
      group,
    );
});
