import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { listRuns, runsAtWorkSince } from '../../../src/store/list-folders.ts';
import { isLive } from '../../../src/store/liveness.ts';
import { probeOutput, publishLatest, readLatest, writeIndex } from '../../../src/store/output-folder.ts';
import { resolveReported, resolveRun } from '../../../src/store/resolve-run.ts';
import { RunFolder } from '../../../src/store/run-folder.ts';
import { sampleRecord } from '../../support/sample-record.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const FIRST = '20261122T091700Z-aaaa';
const SECOND = '20261122T091800Z-bbbb';
const THIRD = '20261123T000000Z-cccc';

/** Above the largest process id that Linux gives. */
const NO_PROCESS = 2 ** 30;

async function withRuns(t: Parameters<typeof temporaryFolder>[0]): Promise<string> {
  const outDir = await temporaryFolder(t);
  const times = { [FIRST]: '2026-11-22T09:17:00.000Z', [SECOND]: '2026-11-22T09:18:00.000Z' };
  for (const [id, createdAt] of Object.entries(times)) {
    const folder = await RunFolder.create(outDir, id);
    await folder.writeRecord(sampleRecord({ id, createdAt }));
  }
  return outDir;
}

describe('probeOutput', () => {
  test('makes the folder and leaves nothing in it', async (t) => {
    const dir = join(await temporaryFolder(t), 'a', 'b');
    await probeOutput(dir);
    assert.deepEqual(await readdir(dir), []);
  });

  test('what it made can be taken back, but for what is in use by then', async (t) => {
    const root = await temporaryFolder(t);
    const takeBack = await probeOutput(join(root, 'a', 'b', 'c'));
    await writeFile(join(root, 'a', 'mine'), '');
    await takeBack();
    assert.deepEqual(await readdir(join(root, 'a')), ['mine']);
    await (await probeOutput(join(root, 'a')))();
    assert.deepEqual(await readdir(root), ['a'], 'it was there before');
  });

  test('a file in its place', async (t) => {
    const dir = join(await temporaryFolder(t), 'file');
    await writeFile(dir, '');
    await assert.rejects(probeOutput(dir), { code: 'output-unwritable', message: /is a file, not a folder/ });
    await assert.rejects(probeOutput(join(dir, 'x')), { code: 'output-unwritable', message: /is a file/ });
  });

  test('a place where nobody may write', async () => {
    await assert.rejects(probeOutput('/proc/threadmill'), { code: 'output-unwritable' });
  });

  test('a full disk', async (t) => {
    if ((await stat('/dev/full').catch(() => null)) === null) return t.skip('no /dev/full here');
    const folder = await RunFolder.create(await temporaryFolder(t), 'one');
    await assert.rejects(
      import('../../../src/store/output-errors.ts').then(({ writing }) =>
        writing(folder.path('x'), () => writeFile('/dev/full', 'x')),
      ),
      { code: 'output-full' },
    );
  });
});

describe('latest', () => {
  test('points at the newest run that exists', async (t) => {
    const outDir = await withRuns(t);
    await publishLatest(outDir, FIRST);
    assert.equal(await readlink(join(outDir, 'latest')), FIRST);
    await publishLatest(outDir, SECOND);
    await publishLatest(outDir, FIRST);
    assert.equal(await readLatest(outDir), SECOND);
    await rm(join(outDir, SECOND), { recursive: true });
    assert.equal(await readLatest(outDir), null);
    await publishLatest(outDir, FIRST);
    assert.equal(await readLatest(outDir), FIRST);
    assert.deepEqual((await readdir(outDir)).sort(), [FIRST, 'latest'].sort());
  });

  test('an older run that sets its link after a newer one was done sees that when it looks again', async (t) => {
    const outDir = await withRuns(t);
    // As if the newer run's link had come between the look of the older one and its own.
    await writeFile(join(outDir, SECOND, 'report.html'), 'done');
    await publishLatest(outDir, FIRST);
    assert.equal(await readLatest(outDir), SECOND);
  });

  test('may be a text file', async (t) => {
    const outDir = await withRuns(t);
    await writeFile(join(outDir, 'latest'), `${FIRST}\n`);
    assert.equal((await resolveRun(outDir, 'latest')).id, FIRST);
  });

  test("somebody's own folder of that name stays", async (t) => {
    const outDir = await withRuns(t);
    await mkdir(join(outDir, 'latest', 'precious'), { recursive: true });
    await assert.rejects(publishLatest(outDir, FIRST), { code: 'output-unwritable' });
    assert.deepEqual((await readdir(outDir)).sort(), [FIRST, SECOND, 'latest'].sort());
  });
});

describe('listRuns', () => {
  test('newest first, unreadable ones marked, all else ignored', async (t) => {
    const outDir = await withRuns(t);
    await mkdir(join(outDir, THIRD));
    await mkdir(join(outDir, 'notes'));
    await writeFile(join(outDir, 'index.html'), '');
    await symlink(FIRST, join(outDir, 'latest'));
    await RunFolder.open(join(outDir, FIRST)).writeText('report.html', 'x');
    const runs = await listRuns(outDir, (run) => run);
    assert.deepEqual(
      runs.map((run) => [run.id, run.record?.status ?? null, run.hasReport]),
      [
        [THIRD, null, false],
        [SECOND, 'completed', false],
        [FIRST, 'completed', true],
      ],
    );
    assert.match(runs[0]?.problem ?? '', /does not exist/);
  });

  test('a strange folder is an empty list', async (t) => {
    const file = join(await temporaryFolder(t), 'file');
    await writeFile(file, '');
    assert.deepEqual(
      [await listRuns(file, (run) => run), await listRuns('/does/not/exist', (run) => run)],
      [[], []],
    );
  });

  test('a killed run is shown as aborted, a live one as running', async (t) => {
    const outDir = await withRuns(t);
    const createdAt = new Date().toISOString();
    const dead = RunFolder.open(join(outDir, FIRST));
    const killed = { id: FIRST, status: 'running', pid: NO_PROCESS, createdAt, finishedAt: null } as const;
    await dead.writeRecord(sampleRecord(killed));
    const live = RunFolder.open(join(outDir, SECOND));
    await live.writeRecord(sampleRecord({ id: SECOND, status: 'running', createdAt }));
    const statuses = (await listRuns(outDir, (run) => run)).map((run) => [run.id, run.record?.status]);
    assert.deepEqual(Object.fromEntries(statuses), { [FIRST]: 'aborted', [SECOND]: 'running' });
    const later = Date.parse(createdAt) + 1;
    assert.deepEqual(await runsAtWorkSince(later, outDir, 'own'), [SECOND], 'it lives');
    assert.deepEqual(await runsAtWorkSince(later, outDir, SECOND), []);
    const earlier = Date.parse(createdAt) - 1;
    assert.deepEqual(await runsAtWorkSince(earlier, outDir, 'own'), [SECOND, FIRST], 'killed after that');
  });

  test('runs at work since a moment: those that ended later, whenever they began', async (t) => {
    const outDir = await withRuns(t);
    const span = (id: string, createdAt: string, finishedAt: string) =>
      RunFolder.open(join(outDir, id)).writeRecord(sampleRecord({ id, createdAt, finishedAt }));
    await span(FIRST, '2026-01-01T00:00:00.000Z', '2026-01-01T00:10:00.000Z');
    await span(SECOND, '2026-01-01T00:20:00.000Z', '2026-01-01T00:30:00.000Z');
    const since = (minute: string) => runsAtWorkSince(Date.parse(`2026-01-01T00:${minute}Z`), outDir, 'own');
    assert.deepEqual(await since('09:59'), [SECOND, FIRST]);
    assert.deepEqual(await since('10:01'), [SECOND]);
    assert.deepEqual(await since('25:00'), [SECOND]);
    assert.deepEqual(await since('30:01'), []);
  });

  test('a process id that was given away again', { skip: process.platform !== 'linux' }, () => {
    const record = { status: 'running' as const, pid: process.pid };
    assert.ok(isLive({ ...record, createdAt: new Date().toISOString() }));
    assert.ok(!isLive({ ...record, createdAt: '2020-01-01T00:00:00.000Z' }));
  });
});

describe('resolveRun', () => {
  test('id, prefix, path, latest, newest', async (t) => {
    const outDir = await withRuns(t);
    await publishLatest(outDir, FIRST);
    const idOf = async (name: string | undefined) => (await resolveRun(outDir, name)).id;
    assert.equal(await idOf(undefined), SECOND);
    assert.equal(await idOf('latest'), FIRST);
    assert.equal(await idOf(FIRST), FIRST);
    assert.equal(await idOf('20261122T0918'), SECOND);
    assert.equal(await idOf(join(outDir, FIRST)), FIRST);
    assert.equal(await idOf(join(outDir, 'latest')), FIRST);
  });

  test('none or several', async (t) => {
    const outDir = await withRuns(t);
    await assert.rejects(resolveRun(outDir, 'nope'), {
      code: 'run-not-found',
      message: `there is no run "nope" in ${outDir}`,
      advice: `The newest first: ${SECOND}, ${FIRST}.`,
    });
    await assert.rejects(resolveRun(outDir, '2026'), {
      code: 'run-not-found',
      message: '"2026" fits 2 runs',
    });
    await assert.rejects(resolveRun(join(outDir, 'x'), undefined), {
      code: 'run-not-found',
      advice: /bench/,
    });
  });

  test('runs that are there and can not be read are not said to be missing', async (t) => {
    const outDir = await withRuns(t);
    for (const id of [FIRST, SECOND]) await writeFile(join(outDir, id, 'run.json'), '{');
    await assert.rejects(resolveRun(outDir, undefined), {
      code: 'run-not-found',
      message: `no run can be read in ${outDir}`,
      advice: new RegExp(SECOND),
    });
  });

  test('a sweep is no run, and is not said to be missing', async (t) => {
    const outDir = await withRuns(t);
    const folder = join(outDir, '20261122T100000Z-sweep-abcd');
    await mkdir(folder);
    await writeFile(join(folder, 'sweep.json'), '{}');
    for (const name of [folder, '20261122T100000Z-sweep-abcd']) {
      await assert.rejects(resolveRun(outDir, name), {
        code: 'run-not-found',
        message: `${folder} is a sweep, not a run`,
        advice: /points\.$/,
      });
    }
  });

  test('a run with a link in it leads to nothing outside of its folder', async (t) => {
    const outDir = await withRuns(t);
    await mkdir(join(outDir, FIRST, 'workload'));
    await symlink('/etc/hostname', join(outDir, FIRST, 'workload', 'items.json'));
    for (const resolve of [
      () => resolveRun(outDir, FIRST),
      () => resolveReported(outDir, join(outDir, FIRST)),
    ]) {
      await assert.rejects(resolve, { code: 'run-unreadable', message: /items\.json is a symbolic link$/ });
    }
    assert.equal((await resolveRun(outDir, SECOND)).id, SECOND);
  });
});

test('writeIndex', async (t) => {
  const outDir = await temporaryFolder(t);
  await writeIndex(outDir, 'one');
  assert.equal(await readFile(await writeIndex(outDir, 'two'), 'utf8'), 'two');
});
