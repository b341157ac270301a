import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { TrialRecord } from '../../src/core/documents/run-record.ts';
import { PARTIAL_NOTE } from '../../src/core/labels.ts';
import { noOutcomes, OUTCOMES, type Outcome } from '../../src/core/outcomes.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun, variantOf } from '../support/cli.ts';

const JOBS = 12;

/** A workload of which one job, or each of some, does as it is named; the others work a little. */
function workload(...deeds: readonly string[]): string {
  return `
    import { threadId } from 'node:worker_threads';
    import { defineWorkload } from 'threadmill';
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const hoard: unknown[] = [];
    const deeds: Record<string, () => unknown> = {
      calm: () => pause(1).then(() => 'calm'),
      'throws at once': () => { throw new RangeError('out of order'); },
      rejects: async () => { await pause(1); throw Object.assign(new Error('no such user'), { code: 'E_USER' }); },
      'throws no error': () => { throw { reason: 7 }; },
      'never ends': () => new Promise(() => {}),
      exits: () => process.exit(0),
      'throws in a timer': () => { setTimeout(() => { throw new Error('too late to catch'); }); return new Promise(() => {}); },
      'fills the memory': () => { for (;;) hoard.push(new Array(100_000).fill(Math.random())); },
      // As an endless loop does, but takes no CPU from the others.
      'blocks for ever': () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
      'tells its thread': () => \`thread \${threadId > 0 ? 'of a pool' : 'main'}\`,
    };
    const names = ${JSON.stringify(deeds)};
    export default defineWorkload({
      name: 'trouble',
      jobs: Array.from({ length: ${JOBS} }, (_, index) => names[index] ?? 'calm'),
      jobName: (name) => name,
      run: ({ input }) => deeds[input]!(),
    });`;
}

const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=80' };
const TRIALS = '--workload w.ts --warmup 0 --concurrency 4 --workers 2 --seed 3';

function start(t: Parameters<typeof CliRun.start>[0], line: string, deeds: readonly string[], env = {}) {
  return CliRun.start(t, `bench ${TRIALS} ${line}`, { files: { 'w.ts': workload(...deeds) }, env });
}

function outcomes(counts: Partial<Record<Outcome, number>>) {
  return { ...noOutcomes(), ...counts };
}

/** The names of outcomes other than these that a trial has. */
function others(trial: TrialRecord | undefined, ...known: Outcome[]): Outcome[] {
  return OUTCOMES.filter((outcome) => !known.includes(outcome) && (trial?.outcomes[outcome] ?? 0) > 0);
}

describe('jobs that go wrong', { concurrency: 2 }, () => {
  test('throw, reject, throw what is no error, never end: a row each, and nothing else stops', async (t) => {
    const deeds = ['throws at once', 'rejects', 'throws no error', 'never ends'];
    const run = await start(t, '--details --timeout 2500 --rounds 1 --no-trace', deeds);
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    assert.deepEqual([record.status, record.exitCode, record.failure], ['completed', 2, null]);
    for (const { name, trials, state } of record.variants) {
      assert.deepEqual([state, trials.length], ['ready', 1], name);
      assert.deepEqual(trials[0]?.outcomes, outcomes({ ok: 8, threw: 3, timeout: 1 }), name);
      const errors = trials[0]?.errors.map((error) => [error.name, error.outcome, error.code, error.message]);
      assert.deepEqual(
        errors?.sort(),
        [
          ['never ends', 'timeout', null, 'not done after 2500 ms'],
          ['rejects', 'threw', 'E_USER', 'no such user'],
          ['throws at once', 'threw', null, 'out of order'],
          ['throws no error', 'threw', null, '{"reason":7}'],
        ],
        name,
      );
    }
    assertNames(
      run.summary,
      '16 of 48 jobs',
      '12 threw, 4 timeout',
      /E_USER: no such user [^·]*4 of 4 trials/,
      'item 1, rejects',
    );
    assert.equal(run.summary.match(/no such user/g)?.length, 1);
    assert.doesNotMatch(run.summary, /too-few-rounds|jobs-failed/);
    await run.leavesNothing();
  });

  test('a failure names its item and input beyond 10,000 items and repeats; figures of the others are shown', async (t) => {
    const text = `
      import { defineWorkload } from 'threadmill';
      export default defineWorkload({
        name: 'many',
        jobs: Array.from({ length: 12_000 }, (_, id) => ({ id, password: 'hunter2-and-more' })),
        jobName: ({ id }) => 'user ' + id,
        run: ({ input }) => {
          if (input.id === 11_111) throw new Error('no user ' + Math.random());
        },
      });`;
    const line = `bench --details --workload w.ts --jobs 24000 --rounds 1 --warmup 0 --no-trace --variants event-loop,worker-pool-batched`;
    const run = await CliRun.start(t, line, { files: { 'w.ts': text } });
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    for (const { name, trials, summary, summaryWithFailures } of record.variants) {
      for (const { errors } of trials) {
        assert.equal(errors.length, 2, name);
        for (const error of errors) {
          assert.deepEqual(
            [error.item, error.name, error.input],
            [11_111, 'user 11111', "{ id: 11111, password: '***' }"],
          );
        }
      }
      assert.deepEqual([summary, summaryWithFailures?.trials], [null, 1]);
    }
    assertNames(
      run.summary,
      '4 of 48,000 jobs',
      '4 threw',
      /: no user 0\.\d+ [^·]*2 of 2 trials/,
      "item 11111, user 11111: { id: 11111, password: '***' }",
    );
    assert.match(run.stdout, /^event-loop \* +1 +[\d,.]+ m?s/m);
    assertNames(run.summary, PARTIAL_NOTE);
    await run.leavesNothing();
  });

  test('jobs exit, throw in a timer, fill the memory: a runner is lost with its main thread, a pool replaces its threads', async (t) => {
    const ways = ['exits', 'throws in a timer', 'fills the memory'];
    const mains = { sequential: 'exits', 'event-loop': 'fills the memory' };
    const reasons = { sequential: /exited with code 0/, 'event-loop': /heap out of memory/ };
    const text = workload(...ways).replace(
      'deeds[input]!()',
      `(input === 'calm' || threadId > 0 ? deeds[input]! : deeds[ofMain]!)()`,
    );
    const chosen = `const ofMain = ${JSON.stringify(mains)}[process.argv[process.argv.indexOf('--variant') + 1]!]!;`;
    const pools = ['worker-pool', 'worker-pool-batched'];
    const line = `bench ${TRIALS} --details --rounds 2 --timeout 60s --no-trace --variants ${[...Object.keys(mains), ...pools].join()}`;
    const run = await CliRun.start(t, line, { files: { 'w.ts': text + chosen }, env: SMALL_HEAP });
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    assert.equal(record.status, 'completed');
    for (const [name, reason] of Object.entries(reasons)) {
      const { state, lostReason, trials } = variantOf(record, name);
      assert.deepEqual([state, trials.length], ['lost', 1], name);
      assert.match(lostReason ?? '', reason, name);
      assert.deepEqual(others(trials[0], 'ok', 'worker-crashed', 'not-started'), [], name);
      assert.match(run.summary, new RegExp(`${name}: .*${reason.source}`));
      assertNames(run.stderr, new RegExp(`^${name}: .*lost`, 'm'));
    }
    for (const name of pools) {
      const { state, trials } = variantOf(record, name);
      assert.deepEqual([state, trials.length], ['ready', 2], name);
      for (const trial of trials) {
        assert.deepEqual(others(trial, 'ok', 'worker-crashed'), [], name);
        // Each of them, and perhaps the one that was beside it in its thread.
        const crashed = trial.outcomes['worker-crashed'];
        assert.ok(crashed >= ways.length && crashed <= 2 * ways.length, `${name}: ${crashed} crashed`);
        assert.ok(trial.wallMs !== null);
      }
    }
    await run.leavesNothing();
  });

  test('a job blocks for ever: runners are killed, threads are ended, the others go on', async (t) => {
    const run = await start(t, '--rounds 1 --timeout 2000 --no-trace --variants event-loop,worker-pool', [
      'blocks for ever',
    ]);
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    const killed = variantOf(record, 'event-loop');
    assert.equal(killed.state, 'lost');
    assertNames(killed.lostReason!, 'killed', 'event loop', '4000 ms');
    assert.deepEqual(others(killed.trials[0], 'ok', 'worker-crashed', 'not-started'), []);
    assert.ok((killed.trials[0]?.outcomes['worker-crashed'] ?? 0) >= 1);

    const { state, trials } = variantOf(record, 'worker-pool');
    assert.equal(state, 'ready');
    // The one that blocked, and perhaps the one beside it.
    const late = trials[0]?.outcomes.timeout ?? 0;
    assert.ok(late === 1 || late === 2, `${late} late`);
    const errors = trials[0]?.errors ?? [];
    const overdue = errors.find((error) => error.outcome === 'timeout');
    assertNames(overdue!.message, '2000 ms', 'blocked its thread');
    // Where the one beside it had begun a while before, that one was overdue first, and this one fell with the thread.
    const blocking = errors.find((error) => error.name === 'blocks for ever');
    assert.ok(
      blocking !== undefined && ['timeout', 'worker-crashed'].includes(blocking.outcome),
      blocking?.outcome,
    );
    assert.deepEqual(others(trials[0], 'ok', 'timeout', 'worker-crashed'), []);
    await run.leavesNothing();
  });

  test('an uncaught exception between two trials: told as that, and the trial it misses was not started', async (t) => {
    // In the first round event-loop comes first, and is idle while sequential waits for it to be gone.
    const text = `
      import { existsSync, readFileSync, writeFileSync } from 'node:fs';
      import { defineWorkload } from 'threadmill';
      const at = (name: string) => import.meta.dirname + '/' + name;
      const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
      const isThere = (pid: number) => {
        try { return process.kill(pid, 0); } catch { return false; }
      };
      const runIn: Record<string, () => Promise<void>> = {
        'event-loop': async () => {
          if (existsSync(at('pid'))) return;
          writeFileSync(at('pid'), String(process.pid));
          setInterval(() => {
            if (existsSync(at('waits'))) throw new Error('nobody was there');
          }, 10);
        },
        sequential: async () => {
          writeFileSync(at('waits'), '');
          while (isThere(Number(readFileSync(at('pid'), 'utf8')))) await pause();
        },
      };
      export default defineWorkload({
        name: 'trouble',
        jobs: ${JOBS},
        run: () => runIn[process.argv[process.argv.indexOf('--variant') + 1]!]!(),
      });`;
    const line =
      'bench --workload w.ts --warmup 0 --rounds 2 --no-trace --seed 6 --variants sequential,event-loop';
    const run = await CliRun.start(t, line, { files: { 'w.ts': text } });
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    const { state, lostReason, trials } = variantOf(record, 'event-loop');
    assert.equal(state, 'lost');
    assertNames(lostReason!, 'code 70', 'between two trials', 'uncaught', ': nobody was there');
    assert.deepEqual(
      trials.map((trial) => trial.outcomes),
      [outcomes({ ok: JOBS }), outcomes({ 'not-started': JOBS })],
    );
    await run.leavesNothing();
  });

  test('results that depend on the thread: named with their positions, and the times are void', async (t) => {
    const line = '--details --rounds 1 --no-trace --variants sequential,event-loop,worker-pool';
    const run = await start(t, line, ['calm', 'tells its thread']);
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    const { compared, mismatches, examples } = record.equivalence;
    assert.deepEqual([compared, mismatches, examples.length], [24, 1, 1]);
    const [example] = examples;
    assert.deepEqual(
      [example?.variant, example?.round, example?.name],
      ['worker-pool', 1, 'tells its thread'],
    );
    assert.notEqual(example?.expected, example?.actual);
    assert.ok(record.warnings.some(({ code }) => code === 'responses-differ'));
    assertNames(
      run.summary,
      '1 of 24 results',
      new RegExp(`worker-pool.*round 1.*#${example?.position}\\b.*tells its thread`),
    );
    await run.leavesNothing();
  });
});

test('a workload that takes what all share, or throws when it is over: told, and no figures are lost to it', async (t) => {
  const text = (run: string, more: string) => `
    import { defineWorkload } from 'threadmill';
    export default defineWorkload({ name: 'w', jobs: 2, run: async () => { ${run} }, ${more} });`;
  const line = 'bench --rounds 1 --no-trace --variants event-loop --workload';
  const files = {
    'date.ts': text('Date.now = () => Number.NaN;', ''),
    'left.ts': text('return 1;', "teardown() { throw new Error('still locked'); }"),
  };
  const spoilt = await CliRun.start(t, `${line} date.ts`, { files });
  assert.equal(await spoilt.ended, 1);
  assertNames(spoilt.complaint(), 'event-loop', 'Date');
  const left = await CliRun.start(t, `${line} left.ts`, { files });
  assert.equal(await left.ended, 0, left.stderr);
  const folder = await left.folder();
  const log = await readFile(folder.path('logs', 'runner-event-loop.ndjson'), 'utf8');
  assertNames(log, 'still locked', '`teardown`');
});
