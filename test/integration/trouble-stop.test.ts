import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { link, open, readdir, readFile, readlink, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunRecord } from '../../src/core/documents/run-record.ts';
import { failedCount } from '../../src/core/outcomes.ts';
import { RunFolder } from '../../src/store/run-folder.ts';
import { SweepFolder } from '../../src/store/sweep-folder.ts';
import { assertNames } from '../support/assert-names.ts';
import { type CliOptions, CliRun, checkedRecord, WAITS_FOR_GO } from '../support/cli.ts';
import { sampleRecord } from '../support/sample-record.ts';

/** Jobs that take their time; `inRunner` runs when a runner loads it, but not when it is inspected. */
function slow(jobMs: number, inRunner = ''): CliOptions {
  const text = `
    import { writeFileSync } from 'node:fs';
    import { defineWorkload } from 'threadmill';
    if (process.argv[1]?.includes('runner')) { ${inRunner} }
    export default defineWorkload({
      name: 'slow',
      jobs: 4,
      run: () => new Promise((resolve) => setTimeout(() => resolve('done'), ${jobMs})),
    });`;
  return { files: { 'w.ts': text } };
}

const TRIALS_FOR_EVER: CliOptions = {
  files: {
    'w.ts': `
      import { writeFileSync } from 'node:fs';
      import { defineWorkload } from 'threadmill';
      const run = () => {
        writeFileSync(import.meta.dirname + '/blocked', '');
        for (;;);
      };
      export default defineWorkload({ name: 'trials', jobs: 4, run });`,
  },
};

const STOPS = [
  { how: 'Ctrl+C', code: 130, stop: (run: CliRun) => run.pressCtrlC() },
  { how: 'SIGTERM', code: 143, stop: (run: CliRun) => run.terminate() },
] as const;
const [CTRL_C, TERM] = STOPS;

const ONE = '--workload w.ts --variants event-loop --rounds 2 --warmup 1';

/** What a stopped run leaves once there is a run folder: a record that says so, a report, and nothing else. */
async function checkStopped(run: CliRun, code: number): Promise<RunRecord> {
  assert.equal(await run.ended, code, run.stderr);
  const record = await run.record();
  assert.deepEqual([record.status, record.exitCode, record.failure], ['aborted', code, null]);
  assert.ok(record.finishedAt !== null);
  assert.ok(record.variants.every(({ lostReason }) => lostReason === null));
  const folder = await run.folder();
  assertNames(run.complaint(), `profiles/${folder.id}`);
  assertNames(await readFile(folder.path('report.html'), 'utf8'), '<!doctype html>', `exit ${code}`);
  assert.equal(await readlink(join(run.outDir, 'latest')), folder.id);
  await run.leavesNothing();
  return record;
}

describe('stopped', { concurrency: 2 }, () => {
  for (const { how, code, stop } of STOPS) {
    test(`by ${how} while the workload is prepared: there is nothing to keep`, async (t) => {
      const run = await CliRun.start(t, 'bench --workload w.ts --json', {
        files: { 'w.ts': 'await new Promise((resolve) => setTimeout(resolve, 60_000));' },
      });
      await run.process('workload-inspector');
      stop(run);
      assert.equal(await run.ended, code);
      run.complaint();
      assert.equal(run.stdout, '');
      assert.deepEqual(await readdir(run.cwd), ['w.ts']);
      await run.leavesNothing();
    });
  }

  test('while the embedded server starts', async (t) => {
    // Should it have started before the signal comes, it is in its warm-up for long.
    const run = await CliRun.start(t, 'bench --variants event-loop --latency 20s');
    await run.said('start the embedded server');
    TERM.stop(run);
    const { variants } = await checkStopped(run, TERM.code);
    assert.deepEqual(variants[0]?.trials, []);
  });

  test('while a runner starts', async (t) => {
    const hang = slow(1, 'await new Promise((resolve) => setTimeout(resolve, 60_000));');
    const run = await CliRun.start(t, `bench ${ONE}`, hang);
    await run.process('--variant event-loop');
    CTRL_C.stop(run);
    const { variants } = await checkStopped(run, CTRL_C.code);
    assert.deepEqual(
      variants.map(({ state, warmups }) => [state, warmups]),
      [['pending', []]],
    );
  });

  test('in the warm-up', async (t) => {
    const run = await CliRun.start(t, `bench ${ONE}`, slow(20_000));
    await run.said('warm up');
    TERM.stop(run);
    const { variants } = await checkStopped(run, TERM.code);
    assert.deepEqual(variants[0]?.trials, []);
  });

  test('in a round: the trial says what it had in flight, earlier ones count', async (t) => {
    // Quick in the first round, and then very slow.
    const text = `
      import { defineWorkload } from 'threadmill';
      let runs = 0;
      export default defineWorkload({
        name: 'slower',
        jobs: 4,
        run: ({ position }) => new Promise((resolve) =>
          setTimeout(() => resolve(position === 0 ? process.pid : 'done'), ++runs <= 4 ? 1 : 20_000)),
      });`;
    const line = 'bench --workload w.ts --warmup 0 --rounds 2 --variants event-loop,worker-pool --workers 1';
    const run = await CliRun.start(t, line, { files: { 'w.ts': text } });
    await run.said('round 2 of 2');
    CTRL_C.stop(run);
    const { variants, warnings } = await checkStopped(run, CTRL_C.code);
    const [done, stopped] = [1, 2].map((round) =>
      variants.flatMap(({ trials }) => trials.filter((trial) => trial.round === round)),
    );
    assert.deepEqual(
      done?.map(({ outcomes }) => outcomes.ok),
      [4, 4],
    );
    for (const trial of stopped ?? []) {
      assert.deepEqual([trial.wallMs, trial.lost], [null, 'the run was stopped']);
      assert.equal(failedCount(trial.outcomes), trial.outcomes.aborted + trial.outcomes['not-started']);
    }
    assert.ok(variants.every(({ state, summary }) => state === 'ready' && summary?.trials === 1));
    // Of what was whole: one of the results is the id of whoever made it.
    const codes = warnings.map(({ code }) => code);
    assert.ok(codes.includes('responses-differ'), codes.join());
    assert.ok(!codes.includes('jobs-failed') && !codes.includes('too-few-rounds'), codes.join());
  });

  test('as JSON: one document, which says so', async (t) => {
    const run = await CliRun.start(t, `bench ${ONE} --json --verbose`, slow(20_000));
    await run.said(/variant started/);
    TERM.stop(run);
    assert.equal(await run.ended, 143);
    const record = checkedRecord(JSON.parse(run.stdout));
    assert.deepEqual([record.status, record.exitCode], ['aborted', 143]);
    await run.leavesNothing();
  });

  test('while a job blocks for ever: its runner is killed, which is not held against the variant', async (t) => {
    const run = await CliRun.start(t, `bench ${ONE}`, TRIALS_FOR_EVER);
    await run.file('blocked');
    CTRL_C.stop(run);
    const { variants } = await checkStopped(run, CTRL_C.code);
    assert.deepEqual([variants[0]?.state, variants[0]?.lostReason], ['ready', null]);
    for (const trial of variants[0]?.warmups ?? []) {
      const { aborted, 'not-started': waiting } = trial.outcomes;
      assert.deepEqual([aborted, waiting, trial.lost], [1, 3, 'the run was stopped']);
    }
  });

  for (const [capture, inside, { code, stop }] of [
    ['threads', '--once', CTRL_C],
    ['0x', '--once', TERM],
    ['clinic-doctor', '--once', CTRL_C],
  ] as const) {
    test(`in the capture ${capture}: its processes end, and the timings are kept`, async (t) => {
      const line = `profile --workload w.ts --variants event-loop --rounds 1 --warmup 0 --captures ${capture}`;
      const run = await CliRun.start(t, line, slow(50));
      await run.process(inside);
      stop(run);
      const { variants, artifacts } = await checkStopped(run, code);
      assert.deepEqual(
        variants[0]?.trials.map(({ outcomes }) => outcomes.ok),
        [4],
      );
      assert.equal(variants[0]?.summary?.trials, 1);
      assert.deepEqual(artifacts, []);
    });
  }

  test('in a capture, after rounds in which every job failed: each warning is there once', async (t) => {
    const text = `
      import { defineWorkload } from 'threadmill';
      const run = () => {
        if (!process.argv.includes('--once')) throw new Error('as always');
        return new Promise((resolve) => setTimeout(resolve, 60_000));
      };
      export default defineWorkload({ name: 'fails', jobs: 2, run });`;
    const line = 'profile --workload w.ts --variants event-loop --rounds 1 --warmup 0 --captures threads';
    const run = await CliRun.start(t, line, { files: { 'w.ts': text } });
    await run.process('--once');
    CTRL_C.stop(run);
    const { variants, warnings } = await checkStopped(run, CTRL_C.code);
    assert.equal(variants[0]?.summary, null);
    const codes = warnings.map(({ code }) => code);
    assert.ok(codes.includes('jobs-failed'), codes.join());
    assert.deepEqual([...new Set(codes)], codes);
  });

  test('while the report of a sweep is written', async (t) => {
    const line = 'sweep --workload w.ts --variants event-loop --rounds 1 --warmup 0 --concurrency 1,2';
    const run = await CliRun.start(t, line, WAITS_FOR_GO);
    await run.process('--variant event-loop');
    await stopWhileReporting(run);
    const [id = ''] = (await run.runs()).filter((name) => name.includes('-sweep-'));
    const record = await SweepFolder.open(join(run.outDir, id)).readRecord();
    assert.deepEqual([record.status, record.exitCode], ['completed', 130]);
    await run.leavesNothing();
  });

  test('while the report is written', async (t) => {
    const run = await CliRun.start(t, `bench ${ONE}`, WAITS_FOR_GO);
    await run.said('warm up');
    const id = (await run.folder()).id;
    await stopWhileReporting(run);
    assert.equal(await readlink(join(run.outDir, 'latest')), id);
    const folder = RunFolder.open(join(run.outDir, id));
    const record = await folder.readRecord();
    assert.deepEqual([record.status, record.exitCode], ['aborted', 130]);
    assert.equal(record.variants[0]?.summary?.trials, 2);
    await stat(folder.path('report.html'));
    await run.leavesNothing();
  });

  test('twice: the second time at once, and still nothing is left', async (t) => {
    const run = await CliRun.start(t, `bench ${ONE}`, TRIALS_FOR_EVER);
    await run.file('blocked');
    run.pressCtrlC();
    await run.said(/^stop$/m);
    // What comes sooner counts as the same press.
    await pause(120);
    run.terminate();
    assert.equal(await run.ended, 143, run.stderr);
    await run.allGone();
    await run.leavesNothing();
    assert.equal((await run.record()).status, 'running');
  });

  test('twice, in a capture that does not end when asked to', async (t) => {
    const line = 'profile --workload w.ts --variants event-loop --rounds 1 --warmup 0 --captures threads';
    const deaf = `
      process.on('SIGTERM', () => {});
      if (process.argv.includes('--once')) writeFileSync(import.meta.dirname + '/deaf', '');`;
    const run = await CliRun.start(t, line, slow(50, deaf));
    await run.file('deaf');
    run.pressCtrlC();
    await run.said(/^stop$/m);
    await pause(120);
    run.pressCtrlC();
    assert.equal(await run.ended, 130, run.stderr);
    await run.allGone();
    await run.leavesNothing();
  });
});

/** Ctrl+C while a page that lists all runs is being written. */
async function stopWhileReporting(run: CliRun): Promise<void> {
  const other = await RunThatCannotBeRead.make(run.outDir);
  await run.go();
  await run.said('write the report');
  CTRL_C.stop(run);
  await run.said(/^stop$/m);
  await other.letRead();
  assert.equal(await run.ended, CTRL_C.code, run.stderr);
}

/** A run whose record is a pipe: who lists all runs waits for it until it is let read. */
class RunThatCannotBeRead {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  static async make(outDir: string): Promise<RunThatCannotBeRead> {
    const id = '20250101T000000Z-0000';
    const folder = await RunFolder.create(outDir, id);
    await folder.writeRecord(sampleRecord({ id }));
    const file = folder.path('run.json');
    await rename(file, `${file}.whole`);
    assert.equal(spawnSync('mkfifo', [file]).status, 0);
    await link(file, `${file}.pipe`);
    return new RunThatCannotBeRead(file);
  }

  /** Whoever waits at the pipe comes to its end, whoever comes later finds the record. */
  async letRead(): Promise<void> {
    await rename(`${this.#file}.whole`, this.#file);
    // For reading and writing: that waits for nobody, should there be nobody yet.
    const pipe = await open(`${this.#file}.pipe`, 'r+');
    await pipe.close();
  }
}
