import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readEndedRun } from '../../../src/cli/earlier-run.ts';
import type { RunRecord } from '../../../src/core/documents/run-record.ts';
import { JOB_COLUMNS, JobTable, ROW_BYTES } from '../../../src/engine/measurement/job-table.ts';
import { writeRows } from '../../../src/store/job-rows.ts';
import { RunFolder } from '../../../src/store/run-folder.ts';
import { savedJobs } from '../../../src/store/saved-jobs.ts';
import { record } from '../../fixtures/runs/records.ts';
import { recordOfWalls } from '../../support/record-of-walls.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function saved(t: TestContext, given: RunRecord): Promise<RunFolder> {
  const folder = await RunFolder.create(await temporaryFolder(t), given.id);
  await folder.writeRecord(given);
  return folder;
}

async function refusal(t: TestContext, given: RunRecord): Promise<string> {
  const { outDir } = await saved(t, given);
  const thrown = await readEndedRun(outDir, given.id).then(
    () => null,
    (error: Error) => error,
  );
  return thrown?.message ?? 'none';
}

test('a run that has ended is read', async (t) => {
  const { outDir } = await saved(t, record());
  assert.equal((await readEndedRun(outDir, 'latest')).record.id, record().id);
});

test('one that goes on, or failed, or has nothing to compare, is refused', async (t) => {
  const running = { status: 'running', pid: process.pid, createdAt: new Date().toISOString() } as const;
  assert.match(await refusal(t, record(running)), /^run \d{8}T\S+ is still /);
  const failure = { code: 'internal', message: 'the disk is full', advice: null };
  assert.match(
    await refusal(t, record({ status: 'failed', failure })),
    /^run \d{8}T\S+ failed: the disk is full/,
  );
  const none = recordOfWalls({ sequential: [{ wallMs: null, lost: 'killed' }] });
  assert.match(await refusal(t, none), /^run \d{8}T\S+ has no trial /);
});

test('one that was killed is taken for stopped', async (t) => {
  const { outDir } = await saved(t, record({ status: 'running', pid: 2 ** 22 + 1 }));
  assert.equal((await readEndedRun(outDir, record().id)).record.status, 'aborted');
});

test('a run.json that can’t be read is named', async (t) => {
  const folder = await saved(t, record());
  await writeFile(folder.path('run.json'), '{');
  await assert.rejects(readEndedRun(folder.outDir, folder.dir), /cannot read .*run\.json: it is not JSON/);
});

/** More rows than are read at a time; job n starts at 1,000 + n µs and takes 5 µs, the last never started. */
const ROWS = 20_000;

async function withJobs(t: TestContext): Promise<{ folder: RunFolder; given: RunRecord }> {
  const base = recordOfWalls({ 'event-loop': [10, { wallMs: null, lost: 'killed' }] });
  const given = { ...base, spec: { ...base.spec, jobs: ROWS } };
  const folder = await saved(t, given);
  await folder.makeFolder('jobs');
  const table = new JobTable(ROWS, new ArrayBuffer(ROWS * ROW_BYTES));
  for (let row = 0; row < ROWS - 1; row++) {
    table.start[row] = 1_000_000 + 1_000 * row;
    table.end[row] = table.start[row]! + 5_000;
    table.outcome[row] = 1;
    table.digest[row] = row;
  }
  writeRows({ file: folder.path('jobs', 'event-loop.bin'), trial: 0 }, table);
  const description = { rowBytes: ROW_BYTES, columns: JOB_COLUMNS };
  await folder.writeText('jobs/event-loop.json', JSON.stringify(description));
  return { folder, given };
}

test('jobs are read piece by piece, each with its own row', async (t) => {
  const { folder, given } = await withJobs(t);
  const jobs = [...(await savedJobs(folder, given))];
  assert.equal(jobs.length, ROWS, 'a trial that was lost with its rows is left out');
  for (const position of [0, 8_191, 8_192, ROWS - 2]) {
    const { startMs, endMs, digest, outcome, dueMs } = jobs[position]!;
    assert.deepEqual(
      [startMs, endMs, digest, outcome, dueMs],
      [position / 1_000, (position + 5) / 1_000, position, 'ok', null],
    );
  }
  const { startMs, outcome, status } = jobs[ROWS - 1]!;
  assert.deepEqual([startMs, outcome, status], [null, 'not-started', null]);
});

test('a variant lost before its first row, or before intended starts of it: other jobs are read', async (t) => {
  const { folder, given } = await withJobs(t);
  const lost = { ...given.variants[0]!.trials[1]!, round: 1 };
  const worker = { ...given.variants[0]!, name: 'worker-pool' as const, trials: [lost] };
  const description = await readFile(folder.path('jobs', 'event-loop.json'));
  await folder.writeText('jobs/worker-pool.json', description);
  const jobs = [...(await savedJobs(folder, { ...given, variants: [worker, ...given.variants] }))];
  assert.deepEqual([jobs.length, jobs[0]?.variant], [ROWS, 'event-loop'], 'no file of rows');

  const load = { kind: 'open', rate: 100, arrivals: 'uniform' } as const;
  await writeFile(
    folder.path('jobs', 'worker-pool.bin'),
    await readFile(folder.path('jobs', 'event-loop.bin')),
  );
  const open = { ...given, spec: { ...given.spec, load }, variants: [worker] };
  const [first, ...more] = await savedJobs(folder, open);
  assert.deepEqual([more.length, first?.startMs, first?.dueMs], [ROWS - 1, 0, null], 'rows without starts');
});

test('rows that are missing, or laid otherwise, are refused', async (t) => {
  const { folder, given } = await withJobs(t);
  const all = async () => [...(await savedJobs(folder, given))];
  await folder.writeText('jobs/event-loop.json', JSON.stringify({ rowBytes: 1, columns: [] }));
  await assert.rejects(all, /its columns are not those that this Threadmill writes/);
  await folder.removeFolder('jobs');
  await assert.rejects(all, new RegExp(`cannot read ${join(folder.dir, 'jobs')}.*does not exist`));
});
