import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, relative } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { ExperimentRequest } from '../../src/core/documents/request.ts';
import type { CpuProfile } from '../../src/core/documents/v8-profiles.ts';
import { checkedOut, findBase } from '../../src/orchestrator/against/base-version.ts';
import { assertNames } from '../support/assert-names.ts';
import { type CliOptions, CliRun, checkedRecord } from '../support/cli.ts';
import { commandLines } from '../support/command-lines.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const WORKLOAD = `
import { defineWorkload } from 'threadmill';
import { waitMs, failsOf } from '../src/code.ts';
export default defineWorkload({
  name: 'waits',
  jobs: 4,
  run: async ({ position }) => {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    if (position % 4 < failsOf) throw new Error('as told');
    return position;
  },
});
`;
const code = (waitMs: number, failsOf = 0) =>
  `export const waitMs: number = ${waitMs};\nexport const failsOf: number = ${failsOf};\n`;

/** Ten times as long, and by more than a crowded machine adds to a trial: no noise hides that. */
const [QUICK, SLOW] = [code(10), code(100)];

/** A repository whose first commit is tagged `first`; `change` is what its files are now. */
async function project(
  t: TestContext,
  first: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string>> = {},
): Promise<string> {
  const root = await temporaryFolder(t);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'pipe' });
  const write = async (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text);
    }
  };
  await write({
    'bench/w.ts': WORKLOAD,
    'src/code.ts': QUICK,
    '.gitignore': 'profiles\nnode_modules\n',
    ...first,
  });
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '-m', 'first');
  git('tag', 'first');
  await write(change);
  return root;
}

/** Of every file besides run folders, the repository's own among them: its path, content and time of change. */
async function fingerprint(root: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }));
  for (const { entry, path } of paths.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const name = relative(root, path);
    if (name === 'profiles' || name.startsWith('profiles/')) continue;
    hash.update(`${name}\n`);
    if (entry.isSymbolicLink()) hash.update(await readlink(path));
    if (!entry.isFile()) continue;
    hash.update(`${(await stat(path)).mtimeMs}\n`);
    hash.update(await readFile(path));
  }
  const status = execFileSync('git', ['status', '--porcelain'], {
    cwd: root,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
  });
  return `${hash.digest('hex')} ${status.toString()}`;
}

const BENCH = 'bench --workload bench/w.ts --variants event-loop --concurrency 4 --no-trace --quiet';

/** Runs the command in a project, and checks that nothing in it is another than before and nothing is left elsewhere. */
async function against(
  t: TestContext,
  root: string,
  argv: readonly string[],
  options: CliOptions = {},
): Promise<{ readonly code: number | null; readonly run: CliRun }> {
  const before = await fingerprint(root);
  const cache = await temporaryFolder(t);
  const run = await CliRun.start(t, [...BENCH.split(' '), ...argv], {
    ...options,
    cwd: root,
    env: { XDG_CACHE_HOME: cache, ...options.env },
  });
  const ended = await run.ended;
  assert.equal(await fingerprint(root), before);
  await run.leavesNothing();
  return { code: ended, run };
}

test('a checkout whose index git cannot read counts as modified', async (t) => {
  const root = await project(t, {});
  const head = async () =>
    checkedOut({ workloadFile: join(root, 'bench/w.ts') }, new AbortController().signal);
  const clean = await head();
  assert.equal(clean?.modified, false);
  await writeFile(join(root, '.git/index'), 'broken');
  assert.deepEqual(await head(), { commit: clean.commit, modified: true });
});

test('the built-in workload under another Node: the base has no commit', async (t) => {
  const request = { workloadFile: null } as ExperimentRequest;
  const base = { what: null, node: process.execPath, env: {}, options: {} };
  const { version } = await findBase(request, base, await temporaryFolder(t), new AbortController().signal);
  assert.deepEqual([version.commit, version.modified], [null, null]);
});

const FAST = ['--max-time', '60s'];

const BURNING = `
import { defineWorkload } from 'threadmill';
import { parseRow } from '../src/code.ts';
export default defineWorkload({ name: 'burns', jobs: 4, run: async ({ position }) => parseRow(position) });
`;
const burning = (steps: number) => `export function parseRow(sum: number): number {
  for (let i = 0; i < ${steps}; i++) sum = (sum * 31 + i) % 1_000_003;
  return sum;
}
`;

/** Every relative link of these pages leads to a file. */
async function assertLinksLead(...pages: readonly string[]): Promise<void> {
  for (const page of pages) {
    const links = [...(await readFile(page, 'utf8')).matchAll(/href="([^"#:]+)[^":]*"/g)].map(
      ([, to]) => to!,
    );
    assert.ok(links.length > 0);
    for (const link of links) await stat(join(dirname(page), decodeURIComponent(link)));
  }
}

describe('bench --against', { concurrency: 2 }, () => {
  test('git:<ref>: a wall ten times as long fails the gate, and run.json says between which commits', async (t) => {
    const root = await project(t, {}, { 'src/code.ts': SLOW });
    const argv = ['--against', 'git:first', '--fail-if', 'regression > 20%', ...FAST, '--json'];
    const { code, run } = await against(t, root, argv);
    assert.equal(code, 99, run.stderr);
    const record = checkedRecord(JSON.parse(run.stdout));
    const { against: found, comparedWith, gates, rounds } = record;
    assert.equal(rounds.endedBy, 'decided');
    assert.deepEqual([found?.base.label, found?.base.modified], ['git:first', false]);
    assert.match(found?.base.commit ?? '', /^[0-9a-f]{40}$/);
    assert.deepEqual([found?.change.commit, found?.change.modified], [found?.base.commit, true]);
    assert.deepEqual(record.git, { commit: found?.base.commit, modified: true });
    assert.deepEqual([comparedWith?.paired, comparedWith?.before.id], [true, `${record.id}-base`]);
    const change = comparedWith?.variants[0]?.change;
    assert.equal(change?.verdict, 'increased');
    assert.ok(change?.ratio != null && change.ratio.low > 1.2);
    assert.equal(gates[0]?.outcome, 'failed');
    const judged = found?.variants[0];
    assert.equal(judged?.wall.baseAgain.length, rounds.completed);
    assert.ok(judged?.wall.noiseFloor !== null);
    const folder = await run.folder();
    for (const name of ['base', 'base-again']) {
      const version = checkedRecord(JSON.parse(await readFile(folder.path(name, 'run.json'), 'utf8')));
      assert.equal(version.rounds.completed, rounds.completed);
      assert.equal(version.variants[0]?.trials.length, rounds.completed);
    }
    // The versions of a round take turns in an order that is drawn anew.
    const orders = record.variants[0]!.trials.map(({ order }) => order);
    assert.ok(new Set(orders).size > 1, String(orders));
    assert.match(await readFile(folder.path('report.html'), 'utf8'), /git:first/);
  });

  test('another file: a wall a tenth as long passes; Markdown has the verdict and the command that repeats it', async (t) => {
    const root = await project(t, {
      'src/slow.ts': SLOW,
      'bench/slow.ts': WORKLOAD.replace('code.ts', 'slow.ts'),
    });
    const argv = ['--against', 'bench/slow.ts', '--fail-if', 'regression > 20%', ...FAST, '--markdown'];
    const { code, run } = await against(t, root, argv);
    assert.equal(code, 0, run.stderr);
    assert.match(run.stdout, /^\*\*✓ .*bench\/slow\.ts/);
    assert.match(run.stdout, /`threadmill bench --workload bench\/w\.ts .*--against bench\/slow\.ts/);
  });

  test('a folder: the same workload within another checkout; the terminal keeps to 25 lines of 80 columns', async (t) => {
    const root = await project(t, {});
    const other = await project(t, { 'src/code.ts': SLOW });
    const { code, run } = await against(t, root, [
      '--against',
      other,
      '--fail-if',
      'regression > 20%',
      ...FAST,
    ]);
    assert.equal(code, 0, run.stderr);
    const record = await run.record();
    assert.equal(record.against?.base.packages, 'own');
    assert.equal(record.comparedWith?.variants[0]?.change.verdict, 'decreased');
    const lines = run.stdout.trimEnd().split('\n');
    assert.ok(lines.length <= 25, run.stdout);
  });

  test('one version under two settings: the base has its own option and variable', async (t) => {
    const root = await project(t, {
      'src/code.ts': `export const waitMs = Number(process.env.WAIT_MS ?? 10);\nexport const failsOf = 0;\n`,
    });
    const settings = ['--against-option', 'concurrency=2', '--against-env', 'WAIT_MS=60'];
    const argv = [...settings, '--against-node', process.execPath, '--rounds', '1', '--json'];
    const { run } = await against(t, root, argv);
    const record = checkedRecord(JSON.parse(run.stdout));
    assert.deepEqual(
      record.against?.base.settings.map(({ name }) => name),
      ['--concurrency', 'node', 'WAIT_MS'],
    );
    const base = JSON.parse(await readFile((await run.folder()).path('base', 'run.json'), 'utf8'));
    assert.deepEqual([base.spec.concurrency, record.spec.concurrency], [2, 4]);
    // Four jobs of 60 ms, two at once.
    assert.ok(base.variants[0].trials[0].wallMs > 100);
  });

  test('--profile: both versions are profiled in turns, and run.json names the function that takes longer', async (t) => {
    const root = await project(
      t,
      { 'bench/w.ts': BURNING, 'src/code.ts': burning(200_000) },
      { 'src/code.ts': burning(600_000) },
    );
    const { run } = await against(t, root, [
      '--against',
      'git:first',
      '--profile',
      '--rounds',
      '1',
      '--json',
    ]);
    const record = checkedRecord(JSON.parse(run.stdout));
    const [found] = record.against?.functions ?? [];
    assert.deepEqual([found?.name, found?.place, found?.perJob], ['parseRow', 'src/code.ts:1', true]);
    assert.ok(found !== undefined && found.changeUs > found.noiseUs && (found.share ?? 0) > 0.5);
    const folder = await run.folder();
    assert.deepEqual((await run.record()).against?.functions, record.against?.functions);
    const [change, base] = await Promise.all(
      ['', 'base'].map(async (version) => {
        const file = folder.path(version, 'event-loop', 'threads', 'thread-0.cpuprofile');
        return JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
      }),
    );
    // One after the other, the later would begin when the earlier has ended.
    assert.ok(base!.startTime < change!.endTime && change!.startTime < base!.endTime);
    // The base is a run as well; drawing it leaves the run around it readable.
    const lines = [`profiles/${record.id}/base`, record.id].map((name) => ['report', name, '--no-open']);
    for (const { code: ended, stderr } of await commandLines(lines, root)) assert.equal(ended, 0, stderr);
    await assertLinksLead(folder.path('base', 'report.html'), folder.path('report.html'));
  });

  test('a ref that does not exist: one error that names it and those there are, and nothing is kept', async (t) => {
    const root = await project(t, {});
    const { code, run } = await against(t, root, ['--against', 'git:frist']);
    assert.equal(code, 1);
    assertNames(run.complaint(), '--against git:frist', 'first');
    assert.deepEqual(await run.runs(), []);
  });

  test('a base whose workload does not load: the error names the base and the file', async (t) => {
    const root = await project(
      t,
      { 'src/code.ts': 'throw new Error("not yet");\n' },
      { 'src/code.ts': QUICK },
    );
    const { code, run } = await against(t, root, ['--against', 'git:first']);
    assert.equal(code, 1);
    assertNames(run.complaint(), 'the base (git:first)', 'bench/w.ts', ': not yet');
    assert.deepEqual(await run.runs(), []);
  });

  test('half of the jobs of the base fail: undecidable, and exit code 4', async (t) => {
    const root = await project(t, { 'src/code.ts': code(10, 2) }, { 'src/code.ts': QUICK });
    const { code: ended, run } = await against(t, root, ['--against', 'git:first', '--json', ...FAST]);
    assert.equal(ended, 4, run.stderr);
    const record = checkedRecord(JSON.parse(run.stdout));
    assert.equal(record.rounds.endedBy, 'undecidable');
    assert.deepEqual(
      [...new Set(record.gates.flatMap(({ variants }) => variants.map(({ reason }) => reason)))],
      ['jobs-failed'],
    );
  });

  test('Ctrl+C in the middle of the rounds: 130, and no temporary folder and no process is left', async (t) => {
    const root = await project(t, {}, { 'src/code.ts': SLOW });
    const before = await fingerprint(root);
    const argv = BENCH.replace(' --quiet', '').split(' ');
    const run = await CliRun.start(t, [...argv, '--against', 'git:first', '--rounds', '500'], { cwd: root });
    await run.said(/round 2/);
    run.pressCtrlC();
    assert.equal(await run.ended, 130, run.stderr);
    assert.equal((await run.record()).status, 'aborted');
    assert.equal(await fingerprint(root), before);
    await run.leavesNothing();
  });
});

test('Ctrl+C while both versions are profiled: 130, and no temporary folder and no process is left', async (t) => {
  const root = await project(t, {}, { 'src/code.ts': SLOW });
  const before = await fingerprint(root);
  const argv = BENCH.replace(' --quiet', '').split(' ');
  const options = ['--against', 'git:first', '--rounds', '1', '--profile'];
  const run = await CliRun.start(t, [...argv, ...options], { cwd: root });
  await run.said(/profile 1 of 1/);
  run.pressCtrlC();
  assert.equal(await run.ended, 130, run.stderr);
  assert.equal((await run.record()).status, 'aborted');
  assert.equal(await fingerprint(root), before);
  await run.leavesNothing();
});

/** Stands in for npm: installs a package, counts how often it was called, and fails or waits where told to. */
async function fakeNpm(
  t: TestContext,
  act = '',
): Promise<{ readonly env: Record<string, string>; calls(): Promise<number> }> {
  const folder = await temporaryFolder(t);
  const log = join(folder, 'calls');
  await writeFile(log, '');
  await writeFile(
    join(folder, 'npm'),
    `#!/bin/sh\necho "$*" >> ${log}\n${act}\nmkdir -p node_modules/dep\necho '{"name":"dep","main":"i.js"}' > node_modules/dep/package.json\necho 'module.exports = 60;' > node_modules/dep/i.js\n`,
  );
  await chmod(join(folder, 'npm'), 0o755);
  return {
    env: { PATH: `${folder}${delimiter}${process.env.PATH}` },
    calls: async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '').length,
  };
}

const WITH_DEP = {
  'src/code.ts': `import dep from 'dep';\nexport const waitMs: number = dep;\nexport const failsOf = 0;\n`,
  'package.json': '{"dependencies":{"dep":"*"}}\n',
};
const DEP_HERE = {
  'node_modules/dep/package.json': '{"name":"dep","main":"i.js"}\n',
  'node_modules/dep/i.js': 'module.exports = 5;\n',
};

describe('packages of the base', { concurrency: 2 }, () => {
  test('the same lockfile: those of the checkout, and nothing is installed', async (t) => {
    const npm = await fakeNpm(t, 'exit 1');
    const root = await project(t, { ...WITH_DEP, 'package-lock.json': '{"v":1}\n' }, DEP_HERE);
    const { run } = await against(t, root, ['--against', 'git:first', '--rounds', '1', '--json'], {
      env: npm.env,
    });
    assert.equal(checkedRecord(JSON.parse(run.stdout)).against?.base.packages, 'linked');
    assert.equal(await npm.calls(), 0);
  });

  test('another lockfile: installed by it, once for each commit', async (t) => {
    const npm = await fakeNpm(t);
    const root = await project(
      t,
      { ...WITH_DEP, 'package-lock.json': '{"v":1}\n' },
      { ...DEP_HERE, 'package-lock.json': '{"v":2}\n' },
    );
    const env = { ...npm.env, XDG_CACHE_HOME: await temporaryFolder(t) };
    for (let time = 0; time < 2; time++) {
      const { run } = await against(t, root, ['--against', 'git:first', '--rounds', '1', '--json'], { env });
      const record = checkedRecord(JSON.parse(run.stdout));
      assert.equal(record.against?.base.packages, 'installed');
      // The base waits for the 60 ms of the package that was installed, the change for the 5 ms of its own.
      const folder = `${record.out}/${record.id}/base/run.json`;
      const base = checkedRecord(JSON.parse(await readFile(join(root, folder), 'utf8')));
      assert.ok(base.variants[0]!.trials[0]!.wallMs! >= 59);
    }
    assert.equal(await npm.calls(), 1);
  });

  test('an installation that fails: its last words, and nothing is left in the cache', async (t) => {
    const npm = await fakeNpm(t, 'echo "no such package" >&2; exit 3');
    const root = await project(
      t,
      { ...WITH_DEP, 'package-lock.json': '{"v":1}\n' },
      { ...DEP_HERE, 'package-lock.json': '{"v":2}\n' },
    );
    const env = { ...npm.env, XDG_CACHE_HOME: await temporaryFolder(t) };
    const { code, run } = await against(t, root, ['--against', 'git:first'], { env });
    assert.equal(code, 1);
    assertNames(run.complaint(), '`npm ci --no-audit --no-fund`', 'exit code 3', 'no such package');
    assert.deepEqual(await readdir(join(env.XDG_CACHE_HOME, 'threadmill', 'versions')), []);
  });

  test('Ctrl+C while it installs: nothing is left of the installation', async (t) => {
    const marker = join(await temporaryFolder(t), 'installing');
    const npm = await fakeNpm(t, `echo > ${marker}; sleep 600`);
    const root = await project(
      t,
      { ...WITH_DEP, 'package-lock.json': '{"v":1}\n' },
      { ...DEP_HERE, 'package-lock.json': '{"v":2}\n' },
    );
    const env = { ...npm.env, XDG_CACHE_HOME: await temporaryFolder(t) };
    const before = await fingerprint(root);
    const run = await CliRun.start(t, [...BENCH.split(' '), '--against', 'git:first'], { cwd: root, env });
    while ((await stat(marker).catch(() => null)) === null)
      await new Promise((resolve) => setTimeout(resolve, 50));
    run.pressCtrlC();
    assert.equal(await run.ended, 130, run.stderr);
    assert.deepEqual(await readdir(join(env.XDG_CACHE_HOME, 'threadmill', 'versions')), []);
    assert.equal(await fingerprint(root), before);
    await run.leavesNothing();
  });
});
