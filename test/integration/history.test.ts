import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { historySchema } from '../../src/core/documents/history.ts';
import { RunFolder } from '../../src/store/run-folder.ts';
import { CliRun } from '../support/cli.ts';
import { dailyRuns } from '../support/history-runs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HOSTILE = 'x</style><script>alert(1)</script>\u001b[2J';

/** A folder with `profiles/` of 14 runs, in the last five of which the wall is 20% longer. */
async function project(t: TestContext, name = 'orders'): Promise<string> {
  const root = await temporaryFolder(t);
  const outDir = join(root, 'profiles');
  await mkdir(outDir);
  for (const record of dailyRuns(14, (run) => ({ wall: run < 9 ? 100 : 120, cpu: 40 }))) {
    const folder = await RunFolder.create(outDir, record.id);
    record.spec.workload.name = name;
    await folder.writeRecord(record);
    await folder.writeText('report.html', 'x');
  }
  return root;
}

async function run(t: TestContext, cwd: string, ...argv: string[]) {
  const started = await CliRun.start(t, argv, { cwd });
  return { code: await started.ended, stdout: started.stdout, stderr: started.stderr };
}

describe('threadmill history', () => {
  test('says what changed in 25 lines of 80 columns, and writes a page whose links lead to files', async (t) => {
    const root = await project(t);
    const { code, stdout, stderr } = await run(t, root, 'history');
    assert.equal(code, 0, stderr);
    const lines = stdout.trimEnd().split('\n');
    assert.ok(lines.length <= 25, stdout);
    assert.match(stdout, /▲ .*event-loop \+(?:19|20)\.\d%.* CI .*0000000000 \(2026-10-10/);
    assert.match(stdout, /event-loop +\d+ ms +▁{9}█{5}/);
    const page = join(root, 'profiles', 'history.html');
    const html = await readFile(page, 'utf8');
    const links = [...html.matchAll(/href="([^"#:]+)"/g)].map(([, to]) => to!);
    assert.equal(links.filter((to) => to.endsWith('report.html')).length, 14);
    await run(t, root, 'report', '--no-open');
    for (const link of links) await stat(join(dirname(page), decodeURIComponent(link)));
    assert.match(await readFile(join(root, 'profiles', 'index.html'), 'utf8'), /href="history\.html"/);
  });

  test('--json follows its schema; --csv has a line for each run and quantity; neither writes a page', async (t) => {
    const root = await project(t);
    const json = await run(t, root, 'history', '--json');
    const [series] = historySchema.parse(JSON.parse(json.stdout)).series;
    assert.deepEqual(
      series?.lines.map(({ quantity, changes }) => [quantity, changes.map(({ at }) => at)]),
      [
        ['wall', [9]],
        ['cpu', []],
      ],
    );
    const csv = await run(t, root, 'history', 'ord', '--csv');
    assert.equal(csv.stdout.trimEnd().split('\r\n').length, 1 + 2 * 14);
    assert.equal((await readdir(join(root, 'profiles'))).includes('history.html'), false);
  });

  test('no run, no such workload, and somebody else’s history.html: told, and nothing is written over', async (t) => {
    const root = await project(t);
    assert.equal((await run(t, root, 'history', '--out', 'none')).code, 0);
    assert.equal((await run(t, root, 'history', 'nothing-like-it')).code, 1);
    await writeFile(join(root, 'profiles', 'history.html'), 'mine');
    const { code, stderr } = await run(t, root, 'history');
    assert.equal(code, 1);
    assert.match(stderr, /history\.html/);
    assert.equal(await readFile(join(root, 'profiles', 'history.html'), 'utf8'), 'mine');
  });

  test('a hostile name of a workload is text in the terminal, the page and the CSV', async (t) => {
    const root = await project(t, HOSTILE);
    const { stdout } = await run(t, root, 'history');
    assert.equal(stdout.includes('\u001b'), false);
    assert.doesNotMatch(await readFile(join(root, 'profiles', 'history.html'), 'utf8'), /<script>alert/);
  });
});

describe('threadmill prune', () => {
  test('--dry-run deletes nothing; without it the oldest go, and the list of runs and latest know', async (t) => {
    const root = await project(t);
    const outDir = join(root, 'profiles');
    await run(t, root, 'report', '--no-open');
    const before = await readdir(outDir);
    const dry = await run(t, root, 'prune', '--keep', '10', '--dry-run');
    assert.deepEqual([dry.code, await readdir(outDir)], [0, before]);
    const { code, stdout } = await run(t, root, 'prune', '--keep', '10');
    assert.equal(code, 0);
    assert.equal(stdout.replace('Deleted', 'Would delete').replace(' freed', ''), dry.stdout);
    const ids = before.filter((name) => name.startsWith('2026')).sort();
    assert.deepEqual((await readdir(outDir)).filter((name) => name.startsWith('2026')).sort(), ids.slice(4));
    const index = await readFile(join(outDir, 'index.html'), 'utf8');
    assert.deepEqual([index.includes(ids[3]!), index.includes(ids[4]!)], [false, true]);
    await stat(join(outDir, 'latest', 'run.json'));
  });

  test('without --keep: wrong usage, and nothing is deleted', async (t) => {
    const root = await project(t);
    const before = await readdir(join(root, 'profiles'));
    assert.equal((await run(t, root, 'prune')).code, 1);
    assert.equal((await run(t, root, 'prune', '--keep', '0')).code, 1);
    assert.deepEqual(await readdir(join(root, 'profiles')), before);
  });
});
