import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { runRecordSchema } from '../../src/core/documents/run-record.ts';
import { RunFolder } from '../../src/store/run-folder.ts';
import { assertNames } from '../support/assert-names.ts';
import { CLI } from '../support/compiled.ts';
import { sampleRecord } from '../support/sample-record.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const QUICK =
  '--jobs 4 --concurrency 4 --latency 5 --rounds 1 --warmup 0 --variants sequential,event-loop'.split(' ');

/** Above the largest process id that Linux gives. */
const NO_PROCESS = 2 ** 30;

interface Started {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
}

function start(t: TestContext, argv: readonly string[], cwd: string): Started {
  const { FORCE_COLOR, ...environment } = process.env;
  const child = spawn(process.execPath, [CLI, ...argv], {
    cwd,
    env: { ...environment, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 600_000,
  });
  t.after(() => child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += chunk));
  child.stderr.on('data', (chunk) => (output.stderr += chunk));
  return { child, output, ended: once(child, 'close').then(([code]) => code as number | null) };
}

/** Resolves when stderr has said `text`. */
async function said({ child, output }: Started, text: string): Promise<void> {
  while (!output.stderr.includes(text)) {
    assert.equal(child.exitCode, null, output.stderr);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function onlyRun(outDir: string): Promise<RunFolder> {
  const names = (await readdir(outDir)).filter((name) => /^\d{8}T/.test(name));
  assert.equal(names.length, 1, names.join());
  return RunFolder.open(join(outDir, names[0] ?? ''));
}

describe('a run', { concurrency: 2 }, () => {
  test('--json: one document on stdout, and the folder that it describes', async (t) => {
    const cwd = await temporaryFolder(t);
    const run = start(t, ['bench', ...QUICK, '--json'], cwd);
    assert.equal(await run.ended, 0, run.output.stderr);
    assert.equal(run.output.stderr, '');
    const record = runRecordSchema.parse(JSON.parse(run.output.stdout));
    assert.deepEqual([record.status, record.exitCode], ['completed', 0]);
    const folder = await onlyRun(join(cwd, 'profiles'));
    assert.deepEqual(await folder.readRecord(), record);
    assert.deepEqual(
      (await readdir(join(cwd, 'profiles'))).sort(),
      [folder.id, 'index.html', 'latest'].sort(),
    );
    assert.equal(await readlink(join(cwd, 'profiles', 'latest')), folder.id);
    assert.match(await readFile(folder.path('report.html'), 'utf8'), /^<!doctype html>/i);
    assert.ok((await readFile(join(cwd, 'profiles', 'index.html'), 'utf8')).includes(folder.id));
    assert.deepEqual(await readdir(cwd), ['profiles']);
  });

  test('--quiet: the summary and nothing else', async (t) => {
    const cwd = await temporaryFolder(t);
    const run = start(t, ['bench', ...QUICK, '--no-trace', '--quiet', '--out', 'o'], cwd);
    assert.equal(await run.ended, 0, run.output.stderr);
    assert.equal(run.output.stderr, '');
    assert.match(run.output.stdout, /\nReport +o\/\d{8}T\d{6}Z-\w+\/report\.html\n/);
    // What the page says to type finds the run from here.
    const folder = await onlyRun(join(cwd, 'o'));
    const page = await readFile(folder.path('report.html'), 'utf8');
    const command = /data-text="threadmill (export \S+ --format csv-trials)"/.exec(page)?.[1];
    assert.ok(command !== undefined);
    const again = start(t, command.split(' '), cwd);
    assert.equal(await again.ended, 0, again.output.stderr);
    assert.equal(again.output.stdout, `${folder.id}.trials.csv\n`);
  });

  test('--verbose: the logs on stderr, without secrets', async (t) => {
    const cwd = await temporaryFolder(t);
    const run = start(t, ['bench', ...QUICK, '--no-trace', '--verbose', '--out', 'o'], cwd);
    assert.equal(await run.ended, 0, run.output.stderr);
    assert.match(run.output.stderr, /INFO: orchestrator · run started/);
    assert.match(run.output.stderr, /INFO: runner event-loop · /);
  });

  test('--no-trace: no traced pass; a reader that goes away does not break the run', async (t) => {
    const cwd = await temporaryFolder(t);
    const run = start(t, ['bench', ...QUICK, '--no-trace'], cwd);
    run.child.stdout?.destroy();
    run.child.stderr?.destroy();
    assert.equal(await run.ended, 0);
    const folder = await onlyRun(join(cwd, 'profiles'));
    const { status, variants } = await folder.readRecord();
    assert.equal(status, 'completed');
    // --no-trace: no figures of a traced pass, and no rows.
    for (const { name, trace } of variants) assert.equal(trace, null, name);
    const jobs = variants.flatMap(({ name }) => [`${name}.bin`, `${name}.json`]);
    assert.deepEqual((await readdir(folder.path('jobs'))).sort(), jobs.sort());
  });
});

// test/integration/trouble-stop.test.ts has the same of SIGINT and SIGTERM.
test('SIGHUP leaves a readable record marked aborted, and a report', async (t) => {
  const cwd = await temporaryFolder(t);
  const slow = '--latency 300ms --jobs 20 --rounds 5 --variants sequential'.split(' ');
  const run = start(t, ['bench', ...slow], cwd);
  await said(run, 'warm up');
  run.child.kill('SIGHUP');
  assert.equal(await run.ended, 129, run.output.stderr);
  const folder = await onlyRun(join(cwd, 'profiles'));
  const record = await folder.readRecord();
  assert.deepEqual([record.status, record.exitCode], ['aborted', 129]);
  await stat(folder.path('report.html'));
});

describe('report', () => {
  test('draws the newest run again and says where it is', async (t) => {
    const cwd = await temporaryFolder(t);
    const folder = await RunFolder.create(join(cwd, 'profiles'), '20261122T091700Z-x7k2');
    await folder.writeRecord(sampleRecord());
    const run = start(t, ['report'], cwd);
    assert.equal(await run.ended, 0, run.output.stderr);
    assert.equal(run.output.stdout, 'profiles/20261122T091700Z-x7k2/report.html\n');
    await stat(folder.path('report.html'));
    const again = start(t, ['report', '20261122', '--no-open'], cwd);
    assert.equal(await again.ended, 0, again.output.stderr);
  });

  test('marks a run that was killed', async (t) => {
    const cwd = await temporaryFolder(t);
    const folder = await RunFolder.create(join(cwd, 'profiles'), '20261122T091700Z-x7k2');
    await folder.writeRecord(
      sampleRecord({ status: 'running', pid: NO_PROCESS, exitCode: null, finishedAt: null }),
    );
    assert.equal(await start(t, ['report', 'latest'], cwd).ended, 0);
    assert.equal((await folder.readRecord()).status, 'aborted');
  });

  test('a run that cannot be read', async (t) => {
    const cwd = await temporaryFolder(t);
    await mkdir(join(cwd, 'profiles', '20261122T091700Z-x7k2'), { recursive: true });
    await writeFile(join(cwd, 'profiles', '20261122T091700Z-x7k2', 'run.json'), '{"half');
    const run = start(t, ['report', '20261122'], cwd);
    assert.equal(await run.ended, 1);
    assertNames(run.output.stderr, /^threadmill: .*run\.json: .*JSON\n/);
    await rm(join(cwd, 'profiles'), { recursive: true });
  });
});

test('serve answers until it is stopped', async (t) => {
  const cwd = await temporaryFolder(t);
  const run = start(t, ['serve', '--latency', '1ms'], cwd);
  while (!run.output.stdout.includes('Ctrl+C')) {
    assert.equal(run.child.exitCode, null, run.output.stderr);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const url = /listening on (\S+)/.exec(run.output.stdout)?.[1];
  assert.ok(url !== undefined);
  assert.equal((await fetch(`${url}/api/users/1`)).status, 200);
  run.child.kill('SIGINT');
  assert.equal(await run.ended, 0);
});

test('serve --host: on all addresses it warns, and each address that it prints answers', async (t) => {
  const cwd = await temporaryFolder(t);
  for (const [host, warns] of [
    ['0.0.0.0', true],
    ['localhost', false],
  ] as const) {
    const run = start(t, ['serve', '--host', host], cwd);
    while (!run.output.stdout.includes('Ctrl+C')) {
      assert.equal(run.child.exitCode, null, run.output.stderr);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const urls = run.output.stdout.match(/http:\S+/g) ?? [];
    assert.ok(urls.length > 0);
    for (const url of urls) assert.equal((await fetch(`${url}/health`)).status, 200, url);
    run.child.kill('SIGINT');
    assert.equal(await run.ended, 0);
    if (warns) assertNames(run.output.stderr, /^Warning: .*other machines/);
    else assert.equal(run.output.stderr, '');
  }
});
