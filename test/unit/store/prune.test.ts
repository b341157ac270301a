import assert from 'node:assert/strict';
import { mkdir, readdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RunRecord } from '../../../src/core/documents/run-record.ts';
import { findSurplus } from '../../../src/store/prune.ts';
import { RunFolder } from '../../../src/store/run-folder.ts';
import { dailyRuns } from '../../support/history-runs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NO_PROCESS = 2 ** 30;

async function folderOf(t: TestContext, records: readonly RunRecord[]): Promise<string> {
  const outDir = await temporaryFolder(t);
  for (const record of records) await (await RunFolder.create(outDir, record.id)).writeRecord(record);
  return outDir;
}

const runs = (count: number, of: (run: number) => Partial<RunRecord> = () => ({})) =>
  dailyRuns(count, (run) => ({ wall: 100, cpu: 40, ...of(run) }));

const named = (record: RunRecord, name: string): RunRecord => ({
  ...record,
  spec: { ...record.spec, workload: { ...record.spec.workload, name } },
});

const idsOf = async (outDir: string, keep: number) =>
  (await findSurplus(outDir, keep)).surplus.map(({ folder }) => folder.id);

test('the newest of each workload stay, however many another has', async (t) => {
  const all = runs(7).map((record, run) => named(record, run < 2 ? 'rare' : 'often'));
  const outDir = await folderOf(t, all);
  assert.deepEqual(await idsOf(outDir, 2), [all[4]!.id, all[3]!.id, all[2]!.id]);
  const { kept, surplus } = await findSurplus(outDir, 1);
  assert.deepEqual([kept, surplus.length], [2, 5]);
  assert.ok(surplus.every(({ bytes }) => bytes > 0));
  assert.deepEqual(await idsOf(outDir, 100), []);
});

test('a run that goes on stays and does not count; so does one without an end whose record is an hour old at most', async (t) => {
  const open = { status: 'running', finishedAt: null } as const;
  const now = new Date().toISOString();
  const all = runs(4, (run) => {
    if (run === 0) return { ...open, pid: process.pid, createdAt: now };
    return run === 1 ? { ...open, pid: NO_PROCESS } : {};
  });
  const outDir = await folderOf(t, all);
  assert.deepEqual(await idsOf(outDir, 1), [all[2]!.id]);
  assert.equal((await findSurplus(outDir, 1)).untouched.running, 2);
  const old = new Date(Date.now() - 2 * 3_600_000);
  await utimes(join(outDir, all[1]!.id, 'run.json'), old, old);
  assert.deepEqual(await idsOf(outDir, 1), [all[2]!.id, all[1]!.id]);
});

test('a run whose process is alive stays, even if its record was last saved hours ago', async (t) => {
  const open = { status: 'running', finishedAt: null, pid: process.pid } as const;
  const createdAt = new Date().toISOString();
  const all = runs(2, (run) => (run === 0 ? { ...open, createdAt } : {}));
  const outDir = await folderOf(t, all);
  const old = new Date(Date.now() - 5 * 3_600_000);
  await utimes(join(outDir, all[0]!.id, 'run.json'), old, old);
  await (await RunFolder.create(outDir, '20991231T000000Z-last')).writeRecord({
    ...all[1]!,
    id: '20991231T000000Z-last',
  });
  assert.deepEqual(await idsOf(outDir, 1), [all[1]!.id]);
  assert.equal((await findSurplus(outDir, 1)).untouched.running, 1);
});

test('runs beyond the 2,000 newest folders are found', async (t) => {
  const all = runs(2);
  const outDir = await folderOf(t, all);
  await Promise.all(Array.from({ length: 2_000 }, (_, i) => mkdir(join(outDir, `z${i}`))));
  assert.deepEqual(await idsOf(outDir, 1), [all[0]!.id]);
});

test('what is not a run of ours stays: other folders, files, renamed and unreadable ones', async (t) => {
  const all = runs(5);
  const outDir = await folderOf(t, all);
  await mkdir(join(outDir, 'notes'));
  await mkdir(join(outDir, '20200101T000000Z-none'));
  await writeFile(join(outDir, '20200101T000000Z-file'), '');
  await rename(join(outDir, all[0]!.id), join(outDir, 'before-the-rewrite'));
  await writeFile(join(outDir, all[1]!.id, 'run.json'), '{}');
  const { surplus, untouched } = await findSurplus(outDir, 1);
  assert.deepEqual(
    surplus.map(({ folder }) => folder.id),
    [all[3]!.id, all[2]!.id],
  );
  assert.deepEqual(untouched, { running: 0, renamed: 1, unreadable: 2 });
});

test('a link to a folder of a run is no run, and what a link within one leads to stays', async (t) => {
  const [elsewhere] = [await folderOf(t, runs(1))];
  const all = runs(3).slice(1);
  const outDir = await folderOf(t, all);
  const [id = ''] = await readdir(elsewhere);
  await symlink(join(elsewhere, id), join(outDir, id), 'dir');
  await symlink(elsewhere, join(outDir, all[0]!.id, 'jobs'), 'dir');
  const { surplus } = await findSurplus(outDir, 1);
  assert.deepEqual(
    surplus.map(({ folder }) => folder.id),
    [all[0]!.id],
  );
  await surplus[0]!.folder.remove();
  assert.deepEqual(await readdir(join(elsewhere, id)), ['run.json']);
  assert.deepEqual((await readdir(outDir)).sort(), [id, all[1]!.id].sort());
});
