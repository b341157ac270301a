import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { RunRecord } from '../../../src/core/documents/run-record.ts';
import { outputError } from '../../../src/store/output-errors.ts';
import { RunFolder } from '../../../src/store/run-folder.ts';
import { newRunId, RUN_ID_PATTERN, timeOfRunId } from '../../../src/store/run-id.ts';
import { assertNames } from '../../support/assert-names.ts';
import { sampleRecord } from '../../support/sample-record.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('run ids', () => {
  test('hold the time in UTC and a random part', () => {
    const id = newRunId(new Date('2026-11-22T09:17:00.987Z'));
    assert.match(id, /^20261122T091700Z-[0-9a-z]{4}$/);
    assert.match(id, RUN_ID_PATTERN);
    assert.equal(timeOfRunId(id), Date.parse('2026-11-22T09:17:00Z'));
    assert.equal(timeOfRunId('latest'), null);
  });

  test('sort by time', () => {
    const ids = ['2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z', '2026-10-01T00:00:00Z'].map((time) =>
      newRunId(new Date(time)),
    );
    assert.deepEqual(ids.toSorted(), ids);
  });
});

describe('RunFolder', () => {
  test('writes and reads the record', async (t) => {
    const outDir = join(await temporaryFolder(t), 'not', 'yet');
    const folder = await RunFolder.create(outDir, 'one');
    await folder.writeRecord(sampleRecord());
    assert.deepEqual(await folder.readRecord(), sampleRecord());
    assert.deepEqual([folder.id, folder.outDir], ['one', outDir]);
    assert.deepEqual(await readdir(folder.dir), ['run.json']);
    await assert.rejects(RunFolder.create(outDir, 'one'), { code: 'output-unwritable' });
  });

  test('an invalid record is refused and the old one stays', async (t) => {
    const folder = await RunFolder.create(await temporaryFolder(t), 'one');
    await folder.writeRecord(sampleRecord());
    const broken = { ...sampleRecord(), status: 'odd' } as unknown as RunRecord;
    await assert.rejects(folder.writeRecord(broken), { code: 'internal' });
    assert.equal((await folder.readRecord()).status, 'completed');
  });

  test('writes that overlap leave a whole record', async (t) => {
    const folder = await RunFolder.create(await temporaryFolder(t), 'one');
    await Promise.all(Array.from({ length: 20 }, (_, pid) => folder.writeRecord(sampleRecord({ pid }))));
    assert.ok((await folder.readRecord()).pid < 20);
    assert.deepEqual(await readdir(folder.dir), ['run.json']);
  });

  test('says why a record cannot be read', async (t) => {
    const folder = await RunFolder.create(await temporaryFolder(t), 'one');
    const cases: readonly (readonly [string | null, RegExp])[] = [
      [null, /no such file/],
      ['{"half', /not JSON/],
      ['[]', /not a valid record/],
      ['null', /not a valid record \(Invalid/],
      ['{"schemaVersion":1}', /schemaVersion is 1/],
      ['{"schemaVersion":7}', /schemaVersion is 7/],
    ];
    for (const [text, message] of cases) {
      if (text !== null) await writeFile(folder.path('run.json'), text);
      await assert.rejects(folder.readRecord(), { code: 'run-unreadable', message });
    }
    await rm(folder.path('run.json'));
    execFileSync('mkfifo', [folder.path('run.json')]);
    await assert.rejects(folder.readRecord(), {
      code: 'run-unreadable',
      message: /run\.json: it is not a file$/,
    });
  });

  test('no path leads out', async (t) => {
    const folder = await RunFolder.create(await temporaryFolder(t), 'one');
    for (const path of ['..', '../two/x', 'a/../../x', '..\0']) {
      await assert.rejects(folder.writeText(path, 'x'), path);
    }
    assert.throws(() => folder.path('../one-more'), { code: 'internal' });
    assert.equal(folder.path('a/../b'), join(folder.dir, 'b'));
    assert.equal(folder.path('..b'), join(folder.dir, '..b'));
  });

  test('adopts files and folders', async (t) => {
    const outside = await temporaryFolder(t);
    const folder = await RunFolder.create(await temporaryFolder(t), 'one');
    await mkdir(join(outside, 'made', 'deep'), { recursive: true });
    await writeFile(join(outside, 'made', 'deep', 'x.html'), 'x');
    await folder.adopt(join(outside, 'made'), 'sequential/0x');
    assert.equal(await readFile(folder.path('sequential/0x/deep/x.html'), 'utf8'), 'x');
    assert.deepEqual(await readdir(outside), []);
    await assert.rejects(folder.adopt(join(outside, 'gone'), 'y'), {
      code: 'output-unwritable',
      message: /y/,
    });
  });

  test('adopts from another file system', async (t) => {
    const elsewhere = '/dev/shm';
    const dir = await temporaryFolder(t);
    const other = await stat(elsewhere).catch(() => null);
    if (other === null || other.dev === (await stat(dir)).dev)
      return t.skip('there is no second file system');
    const from = join(elsewhere, `threadmill-test-${process.pid}`);
    await mkdir(from);
    await writeFile(join(from, 'x'), 'x');
    const folder = await RunFolder.create(dir, 'one');
    await folder.adopt(from, 'kept');
    assert.deepEqual([await readdir(folder.path('kept')), await readdir(folder.dir)], [['x'], ['kept']]);
    await assert.rejects(stat(from), { code: 'ENOENT' });
  });

  test('removes itself', async (t) => {
    const outDir = await temporaryFolder(t);
    const folder = await RunFolder.create(outDir, 'one');
    await folder.writeText('a/b', 'x');
    await folder.remove();
    assert.deepEqual(await readdir(outDir), []);
  });

  test('a folder that became read-only', {
    skip: process.getuid?.() === 0 && 'root may write anywhere',
  }, async (t) => {
    const folder = await RunFolder.create(await temporaryFolder(t), 'one');
    await chmod(folder.dir, 0o500);
    t.after(() => chmod(folder.dir, 0o700));
    await assert.rejects(folder.writeRecord(sampleRecord()), {
      code: 'output-unwritable',
      message: /run\.json/,
    });
  });
});

test('errors of the file system become errors for people', () => {
  const thrown = (code: string) => Object.assign(new Error(`${code}: x`), { code });
  for (const code of ['ENOSPC', 'EDQUOT']) {
    const error = outputError(thrown(code), '/out/x');
    assert.equal(error.code, 'output-full');
    assertNames(error.message, 'full', '/out/x');
  }
  const readOnly = outputError(thrown('EROFS'), '/out/x');
  assert.equal(readOnly.code, 'output-unwritable');
  assertNames(readOnly.message, '/out/x', 'read-only');
  assert.equal(outputError(readOnly, '/other'), readOnly);
  assertNames(outputError('odd', '/out/x').message, '/out/x', ': odd');
});
