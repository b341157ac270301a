import assert from 'node:assert/strict';
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type SweepRecord, sweepRecordSchema } from '../../src/core/documents/sweep-record.ts';
import { reasonText } from '../../src/core/reasons.ts';
import { SweepFolder } from '../../src/store/sweep-folder.ts';
import { assertNames } from '../support/assert-names.ts';
import { type CliOptions, CliRun } from '../support/cli.ts';
import { commandLines } from '../support/command-lines.ts';

const TINY =
  'sweep --concurrency 2,4 --variants event-loop,worker-pool --workers 1 --latency 2 --jobs 16 --rounds 2 --warmup 0';

async function sweepsOf(run: CliRun): Promise<SweepFolder[]> {
  const names = (await run.runs()).filter((name) => name.includes('-sweep-'));
  return names.map((name) => SweepFolder.open(join(run.outDir, name)));
}

async function onlySweep(run: CliRun): Promise<{ folder: SweepFolder; record: SweepRecord }> {
  const [folder, ...more] = await sweepsOf(run);
  assert.ok(folder !== undefined && more.length === 0, run.stderr);
  return { folder, record: await folder.readRecord() };
}

const measured = ({ points }: SweepRecord) => points.filter(({ result }) => result !== null);

describe('a sweep', { concurrency: 2 }, () => {
  test('measures every point, and leaves its record, its report and a run for each', async (t) => {
    const run = await CliRun.start(t, TINY);
    assert.equal(await run.ended, 0, run.stderr);
    const { folder, record } = await onlySweep(run);
    assert.deepEqual([record.status, record.exitCode], ['completed', 0]);
    assert.deepEqual(record.points.map(({ key }) => key).sort(), ['concurrency-2', 'concurrency-4']);
    assert.deepEqual((await readdir(folder.dir)).sort(), ['points', 'report.html', 'sweep.json']);
    assert.deepEqual((await readdir(folder.pointsDir)).sort(), [
      'concurrency-2',
      'concurrency-4',
      'index.html',
    ]);
    for (const { key, at, result } of record.points) {
      assert.ok(result !== null);
      const dir = join(folder.dir, result.path);
      const own = JSON.parse(await readFile(join(dir, 'run.json'), 'utf8'));
      assert.deepEqual([own.id, own.spec.concurrency, own.spec.jobs], [result.runId, at[0], 16], key);
      assert.match(own.commandLine, new RegExp(`^threadmill bench --jobs 16 --concurrency ${at[0]} `));
      assert.match(await readFile(join(dir, 'report.html'), 'utf8'), /^<!doctype html>/i);
      for (const { name, trials, throughput } of result.variants) {
        assert.equal(trials, 2, name);
        assert.ok(throughput !== null && throughput.low > 0, name);
      }
    }
    assert.equal(await readlink(join(run.outDir, 'latest')), folder.id);
    assert.ok((await readFile(join(run.outDir, 'index.html'), 'utf8')).includes(`${folder.id}/report.html`));
    assert.match(run.summary, /at concurrency \d/);
    await run.leavesNothing();

    // Everything that is shown comes from the folder alone.
    const drawn = await readFile(folder.path('report.html'), 'utf8');
    const names = [[], ['latest'], [folder.id.slice(0, 16)], [folder.dir]];
    const point = join(folder.dir, 'points', 'concurrency-2');
    // A point is a run like any other.
    const lines = [...names, [point]].map((name) => ['report', ...name, '--no-open']);
    const ended = await commandLines(lines, run.cwd);
    assert.deepEqual(
      ended.map(({ code }) => code),
      lines.map(() => 0),
    );
    for (const { stdout } of ended.slice(0, names.length)) {
      assert.equal(stdout, `profiles/${folder.id}/report.html\n`);
    }
    assert.equal(await readFile(folder.path('report.html'), 'utf8'), drawn);
  });

  test('an axis that the workload does not look at is warned of', async (t) => {
    const text = `
      import { defineWorkload } from 'threadmill';
      export default defineWorkload({ name: 'deaf', jobs: 4, run: async () => 1 });`;
    const line =
      'sweep --workload w.ts --cpu 1,2 --variants event-loop --concurrency 2 --rounds 1 --warmup 0 --json';
    const run = await CliRun.start(t, line, { files: { 'w.ts': text } });
    assert.equal(await run.ended, 0, run.stderr);
    const record = sweepRecordSchema.parse(JSON.parse(run.stdout));
    assert.deepEqual(
      record.warnings.map(({ code }) => code),
      ['axis-unused'],
    );
    assert.ok(record.cpuIterationsPerMs > 0);
    for (const { result } of record.points) assert.equal(result?.variants[0]?.failedJobs, 0);
  });

  test('failed jobs are kept, marked, and make the exit code 2', async (t) => {
    const text = `
      import { defineWorkload } from 'threadmill';
      export default defineWorkload({
        name: 'odd',
        jobs: 12,
        run: async ({ position }, { thread }) => {
          if (position === 3 && thread > 0) throw new Error('no');
          return position;
        },
      });`;
    const line =
      'sweep --details --workload w.ts --concurrency 2,3 --variants event-loop,worker-pool --workers 1 --rounds 2 --warmup 0';
    const run = await CliRun.start(t, line, { files: { 'w.ts': text } });
    assert.equal(await run.ended, 2, run.stderr);
    const { folder, record } = await onlySweep(run);
    assert.deepEqual([record.status, record.exitCode], ['completed', 2]);
    for (const { result } of record.points) {
      assert.deepEqual(
        result?.variants.map(({ failedJobs }) => failedJobs),
        [0, 2],
      );
    }
    const [panel] = record.analysis?.panels ?? [];
    assert.deepEqual(
      panel?.curves.map(({ points }) => points.map(({ excluded }) => excluded)),
      [
        [null, null],
        ['jobs-failed', 'jobs-failed'],
      ],
    );
    assert.ok(record.analysis?.cells.every(({ state }) => state === 'unknown'));
    assertNames(run.summary, `worker-pool at concurrency 2 (${reasonText('jobs-failed')})`);
    assertNames(await readFile(folder.path('report.html'), 'utf8'), reasonText('jobs-failed'));
  });
});

/**
 * One runner for each point, which counts itself. From the second on its jobs take very long, until somebody
 * has put the file `quick` beside it.
 */
const HOLDS: CliOptions = {
  files: {
    'w.ts': `
      import { existsSync, readdirSync, writeFileSync } from 'node:fs';
      import { defineWorkload } from 'threadmill';
      const here = import.meta.dirname;
      let jobMs = 1;
      if (process.argv[1]?.includes('runner')) {
        const number = readdirSync(here).filter((name) => name.startsWith('runner-')).length + 1;
        if (number > 1 && !existsSync(here + '/quick')) jobMs = 30_000;
        writeFileSync(here + '/runner-' + number, '');
      }
      export default defineWorkload({
        name: 'holds',
        jobs: 12,
        run: () => new Promise((resolve) => setTimeout(() => resolve('done'), jobMs)),
      });`,
  },
};
const HELD = 'sweep --workload w.ts --variants event-loop --concurrency 1,2,3 --rounds 1 --warmup 0';

async function stoppedAfterOne(run: CliRun): Promise<SweepRecord> {
  const { record } = await onlySweep(run);
  assert.equal(measured(record).length, 1);
  assert.deepEqual(
    record.points.map(({ result }) => result !== null),
    [true, false, false],
    'points are measured in the order of the record',
  );
  return record;
}

/** The same command once more: what had been measured is kept as it was. */
async function checkResumed(before: SweepRecord, run: CliRun, warnings: string[] = []): Promise<void> {
  assert.equal(await run.ended, 0, run.stderr);
  assertNames(run.stderr, `profiles/${before.id}`, '1 of 3 points');
  assert.equal((await sweepsOf(run)).length, 2, 'it and the one beside it');
  const folder = SweepFolder.open(join(run.outDir, before.id));
  const record = await folder.readRecord();
  assert.equal(record.status, 'completed');
  assert.equal(measured(record).length, 3);
  assert.deepEqual(record.points[0], before.points[0]);
  assert.deepEqual(
    record.sessions.map((session) => session.measured),
    [1, 2],
  );
  assert.deepEqual(
    record.points.map(({ result }) => result?.session),
    [0, 1, 1],
  );
  assert.deepEqual(
    record.warnings.map(({ code }) => code),
    warnings,
  );
  const names = await readdir(folder.pointsDir);
  assert.deepEqual(
    names.filter((name) => /^\d{8}T/.test(name)),
    [],
    'what was cut off is gone',
  );
}

describe('an interrupted sweep', { concurrency: 2 }, () => {
  test('Ctrl+C keeps what is measured; --fresh begins anew, and the same command goes on', async (t) => {
    const run = await CliRun.start(t, HELD, HOLDS);
    await run.file('runner-2');
    const other = await CliRun.start(t, HELD, { cwd: run.cwd });
    assert.equal(await other.ended, 1);
    assertNames(other.complaint(), `process ${run.child.pid}`, '-sweep-');
    run.pressCtrlC();
    assert.equal(await run.ended, 130);
    assertNames(run.complaint(), '2 of 3 points');
    await run.leavesNothing();
    const before = await stoppedAfterOne(run);
    assert.deepEqual([before.status, before.exitCode], ['stopped', 130]);
    const folder = SweepFolder.open(join(run.outDir, before.id));
    assertNames(await readFile(folder.path('report.html'), 'utf8'), '<div class="banner warning"');

    await writeFile(join(run.cwd, 'quick'), '');
    const fresh = await CliRun.start(t, `${HELD} --fresh --json`, { cwd: run.cwd });
    assert.equal(await fresh.ended, 0, fresh.stderr);
    const anew = sweepRecordSchema.parse(JSON.parse(fresh.stdout));
    assert.deepEqual([anew.status, measured(anew).length], ['completed', 3]);
    assert.notEqual(anew.id, before.id);
    assert.equal(anew.digest, before.digest);
    assert.deepEqual(
      anew.points.map(({ key }) => key),
      before.points.map(({ key }) => key),
      'the same seed, the same order',
    );
    assert.deepEqual(await folder.readRecord(), before, 'what was stopped is left as it was');
    // The newest of these is completed: the command goes on with the one that is not.
    await checkResumed(before, await CliRun.start(t, HELD, { cwd: run.cwd }));
  });

  test('SIGKILL leaves the last whole record, to go on from; another plan is another sweep', async (t) => {
    const run = await CliRun.start(t, HELD, HOLDS);
    await run.file('runner-2');
    process.kill(run.child.pid!, 'SIGKILL');
    assert.equal(await run.ended, null);
    await run.allGone();
    const before = await stoppedAfterOne(run);
    assert.equal(before.status, 'running');

    const drawn = await CliRun.start(t, 'report --no-open', { cwd: run.cwd });
    assert.equal(await drawn.ended, 0, drawn.stderr);
    const after = await stoppedAfterOne(run);
    assert.equal(after.status, 'stopped');

    await writeFile(join(run.cwd, 'quick'), '');
    const differing = await CliRun.start(t, `${HELD} --seed 2`, { cwd: run.cwd });
    assert.equal(await differing.ended, 0, differing.stderr);
    assert.ok(!differing.stderr.includes(before.id), 'it does not go on with the other');
    assert.equal((await sweepsOf(run)).length, 2);
    // As if it had been begun with another Node.
    const folder = SweepFolder.open(join(run.outDir, before.id));
    const moved = await folder.readRecord();
    moved.sessions[0]!.environment.node = '18.0.0';
    await folder.writeRecord(moved);
    const again = await CliRun.start(t, `${HELD} --details`, { cwd: run.cwd });
    await checkResumed(before, again, ['environment-changed']);
    assert.match(again.summary, /Node 18\.0\.0, now \d+/);
  });
});
