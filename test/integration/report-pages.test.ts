import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { reportComparison } from '../../src/cli/report-comparison.ts';
import { reportProfiles } from '../../src/cli/report-profiles.ts';
import type { RunRecord } from '../../src/core/documents/run-record.ts';
import { RunFolder } from '../../src/store/run-folder.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun } from '../support/cli.ts';
import { recordOfWalls, steady } from '../support/record-of-walls.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function report(
  t: TestContext,
  cwd: string,
  argv: readonly string[],
): Promise<{ code: number | null; run: CliRun }> {
  const run = await CliRun.start(t, ['report', ...argv], { cwd });
  return { code: await run.ended, run };
}

async function refused(t: TestContext, cwd: string, argv: readonly string[]): Promise<string> {
  const before = (await readdir(cwd)).sort();
  const { code, run } = await report(t, cwd, argv);
  assert.deepEqual([code, run.stdout], [1, ''], run.stderr);
  assert.deepEqual((await readdir(cwd)).sort(), before, 'nothing is written');
  return run.complaint();
}

/** Has a function that is busy and one that is not, and waits in between. */
const PROGRAM = `
const wait = () => new Promise((resolve) => setTimeout(resolve, 5));
function countUp(rounds) {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum = (sum * 31 + i) % 1000003;
  return sum;
}
for (let i = 0; i < Number(process.argv[2]); i++) {
  countUp(3e6);
  await wait();
}
`;

/** Profiles by Node itself, of the same program for 10 and for 30 rounds. */
async function profiled(t: TestContext): Promise<string> {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'program.mjs'), PROGRAM);
  for (const [name, rounds] of [
    ['few', '10'],
    ['many', '30'],
  ] as const) {
    const argv = ['--cpu-prof', `--cpu-prof-name=${name}.cpuprofile`, 'program.mjs', rounds];
    const { status, stderr } = spawnSync(process.execPath, argv, { cwd, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }
  return cwd;
}

test('profiles that Node made', async (t) => {
  const cwd = await profiled(t);

  await t.test('one: the page lies here, and is drawn again to the same bytes', async (t) => {
    const { code, run } = await report(t, cwd, ['--cpuprofile', 'many.cpuprofile']);
    assert.deepEqual([code, run.stdout, run.stderr], [0, 'many.html\n', '']);
    const page = await readFile(join(cwd, 'many.html'), 'utf8');
    // Which one depends on how busy the machine was as the profile was made.
    assert.match(page, /<code class="code">[a-z-]+<\/code>/);
    assert.match(page, /countUp<small>program\.mjs:3/);
    assert.match(page, /threadmill report --cpuprofile many\.cpuprofile/);
    assert.equal((await report(t, cwd, ['--cpuprofile', 'many.cpuprofile'])).code, 0);
    assert.equal(await readFile(join(cwd, 'many.html'), 'utf8'), page);
  });

  await t.test('two: what differs, per job where that is known', async (t) => {
    const argv = ['--cpuprofile', 'few.cpuprofile', 'many.cpuprofile', '--no-open', '--jobs', '10,30'];
    const { code, run } = await report(t, cwd, [...argv, '--output', 'out/']);
    assert.deepEqual([code, run.stdout], [0, 'out/few-many.html\n'], run.stderr);
    const page = await readFile(join(cwd, 'out', 'few-many.html'), 'utf8');
    assertNames(page, /\bA [^<]*10 jobs [^<]*\bB [^<]*30 jobs/);
    assert.match(page, /data-island="diff" data-id="[\w-]+" data-a="a" data-b="b"/);
  });

  await t.test('a file that is no such page stays, unless that is asked for', async (t) => {
    await writeFile(join(cwd, 'few.html'), '<p>mine</p>');
    assertNames(await refused(t, cwd, ['--cpuprofile', 'few.cpuprofile']), 'few.html', '--force');
    assert.equal(await readFile(join(cwd, 'few.html'), 'utf8'), '<p>mine</p>');
    const { code, run } = await report(t, cwd, ['--cpuprofile', 'few.cpuprofile', '--force']);
    assert.equal(code, 0, run.stderr);
    assert.match(await readFile(join(cwd, 'few.html'), 'utf8'), /countUp/);
  });

  await t.test('what can not be drawn is one message, and leaves nothing', async (t) => {
    const whole = await readFile(join(cwd, 'few.cpuprofile'), 'utf8');
    await writeFile(join(cwd, 'half.cpuprofile'), whole.slice(0, Math.floor(whole.length / 2)));
    const said = await refused(t, cwd, ['--cpuprofile', 'few.cpuprofile', 'half.cpuprofile']);
    assertNames(said, 'half.cpuprofile', 'ends early');
  });

  await t.test('nor what makes no sense', async () => {
    const [few, many, gone] = ['few', 'many', 'gone'].map((name) => join(cwd, `${name}.cpuprofile`)) as [
      string,
      string,
      string,
    ];
    const place = { output: join(cwd, 'never.html'), force: false };
    const draw = (files: readonly string[], jobs: readonly number[] | null = null) =>
      reportProfiles(files, jobs, place, false);
    await assert.rejects(draw([few, few]), { message: /is given twice$/ });
    await assert.rejects(draw([few, many, few]), { message: /is given twice$/ });
    await assert.rejects(draw([gone]), { message: `there is no file ${gone}` });
    await assert.rejects(draw([few, many], [1, 2, 3]), { message: '--jobs: 3 numbers for two' });
    await assert.rejects(stat(place.output), { code: 'ENOENT' });
  });
});

test('profiles that Node made of each thread: one page, in which an idle worker of a pool waits', async (t) => {
  const cwd = await temporaryFolder(t);
  const piscina = import.meta.resolve('piscina');
  await writeFile(
    join(cwd, 'task.mjs'),
    'export default (n) => { let s = 0; for (let i = 0; i < n; i++) s += Math.sqrt(i); return s; };',
  );
  await writeFile(
    join(cwd, 'pool.mjs'),
    `
    import piscina from ${JSON.stringify(piscina)};
    const filename = new URL('task.mjs', import.meta.url).href;
    const pool = new piscina.Piscina({ filename, minThreads: 2, maxThreads: 2 });
    await pool.run(1e6);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await pool.run(1e6);
    await pool.close();
    `,
  );
  const argv = ['--cpu-prof', '--cpu-prof-dir=prof', 'pool.mjs'];
  const { status, stderr } = spawnSync(process.execPath, argv, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const { code, run } = await report(t, cwd, ['--cpuprofile', 'prof']);
  assert.deepEqual([code, run.stdout, run.stderr], [0, 'prof.html\n', '']);
  const page = await readFile(join(cwd, 'prof.html'), 'utf8');
  assert.ok(page.includes('data-island="timeline"') && page.includes('data-island="flame"'));
  for (const label of ['main thread', 'worker 1', 'worker 2']) assert.ok(page.includes(label), label);
  assert.doesNotMatch(page, /<th scope="row">atomicsWaitLoop/, 'it has no time of its own');
});

const FIRST = '20261122T091700Z-aaaa';
const SECOND = '20261122T101700Z-bbbb';

function record(id: string, wallMs: number, over: Partial<RunRecord> = {}): RunRecord {
  const made = recordOfWalls({ sequential: steady(1_000), 'event-loop': steady(wallMs) }, { id, ...over });
  return { ...made, spec: { ...made.spec, runId: id } };
}

async function twoRuns(t: TestContext): Promise<string> {
  const cwd = await temporaryFolder(t);
  const environment = { ...record(FIRST, 100).environment, node: 'v22.1.0' };
  for (const made of [record(FIRST, 100), record(SECOND, 130, { environment })]) {
    const folder = await RunFolder.create(join(cwd, 'profiles'), made.id);
    await folder.writeRecord(made);
  }
  return cwd;
}

describe('two runs in one page', () => {
  test('lie beside their folders, with the same words as compare', async (t) => {
    const cwd = await twoRuns(t);
    const name = `compare-${FIRST}-${SECOND}.html`;
    const { code, run } = await report(t, cwd, ['--compare', FIRST.slice(0, 11), 'latest']);
    assert.deepEqual([code, run.stdout], [0, `profiles/${name}\n`], run.stderr);
    const page = await readFile(join(cwd, 'profiles', name), 'utf8');
    const compared = await CliRun.start(t, ['compare', FIRST, SECOND], { cwd });
    assert.equal(await compared.ended, 3, compared.stderr);
    const [said = ''] = /\+30\.0% \(95% CI .*? to [^)]*/.exec(compared.summary) ?? [];
    assert.notEqual(said, '', compared.summary);
    assert.ok(page.replace(/<[^>]*>/g, '').includes(said), said);
    const [verdict, differs, figures] = ['<h1', 'v22.1.0', 'id="walls"'].map((part) => page.indexOf(part));
    assert.ok(verdict! < differs! && differs! < figures!, 'what differs stands between verdict and figures');
    const index = await readFile(join(cwd, 'profiles/index.html'), 'utf8');
    assert.ok(index.includes(`<a href="${name}">${FIRST} → ${SECOND}</a>`), 'the list of runs leads to it');

    await t.test('drawn again, it is the same', async (t) => {
      assert.equal((await report(t, cwd, ['--compare', FIRST, SECOND])).code, 0);
      assert.equal(await readFile(join(cwd, 'profiles', name), 'utf8'), page);
    });

    await t.test('is no run', async (t) => {
      const newest = await report(t, cwd, []);
      assert.deepEqual([newest.code, newest.run.stdout], [0, `profiles/${SECOND}/report.html\n`]);
    });
  });

  test('of different work are refused, as are one run, and three', async (t) => {
    const cwd = await twoRuns(t);
    const other = record('20261122T111700Z-cccc', 100);
    const folder = await RunFolder.create(join(cwd, 'profiles'), other.id);
    await folder.writeRecord({ ...other, spec: { ...other.spec, jobs: 7 } });
    const said = await refused(t, cwd, ['--compare', FIRST, other.id]);
    assertNames(said, /jobs [^;]*\d+ and 7/);
    const draw = (...names: string[]) =>
      reportComparison(join(cwd, 'profiles'), names, { output: null, force: false }, false);
    await assert.rejects(draw(FIRST, FIRST), { code: 'usage', message: new RegExp(FIRST) });
    await assert.rejects(draw(FIRST), { code: 'usage', message: /^--compare: .*\b1$/ });
    await assert.rejects(draw(FIRST, SECOND, other.id), { code: 'usage', message: /^--compare: .*\b3$/ });
    await assert.rejects(draw(FIRST, 'nowhere'), { code: 'run-not-found' });
    const names = await readdir(join(cwd, 'profiles'));
    assert.deepEqual(
      names.filter((name) => name.endsWith('.html')),
      [],
    );
  });
});
