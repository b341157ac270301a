import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRandom } from '../../src/core/statistics/random.ts';
import { type Fault, GROUPS } from '../faults/fault.ts';
import { EVERY_FAULT, runInjected } from '../faults/injected.ts';
import { runFaults } from '../faults/run-faults.ts';
import { FAULTS } from '../faults/table.ts';
import { CliRun } from '../support/cli.ts';

/** FAULTS_SEED chooses others; `make faults` has them all. */
const SEED = Number(process.env.FAULTS_SEED ?? 5109);

/** One of each group. Each timeout takes seconds, in every variant: there is one. */
function selection(seed: number): Fault[] {
  const random = createRandom(seed);
  return GROUPS.map((group) => {
    const faults = FAULTS.filter(
      (fault) =>
        fault.group === group &&
        fault.rounds === undefined &&
        fault.outcomes.includes('timeout') === (group === 'stall'),
    );
    return faults[Math.floor(random() * faults.length)]!;
  });
}

test('faults of a server, one of each group: one outcome in all variants, every job accounted for', async (t) => {
  const faults = selection(SEED);
  t.diagnostic(faults.map(({ name }) => name).join(', '));
  const { problems, record, run } = await runFaults(t, faults);
  assert.deepEqual(problems, []);
  assert.deepEqual([record.status, record.exitCode, record.failure], ['completed', 2, null]);
  assert.doesNotMatch(run.stderr, /^threadmill: /m);
  for (const { name, summary } of record.variants) {
    assert.equal(summary, null, `${name}: a trial with failures is no figure`);
  }
  assert.match(run.summary, /\d+ of \d+ jobs failed: /);
});

test('the table of faults: at least 64, each name once, each group with some', () => {
  assert.ok(FAULTS.length >= 64);
  assert.equal(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length);
  for (const group of GROUPS)
    assert.ok(
      FAULTS.some((fault) => fault.group === group),
      group,
    );
});

test('every injected fault over HTTP/2: no job unaccounted for, and each fault has the outcomes of the table', async (t) => {
  const { problems } = await runInjected(t, {
    protocol: 'HTTP/2',
    faults: EVERY_FAULT,
    jobs: 120,
    variants: ['event-loop', 'worker-pool', 'process-pool'],
  });
  assert.deepEqual(problems, []);
});

test('profile against a server of broken responses: every thread is profiled, the report is drawn, nothing is left', async (t) => {
  const faults = ['reset-during', 'bad-status', 'bad-header', 'length-under', 'endless', 'bomb'];
  // The load is repeated for two seconds: with a latency like this it waits for most of them.
  const run = await CliRun.start(
    t,
    `profile --captures threads --jobs 60 --latency 60 --fault ${faults.map((fault) => `${fault}:5%`).join()} ` +
      '--variants event-loop,worker-pool --rounds 1 --warmup 0 --concurrency 8 --workers 2 --seed 3',
  );
  assert.equal(await run.ended, 0, run.stderr);
  const { artifacts, reconciled } = await run.record();
  assert.equal(reconciled!.defects, 0);
  assert.ok(reconciled!.injected.every(({ count }) => count > 0));
  // The main thread of the one, and all three of the other.
  assert.deepEqual(
    artifacts.map((artifact) => ('path' in artifact ? artifact.variant : 'failed')),
    ['event-loop', 'worker-pool', 'worker-pool', 'worker-pool'],
  );
  const page = await readFile(join((await run.folder()).dir, 'report.html'), 'utf8');
  assert.ok(page.includes('id="timelines"'));
  await run.leavesNothing();
});

test('1% resets over HTTP/1.1: each job that the server reset failed by it, and no other, in every variant', async (t) => {
  const jobs = 600;
  const { problems, record } = await runInjected(t, {
    protocol: 'HTTP/1.1',
    faults: 'reset:1%',
    jobs,
    variants: ['event-loop', 'worker-pool'],
  });
  assert.deepEqual(problems, []);
  const resets = record.reconciled!.injected.map(({ count }) => count);
  assert.equal(resets.length, 2);
  assert.equal(new Set(resets).size, 1);
  for (const { trials, summary } of record.variants) {
    assert.equal(trials[0]!.outcomes.ok, jobs - resets[0]!);
    assert.equal(trials[0]!.allowedFailures, resets[0]);
    const seconds = trials[0]!.wallMs! / 1_000;
    assert.ok(Math.abs(summary!.jobsPerSecond / (trials[0]!.outcomes.ok / seconds) - 1) < 1e-9);
  }
  assert.deepEqual(
    record.warnings
      .filter(({ code }) => code === 'failures-allowed' || code === 'jobs-failed')
      .map(({ code }) => code),
    ['failures-allowed'],
  );
});
