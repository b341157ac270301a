import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { noOutcomes } from '../../src/core/outcomes.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun, variantOf } from '../support/cli.ts';

/** In the runners of some variants every job waits, and a file says that it does; in others it is quick. */
function waitsIn(...variants: readonly string[]): { files: Record<string, string> } {
  return {
    files: {
      'w.ts': `
        import { readFileSync, writeFileSync } from 'node:fs';
        import { defineWorkload } from 'threadmill';
        // In a worker thread process.argv is another.
        const argv = readFileSync('/proc/self/cmdline', 'utf8').split('\\0');
        const variant = ${JSON.stringify(variants)}.find((name) => argv.includes(name));
        export default defineWorkload({
          name: 'waits',
          jobs: 6,
          run: async () => {
            if (variant !== undefined) {
              writeFileSync(import.meta.dirname + '/' + variant, '');
              await new Promise((resolve) => setTimeout(resolve, 25_000));
            }
            return 'done';
          },
        });`,
    },
  };
}

const TRIALS_FOR_EVER = {
  files: {
    'w.ts': `
      import { writeFileSync } from 'node:fs';
      import { defineWorkload } from 'threadmill';
      const run = () => {
        writeFileSync(import.meta.dirname + '/blocked', '');
        for (;;);
      };
      export default defineWorkload({ name: 'trials', jobs: 2, run });`,
  },
};

const WITHOUT_WARMUP = 'bench --details --workload w.ts --warmup 0 --rounds 2 --no-trace';

describe('killed with SIGKILL', { concurrency: 2 }, () => {
  test('runners in the middle of a trial: those variants are lost, the others go on', async (t) => {
    const line = `${WITHOUT_WARMUP} --variants sequential,event-loop,worker-pool`;
    const run = await CliRun.start(t, line, waitsIn('event-loop', 'worker-pool'));
    for (const name of ['event-loop', 'worker-pool']) {
      await run.file(name);
      process.kill(await run.process(`--variant ${name} `), 'SIGKILL');
    }
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    assert.deepEqual([record.status, record.exitCode], ['completed', 2]);
    for (const name of ['event-loop', 'worker-pool']) {
      const { state, lostReason, trials } = variantOf(record, name);
      assert.deepEqual([state, lostReason], ['lost', 'was killed by SIGKILL']);
      assert.equal(trials.length, 1);
      const [{ outcomes, lost, wallMs }] = trials as [(typeof trials)[0]];
      assert.deepEqual([lost?.split(';')[0], wallMs], ['was killed by SIGKILL', null]);
      const { 'worker-crashed': crashed, 'not-started': never } = outcomes;
      assert.deepEqual(outcomes, { ...noOutcomes(), 'worker-crashed': crashed, 'not-started': never });
      assert.equal(crashed + never, 6);
      assert.ok(crashed >= 1, 'the job that said that it runs was written before it ran');
      assertNames(run.summary, new RegExp(`${name}: [^:]* SIGKILL`));
      assertNames(run.stderr, new RegExp(`^${name}: .*lost`, 'm'));
    }
    const { state, trials } = variantOf(record, 'sequential');
    assert.deepEqual([state, trials.map(({ outcomes }) => outcomes.ok)], ['ready', [6, 6]]);
    await run.leavesNothing();
  });

  test('a runner before it is ready: one message, and a record that says so', async (t) => {
    const text = `
      if (process.argv[1]?.includes('runner')) await new Promise((resolve) => setTimeout(resolve, 25_000));
      import { defineWorkload } from 'threadmill';
      export default defineWorkload({ name: 'slow to load', jobs: 2, run: () => 1 });`;
    const run = await CliRun.start(t, `${WITHOUT_WARMUP} --variants sequential`, { files: { 'w.ts': text } });
    process.kill(await run.process('--variant sequential '), 'SIGKILL');
    assert.equal(await run.ended, 1, run.stderr);
    assertNames(run.complaint(), 'sequential', 'SIGKILL');
    const { status, exitCode, failure } = await run.record();
    assert.deepEqual([status, exitCode, failure?.code], ['failed', 1, 'runner-lost']);
    await stat((await run.folder()).path('report.html'));
    await run.leavesNothing();
  });

  test('the orchestrator in a round: runners and server end, and the run is listed as aborted', async (t) => {
    const run = await CliRun.start(
      t,
      'bench --jobs 8 --latency 2s --rounds 2 --warmup 0 --variants event-loop,worker-pool',
    );
    await run.said('round 1 of 2');
    run.child.kill('SIGKILL');
    assert.equal(await run.ended, null);
    await run.allGone();
    assert.equal((await run.record()).status, 'running');
    assert.deepEqual(await readdir(run.temporary), []);

    const report = await CliRun.start(t, 'report --no-open', { cwd: run.cwd });
    assert.equal(await report.ended, 0, report.stderr);
    assert.equal((await run.record()).status, 'aborted');
    const index = await readFile(join(run.outDir, 'index.html'), 'utf8');
    assert.match(index, new RegExp(`${(await run.folder()).id}[\\s\\S]*aborted`));
  });

  test('the orchestrator in the traced pass: no hidden file stays in the run folder', async (t) => {
    const run = await CliRun.start(
      t,
      'bench --jobs 4 --latency 2s --rounds 1 --warmup 0 --variants event-loop',
    );
    await run.said(/trace/);
    const { dir } = await run.folder();
    const hidden = async () =>
      (await readdir(dir, { recursive: true })).filter((path) => basename(path).startsWith('.'));
    while (!(await hidden()).some((path) => path.endsWith('.trace.bin'))) {
      assert.ok(run.child.exitCode === null, run.stderr);
      await pause(5);
    }
    run.child.kill('SIGKILL');
    assert.equal(await run.ended, null);
    await run.allGone();
    assert.deepEqual(await hidden(), []);
    assert.equal((await run.record()).variants[0]?.trials.length, 1);
  });

  test('the orchestrator while a job blocks for ever', async (t) => {
    const run = await CliRun.start(t, `${WITHOUT_WARMUP} --variants event-loop`, TRIALS_FOR_EVER);
    await run.file('blocked');
    run.child.kill('SIGKILL');
    assert.equal(await run.ended, null);
    await run.allGone();
    assert.deepEqual(await readdir(run.temporary), []);
  });

  test('the orchestrator while the workload blocks when it is loaded', async (t) => {
    const run = await CliRun.start(t, WITHOUT_WARMUP, { files: { 'w.ts': 'for (;;) {}' } });
    await run.process('workload-inspector');
    run.child.kill('SIGKILL');
    assert.equal(await run.ended, null);
    await run.allGone();
    assert.deepEqual(await readdir(run.temporary), []);
    assert.deepEqual(await readdir(run.outDir), []);
  });

  for (const capture of ['0x', 'clinic-flame', 'threads']) {
    test(`the orchestrator in the capture ${capture}: the tool and what it runs end`, async (t) => {
      const line = `profile --warmup 0 --rounds 1 --no-trace --variants worker-pool --jobs 4 --latency 10 --captures ${capture}`;
      const run = await CliRun.start(t, line);
      await run.process('--once');
      run.child.kill('SIGKILL');
      assert.equal(await run.ended, null);
      await run.allGone();
      assert.deepEqual(await readdir(run.temporary), []);
      assert.equal((await run.record()).variants[0]?.trials.length, 1);
    });
  }
});
