import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { OUTCOME_CODE, type Outcome } from '../../../../src/core/outcomes.ts';
import type { VariantName } from '../../../../src/core/variants.ts';
import { JobTable } from '../../../../src/engine/measurement/job-table.ts';
import { Equivalence } from '../../../../src/orchestrator/experiment/equivalence.ts';
import { readRows, writeRows } from '../../../../src/store/job-rows.ts';
import { sampleRecord } from '../../../support/sample-record.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

interface Row {
  readonly digest: number;
  readonly status?: number;
  readonly outcome?: Outcome;
}

function tableOf(rows: readonly Row[]): JobTable {
  const table = JobTable.shared(rows.length);
  rows.forEach(({ digest, status = 200, outcome = 'ok' }, row) => {
    table.digest[row] = digest;
    table.status[row] = status;
    table.bytes[row] = 12;
    table.outcome[row] = OUTCOME_CODE[outcome];
  });
  return table;
}

/** Files of rows in a folder of the test's own; `trials` are the rows of trial 0, 1, … of a variant. */
async function compared(t: TestContext, files: Partial<Record<VariantName, readonly (readonly Row[])[]>>) {
  const folder = await temporaryFolder(t);
  const fileOf = (variant: VariantName) => join(folder, `${variant}.bin`);
  const record = sampleRecord();
  record.spec.jobs = Object.values(files)[0]![0]!.length;
  for (const [variant, trials] of Object.entries(files)) {
    trials.forEach((rows, trial) => {
      writeRows({ file: fileOf(variant as VariantName), trial }, tableOf(rows));
    });
  }
  const equivalence = new Equivalence(record, fileOf, (position) => `job ${position}`);
  return { equivalence, record, fileOf };
}

const round = (trials: Partial<Record<VariantName, number>>) =>
  new Map(Object.entries(trials) as [VariantName, number][]);

test('the same responses: compared, no mismatch', async (t) => {
  const rows = [{ digest: 1 }, { digest: 2 }];
  const { equivalence, record } = await compared(t, {
    sequential: [rows],
    'event-loop': [rows],
    'worker-pool': [rows],
  });
  equivalence.compareRound(1, round({ 'event-loop': 0, sequential: 0, 'worker-pool': 0 }));
  assert.deepEqual([record.equivalence.compared, record.equivalence.mismatches], [4, 0]);
  assert.ok(equivalence.anythingProduced);
});

test('a difference in digest or status is named, with what was expected', async (t) => {
  const { equivalence, record } = await compared(t, {
    sequential: [[{ digest: 0xabc }, { digest: 5 }, { digest: 6, status: 0 }]],
    'event-loop': [[{ digest: 0xabd }, { digest: 5, status: 304 }, { digest: 7, status: 0 }]],
  });
  equivalence.compareRound(2, round({ sequential: 0, 'event-loop': 0 }));
  assert.equal(record.equivalence.mismatches, 3);
  assert.deepEqual(record.equivalence.examples[0], {
    variant: 'event-loop',
    round: 2,
    position: 0,
    name: 'job 0',
    expected: '200 · 00000abc · 12 B',
    actual: '200 · 00000abd · 12 B',
  });
  assert.equal(record.equivalence.examples[1]?.actual, '304 · 00000005 · 12 B');
  assert.equal(record.equivalence.examples[2]?.expected, '00000006', 'no status, no bytes: not HTTP');
});

test('jobs that failed on either side are not compared', async (t) => {
  const { equivalence, record } = await compared(t, {
    sequential: [[{ digest: 1, outcome: 'timeout' }, { digest: 2 }, { digest: 3 }]],
    'event-loop': [[{ digest: 9 }, { digest: 9, outcome: 'reset' }, { digest: 3 }]],
  });
  equivalence.compareRound(1, round({ sequential: 0, 'event-loop': 0 }));
  assert.deepEqual([record.equivalence.compared, record.equivalence.mismatches], [1, 0]);
});

test('at most three examples of each variant; the count goes on', async (t) => {
  const { equivalence, record } = await compared(t, {
    sequential: [[1, 2, 3, 4, 5].map((digest) => ({ digest }))],
    'event-loop': [[6, 7, 8, 9, 10].map((digest) => ({ digest }))],
    'worker-pool': [[1, 2, 3, 4, 99].map((digest) => ({ digest }))],
  });
  equivalence.compareRound(1, round({ sequential: 0, 'event-loop': 0, 'worker-pool': 0 }));
  assert.equal(record.equivalence.mismatches, 6);
  assert.deepEqual(
    record.equivalence.examples.map(({ variant, position }) => [variant, position]),
    [
      ['event-loop', 0],
      ['event-loop', 1],
      ['event-loop', 2],
      ['worker-pool', 4],
    ],
  );
});

test('trials are found by their number, which a lost trial can make differ between variants', async (t) => {
  const { equivalence, record } = await compared(t, {
    sequential: [[{ digest: 1 }], [{ digest: 2 }]],
    'event-loop': [[{ digest: 2 }]],
  });
  equivalence.compareRound(2, round({ sequential: 1, 'event-loop': 0 }));
  assert.deepEqual([record.equivalence.compared, record.equivalence.mismatches], [1, 0]);
});

test('a round without the baseline, or with rows that are not there or cut short, compares nothing', async (t) => {
  const { equivalence, record, fileOf } = await compared(t, {
    sequential: [[{ digest: 0 }]],
    'event-loop': [[{ digest: 1 }]],
  });
  equivalence.compareRound(1, round({ 'event-loop': 0 }));
  equivalence.compareRound(2, round({ sequential: 0, 'event-loop': 1, 'worker-pool': 0 }));
  await writeFile(fileOf('worker-pool-batched'), Buffer.alloc(10));
  equivalence.compareRound(3, round({ sequential: 0, 'worker-pool-batched': 0 }));
  assert.equal(record.equivalence.compared, 0);
  assert.ok(!equivalence.anythingProduced, 'the baseline produced nothing that could be compared');
});

test('rows are read back as they were written, in any order of trials', async (t) => {
  const file = join(await temporaryFolder(t), 'rows.bin');
  writeRows({ file, trial: 1 }, tableOf([{ digest: 3 }, { digest: 4 }]));
  assert.deepEqual(
    [...readRows({ file, trial: 0, rows: 2 })!.outcome],
    [0, 0],
    'a trial that was never written: not started',
  );
  writeRows({ file, trial: 0 }, tableOf([{ digest: 1 }, { digest: 2 }]));
  assert.deepEqual([...readRows({ file, trial: 0, rows: 2 })!.digest], [1, 2]);
  assert.deepEqual([...readRows({ file, trial: 1, rows: 2 })!.digest], [3, 4]);
  assert.equal(readRows({ file, trial: 2, rows: 2 }), null);
  assert.equal(readRows({ file: `${file}.none`, trial: 0, rows: 2 }), null);
});
