import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertNames } from '../support/assert-names.ts';
import { CliRun, checkedRecord, WAITS_FOR_GO } from '../support/cli.ts';
import { mountedDisk } from '../support/small-disk.ts';

const MANY_JOBS = 20_000;
/** Rows of a trial of that many jobs, bytes. */
const TRIAL_BYTES = MANY_JOBS * 33;

const FILES = {
  'w.ts': `
    import { defineWorkload } from 'threadmill';
    export default defineWorkload({ name: 'many', jobs: ${MANY_JOBS}, run: ({ position }) => position });`,
};
const LINE = 'bench --workload w.ts --rounds 1 --warmup 0 --no-trace --variants sequential,event-loop --out';

const NOT_PERMITTED = 'this process may not mount a file system';

describe('an output folder that can not be written to', { concurrency: 2 }, () => {
  for (const [what, out] of [
    ['below a file', 'file/runs'],
    ['where the system takes none', '/proc/threadmill'],
  ] as const) {
    test(`${what}: one message at once`, async (t) => {
      const run = await CliRun.start(t, ['bench', '--out', out], { files: { file: '' } });
      assert.equal(await run.ended, 1);
      assertNames(run.complaint(), out, '--out');
      await run.leavesNothing();
    });
  }

  test('on a read-only disk', async (t) => {
    const disk = await mountedDisk(t, 'ro');
    if (disk === null) return t.skip(NOT_PERMITTED);
    const out = join(disk, 'runs');
    const run = await CliRun.start(t, ['bench', '--out', out]);
    assert.equal(await run.ended, 1);
    assertNames(run.complaint(), out, 'read-only');
    await run.leavesNothing();
  });

  test('no temporary folder', async (t) => {
    const run = await CliRun.start(t, 'bench', { env: { TMPDIR: '/proc/threadmill' } });
    assert.equal(await run.ended, 1);
    assertNames(run.complaint(), '/proc/threadmill', 'TMPDIR');
    assert.deepEqual(await run.runs(), []);
  });
});

describe('a disk that is full', { concurrency: 2 }, () => {
  test('from the start: nothing is begun', async (t) => {
    const disk = await mountedDisk(t, 'size=16k');
    if (disk === null) return t.skip(NOT_PERMITTED);
    const run = await CliRun.start(t, `${LINE} ${disk}`, { files: FILES });
    assert.equal(await run.ended, 1);
    assertNames(run.complaint(), 'full', disk);
    assert.deepEqual(await readdir(disk), []);
    await run.leavesNothing();
  });

  // Each of these is out of room for files at another step: folders, log, bundle, first run.json.
  for (const files of [2, 3, 6, 8]) {
    test(`with room for ${files} files: no part of a run folder is left`, async (t) => {
      const disk = await mountedDisk(t, `size=1m,nr_inodes=${files}`);
      if (disk === null) return t.skip(NOT_PERMITTED);
      const run = await CliRun.start(t, `${LINE} ${disk}`, { files: FILES });
      assert.equal(await run.ended, 1);
      assertNames(run.complaint(), 'full', disk);
      assert.deepEqual(await readdir(disk), []);
      await run.leavesNothing();
    });
  }

  test('in the first trial: one message, a record that says why, no half trial', async (t) => {
    const disk = await mountedDisk(t, 'size=400k');
    if (disk === null) return t.skip(NOT_PERMITTED);
    const run = await CliRun.start(t, `${LINE} ${disk} --json`, { files: FILES });
    assert.equal(await run.ended, 1);
    assertNames(run.complaint(), 'full', disk, 'sequential.bin');
    const record = await run.record(disk);
    assert.deepEqual([record.status, record.exitCode, record.failure?.code], ['failed', 1, 'output-full']);
    assert.deepEqual(checkedRecord(JSON.parse(run.stdout)), record);
    const rows = await readFile((await run.folder(disk)).path('jobs', 'sequential.bin'));
    assert.equal(rows.length, 0);
    await run.leavesNothing();
  });

  test('in the second trial: the first one is kept, and no page is cut short', async (t) => {
    // Room for one trial and the files of the run, but hardly for a page.
    const disk = await mountedDisk(t, `size=${Math.ceil((TRIAL_BYTES + 100_000) / 4096) * 4}k`);
    if (disk === null) return t.skip(NOT_PERMITTED);
    const run = await CliRun.start(t, `${LINE} ${disk}`, { files: FILES });
    assert.equal(await run.ended, 1);
    assertNames(run.complaint(), 'full', disk, 'event-loop.bin');
    const record = await run.record(disk);
    assert.deepEqual([record.status, record.failure?.code], ['failed', 'output-full']);
    assert.equal(record.variants[0]?.trials[0]?.outcomes.ok, MANY_JOBS);
    const folder = await run.folder(disk);
    for (const page of [folder.path('report.html'), join(disk, 'index.html')]) {
      if (existsSync(page)) assert.match(await readFile(page, 'utf8'), /<\/html>\s*$/, `${page} is whole`);
    }
    await run.leavesNothing();
  });
});

test('a report that can not be written: the run is saved, and one message says what is missing', async (t) => {
  const line = 'bench --workload w.ts --rounds 1 --warmup 0 --no-trace --variants sequential';
  const run = await CliRun.start(t, line, WAITS_FOR_GO);
  await run.said('round 1 of 1');
  // Something else is in the way of both pages.
  await mkdir((await run.folder()).path('report.html'));
  await mkdir(join(run.outDir, 'index.html'));
  await run.go();
  assert.equal(await run.ended, 1);
  assertNames(run.complaint(), 'report.html', 'index.html', (await run.folder()).id);
  assert.equal((await run.record()).status, 'completed');
  assert.deepEqual(
    (await readdir(run.outDir)).filter((name) => name.startsWith('.')),
    [],
  );
  await run.leavesNothing();
});

test('an output folder that is removed during the run: one message that says so, and no defect', async (t) => {
  const line = 'bench --workload w.ts --rounds 1 --warmup 0 --no-trace --variants sequential';
  const run = await CliRun.start(t, line, WAITS_FOR_GO);
  await run.said('round 1 of 1');
  const { id } = await run.folder();
  await rm(run.outDir, { recursive: true });
  await run.go();
  assert.equal(await run.ended, 1);
  assertNames(run.complaint(), id, 'removed');
  await run.leavesNothing();
});
