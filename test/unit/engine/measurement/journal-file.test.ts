import assert from 'node:assert/strict';
import { appendFileSync, closeSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { OUTCOME_CODE } from '../../../../src/core/outcomes.ts';
import { JobTable } from '../../../../src/engine/measurement/job-table.ts';
import {
  append,
  openJournal,
  Records,
  readJournal,
  writeWholeJournal,
} from '../../../../src/engine/measurement/journal-file.ts';

function journal(t: TestContext): { readonly file: string; readonly table: JobTable } {
  const folder = mkdtempSync(join(tmpdir(), 'threadmill-journal-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'journal.bin');
  writeFileSync(file, '');
  const table = JobTable.shared(4);
  for (const row of [0, 1, 2]) table.start[row] = 100 + row;
  for (const row of [0, 1]) {
    table.end[row] = 200 + row;
    table.outcome[row] = OUTCOME_CODE.ok;
  }
  return { file, table };
}

function appendRows(file: string, table: JobTable, ...rows: number[]): void {
  const records = new Records();
  for (const [at, row] of rows.entries()) records.put(at, table, row);
  const descriptor = openJournal(file);
  append(descriptor, records, rows.length);
  closeSync(descriptor);
}

test('a journal that a process finished holds every row', (t) => {
  const { file, table } = journal(t);
  appendRows(file, table, 1);
  writeWholeJournal(file, table);
  const read = readJournal(file, 4);
  assert.equal(read?.whole, true);
  assert.deepEqual([...read!.table.raw()], [...table.raw()]);
});

test('a record that was cut off at any byte, and what follows it, is not read', (t) => {
  const { file, table } = journal(t);
  appendRows(file, table, 0, 1);
  const bytes = readFileSync(file);
  for (let length = 0; length < bytes.length / 2; length++) {
    writeFileSync(file, bytes.subarray(0, bytes.length / 2 + length));
    // Of another thread.
    if (length > 0) appendFileSync(file, bytes.subarray(bytes.length / 2));
    const read = readJournal(file, 4);
    assert.equal(read?.whole, false);
    assert.deepEqual([...read!.table.outcome], [OUTCOME_CODE.ok, 0, 0, 0], `${length} bytes`);
    assert.deepEqual([...read!.table.start], [100, 0, 0, 0]);
  }
});

test('without a file nothing is known', (t) => {
  const { file } = journal(t);
  rmSync(file);
  assert.equal(readJournal(file, 4), null);
});
