import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import { keyOf } from '../../../../src/analysis/sweep/axes.ts';
import { type RunOptions, toRequest } from '../../../../src/cli/options.ts';
import { addRunOptions } from '../../../../src/cli/run-options.ts';
import { addSweepOptions, type SweepOptions, toSweepRequest } from '../../../../src/cli/sweep-options.ts';
import type { SweepRecord } from '../../../../src/core/documents/sweep-record.ts';
import { JobTable } from '../../../../src/engine/measurement/job-table.ts';
import { pointRequest } from '../../../../src/orchestrator/sweep/point-request.ts';
import { pointResult } from '../../../../src/orchestrator/sweep/point-result.ts';
import { environmentChanges } from '../../../../src/orchestrator/sweep/resume.ts';
import { writeRows } from '../../../../src/store/job-rows.ts';
import { RunFolder } from '../../../../src/store/run-folder.ts';
import { outcomes, record, trial, variant } from '../../../fixtures/runs/records.ts';
import { sampleRecord } from '../../../support/sample-record.ts';
import { sweep } from '../../../support/sample-sweep.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** The sweep that a command line asks for, as far as points depend on it. */
function asked(line: string): { base: ReturnType<typeof toSweepRequest>['base']; record: SweepRecord } {
  const command = addSweepOptions(new Command('sweep')).exitOverride();
  const argv = line.split(' ');
  const { base, axes } = toSweepRequest(command.parse(argv, { from: 'user' }).opts<SweepOptions>(), argv);
  const made = sweep({ axes, variants: base.variants!, at: () => null });
  const isAxis = (name: string) => axes.some((axis) => axis.name === name);
  Object.assign(made.definition, {
    jobs: base.jobs,
    latencyMs: base.latencyMs,
    cpuMs: base.cpuMs,
    concurrency: isAxis('concurrency') ? null : (base.concurrency ?? 16),
    workers: isAxis('workers') ? null : (base.workers ?? 2),
  });
  made.cpuIterationsPerMs = 1_000;
  return { base, record: made };
}

describe('the run of a point', () => {
  test('has the point’s values, a plan that fits, and the calibration of the sweep', () => {
    const { base, record: made } = asked('--cpu 0,5 --concurrency 4,16 --latency 20 --workers 3');
    const request = pointRequest(base, made, [5, 16], '/out');
    assert.deepEqual(
      [request.cpuMs, request.concurrency, request.latencyMs, request.workers, request.outDir],
      [5, 16, 20, 3, '/out'],
    );
    // 16 jobs of 5 ms are 80 ms a turn: ten turns.
    assert.deepEqual([request.jobs, request.cpuIterationsPerMs], [160, 1_000]);
    assert.equal(request.leastRounds, null);
    assert.deepEqual(request.sweep, {
      id: made.id,
      at: [
        { axis: 'cpu', value: 5 },
        { axis: 'concurrency', value: 16 },
      ],
    });
    assert.equal(pointRequest(base, made, [0, 4], '/out').cpuMs, 0);
    assert.equal(asked('--concurrency 2,4 --variants event-loop,worker-pool').base.leastRounds, 1);
  });

  test('along the workers of a queue each has the concurrency, and the plan grows with them', () => {
    const { base, record: made } = asked('--queue-workers 1,4 --concurrency 8');
    const [one, four] = [1, 4].map((n) => pointRequest(base, made, [n], '/out'));
    assert.deepEqual([one!.queueWorkers, one!.concurrency, one!.jobs], ['1', 8, 80]);
    assert.deepEqual([four!.queueWorkers, four!.concurrency, four!.jobs], ['4', 32, 320]);
  });

  test('of several clients has a variant for each, and the default client for the others', () => {
    const { base, record: made } = asked(
      '--latency 0,1 --variants event-loop --client fetch,undici-dispatch',
    );
    made.definition.variants = ['event-loop', 'event-loop+fetch'];
    const { client, variants } = pointRequest(base, made, [1], '/out');
    assert.deepEqual([client, variants], [['undici-dispatch'], ['event-loop', 'event-loop+fetch']]);
  });

  test('its command line does the same with bench', () => {
    const lines = [
      '--concurrency 2,4',
      '--workers 1,2 --url http://localhost:3000/v1 --jobs 40 --rounds 3 --seed 9 --timeout 5s',
      '--cpu 0.5,20 --payload 4kb --no-keep-alive --precision 0.5% --max-time 30s --warmup 0 --jitter 0.3',
      '--latency 5,1s --variants sequential,worker-pool --workload my.ts',
      '--queue-workers 1,2 --concurrency 4 --queue redis://localhost:6379/2',
    ];
    for (const line of lines) {
      const { base, record: made } = asked(line);
      for (const { at } of made.points) {
        const request = pointRequest(base, made, at, resolve('profiles'));
        const [program, kind, ...argv] = request.commandLine.split(' ');
        assert.deepEqual([program, kind], ['threadmill', 'bench']);
        const command = addRunOptions(new Command('bench'), 'bench').exitOverride();
        const again = toRequest('bench', command.parse(argv, { from: 'user' }).opts<RunOptions>(), argv);
        const same = {
          commandLine: request.commandLine,
          sweep: request.sweep,
          leastRounds: request.leastRounds,
          cpuIterationsPerMs: request.cpuIterationsPerMs,
          // What does not matter once the number of rounds is given.
          ...(request.rounds === null ? {} : { precision: request.precision, maxTimeMs: request.maxTimeMs }),
        };
        assert.deepEqual({ ...again, ...same }, request, keyOf(made.definition.axes, at));
      }
    }
  });

  test('a password stays out of it', () => {
    const { base, record: made } = asked('--concurrency 2,4 --url http://me:hunter22@h/');
    const { commandLine, url } = pointRequest(base, made, [2], 'o');
    assert.ok(!commandLine.includes('hunter22') && url?.includes('hunter22'));
  });
});

describe('what a sweep keeps of a run', () => {
  test('throughput from the rows of comparable trials, failures counted', async (t) => {
    const folder = await RunFolder.create(await temporaryFolder(t), 'run');
    mkdirSync(folder.path('jobs'));
    const jobs = 8;
    // Two slots, jobs of 10 ms, of 20 ms, and of 10 ms with a failure.
    for (const [number, stepMs] of [10, 20, 10].entries()) {
      const table = JobTable.shared(jobs);
      for (let row = 0; row < jobs; row++) table.start[row] = 1e9 + Math.floor(row / 2) * stepMs * 1e6;
      writeRows({ file: folder.path('jobs', 'event-loop.bin'), trial: number }, table);
    }
    const ok = outcomes({ ok: jobs });
    const trials = [
      trial({ round: 1, wallMs: 40, outcomes: ok }),
      trial({ round: 2, wallMs: 80, outcomes: ok }),
      trial({ round: 3, wallMs: 40, outcomes: outcomes({ ok: jobs - 1, threw: 1 }) }),
    ];
    const run = record({ variants: [variant('event-loop', { concurrency: 2, trials })] });
    run.spec.jobs = jobs;
    run.warnings = [{ code: 'machine-busy', message: 'm', advice: 'a', variant: null }];
    const { variants, warnings, path, durationMs } = pointResult(run, folder, {
      session: 0,
      path: 'points/p',
    });
    assert.deepEqual(
      [variants[0]?.failedJobs, variants[0]?.throughput?.low, variants[0]?.throughput?.high],
      [1, 100, 200],
    );
    assert.equal(variants[0]?.throughput?.method, 'range');
    assert.deepEqual(
      [warnings, path, durationMs],
      [[{ code: 'machine-busy', variant: null }], 'points/p', 31_400],
    );
  });

  test('rows that are gone leave no throughput', async (t) => {
    const folder = await RunFolder.create(await temporaryFolder(t), 'run');
    const run = record({ variants: [variant('event-loop')] });
    assert.equal(pointResult(run, folder, { session: 0, path: 'p' }).variants[0]?.throughput, null);
  });
});

describe('another machine', () => {
  const { environment } = sampleRecord();

  test('versions and hardware count, load does not', () => {
    assert.deepEqual(
      environmentChanges(environment, { ...environment, loadAverage: 9, backgroundLoad: 1 }),
      [],
    );
    assert.deepEqual(
      environmentChanges(environment, {
        ...environment,
        node: '22.1.0',
        cpus: 8,
        memoryBytes: 64e9,
        packages: { piscina: '5.3.2', undici: '7.31.0' },
      }),
      [
        'Node 20.18.1, now 22.1.0',
        'CPUs 2, now 8',
        'memory 8.00 GB, now 64.0 GB',
        'piscina absent, now 5.3.2',
        'undici 7.30.2, now 7.31.0',
      ],
    );
  });
});
