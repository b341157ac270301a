import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type {
  RunRecord,
  ThreadSpan,
  TrialRecord,
  VariantRecord,
} from '../../../../src/core/documents/run-record.ts';
import type { RunSpec } from '../../../../src/core/documents/spec.ts';
import { noOutcomes } from '../../../../src/core/outcomes.ts';
import type { VariantName } from '../../../../src/core/variants.ts';
import { JobTable } from '../../../../src/engine/measurement/job-table.ts';
import { TraceTable } from '../../../../src/engine/measurement/trace-table.ts';
import { fillBottlenecks } from '../../../../src/orchestrator/experiment/bottlenecks.ts';
import { trialNotBegun } from '../../../../src/orchestrator/experiment/lost-trial.ts';
import { writeRows } from '../../../../src/store/job-rows.ts';
import { RunFolder } from '../../../../src/store/run-folder.ts';
import { keepTracedRows } from '../../../../src/store/traced-rows.ts';
import { threadSpan } from '../../../fixtures/runs/records.ts';
import { sampleRecord } from '../../../support/sample-record.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const MS = 1e6;
const JOBS = 4;

/** Jobs of these lengths, ms, one after another. */
function rowsOf(lengths: readonly number[]): JobTable {
  const jobs = JobTable.shared(lengths.length);
  let at = 1_000;
  lengths.forEach((length, position) => {
    jobs.start[position] = at * MS;
    at += length;
    jobs.end[position] = at * MS;
  });
  return jobs;
}

function span(thread: number, cpuMs: number, waitMs = 0, spanMs = 100): ThreadSpan {
  return threadSpan({ thread, cpuMs, waitMs, spanMs, activeMs: cpuMs });
}

function trial(round: number, changes: Partial<TrialRecord> = {}): TrialRecord {
  return {
    ...trialNotBegun({ round, order: 0, plan: new Uint32Array(JOBS), reason: '', endNs: 0 }).record,
    wallMs: 100,
    outcomes: { ...noOutcomes(), ok: JOBS },
    cpuUserMs: 20,
    cpuSystemMs: 10,
    threads: [span(0, 25)],
    lost: null,
    ...changes,
  };
}

function variant(
  name: VariantName,
  concurrency: number,
  threads: number,
  trials: TrialRecord[],
): VariantRecord {
  const wallMs = { estimate: 100, low: 100, high: 100, method: 'range', level: 0 } as const;
  return {
    name,
    threads,
    concurrency,
    startupMs: 1,
    workerCost: null,
    processStartMs: 1,
    state: 'ready',
    lostReason: null,
    warmups: [],
    trials,
    outliers: [],
    trace: {
      pairs: 1,
      overhead: wallMs,
      wallMs: 100,
      phases: [],
      threads: [],
      moved: null,
      nativeThreads: null,
      uvPool: null,
      bottleneck: null,
    },
    summaryWithFailures: null,
    byName: [],
    summary: {
      trials: trials.length,
      wallMs,
      speedup: null,
      jobsPerSecond: 40,
      latencyMs: { p50: 1, p90: 1, p99: null, p999: null, max: 1 },
      open: null,
      cpuMs: 30,
      nativeThreads: null,
      peakRssBytes: 1,
    },
  };
}

async function bottlenecksOf(
  t: TestContext,
  variants: VariantRecord[],
  changes: { spec?: Partial<RunSpec>; server?: RunRecord['server'] } = {},
) {
  const folder = await RunFolder.create(await temporaryFolder(t), 'run');
  await folder.makeFolder('jobs');
  const base = sampleRecord({ variants, ...(changes.server && { server: changes.server }) });
  const record = { ...base, spec: { ...base.spec, jobs: JOBS, ...changes.spec } };
  return {
    folder,
    record,
    fill: () => {
      fillBottlenecks({ record, folder });
      return record.variants.map(({ trace }) => trace?.bottleneck ?? null);
    },
    crossover: () => record.crossover,
  };
}

const trace = { startNs: 0, endNs: 1, threads: [] };

describe('bottlenecks of a run', () => {
  test('waiting from the timed trials of the variant at concurrency 1, but for those with failures', async (t) => {
    const failed = { ...noOutcomes(), ok: JOBS - 1, timeout: 1 };
    const sequential = variant('sequential', 1, 1, [
      trial(1),
      trial(2, { outcomes: failed }),
      trial(3),
      trial(4),
    ]);
    const loop = variant('event-loop', 4, 1, [trial(1)]);
    const { folder, fill } = await bottlenecksOf(t, [sequential, loop]);
    const file = folder.path('jobs', 'sequential.bin');
    const trials = [
      [10, 20, 30, 40],
      [9_000, 9_000, 9_000, 9_000],
      [10, 20, 30, 50],
      [10, 20, 30, 60],
    ];
    for (const [number, lengths] of trials.entries()) writeRows({ file, trial: number }, rowsOf(lengths));
    await keepTracedRows(
      folder,
      'sequential',
      { jobs: rowsOf([1, 1, 1, 1]), trace: TraceTable.shared(JOBS) },
      trace,
    );
    const [one, four] = fill();
    assert.deepEqual(
      [one?.waitingMs, one?.kind, one?.efficiency, one?.reference],
      [110, 'waiting', 1.1, 'sequential'],
    );
    // The longest of the middle trial is longer than a fourth of its sum.
    assert.deepEqual([four?.waitingMs, four?.kind, four?.reference], [50, 'waiting', 'sequential']);
    // On one thread 25 ms; all of the process on two CPUs 15 ms.
    assert.equal(four?.cpuMs, 25);
    assert.equal(four?.serverMs, null);
  });

  test('without such a variant from the traced trial: what the loop waited for, and the job’s own computing; threads that run jobs count', async (t) => {
    const pool = variant('worker-pool', 2, 2, [
      trial(1, { threads: [span(0, 50), span(1, 40), span(2, 60)], cpuUserMs: 150, cpuSystemMs: 10 }),
    ]);
    const ceiling = { requestsPerSecond: 100, cpuMsPerRequest: 1, eventLoopUtilization: 1 };
    const { folder, fill } = await bottlenecksOf(t, [pool], {
      server: { ...sampleRecord().server, ceiling },
    });
    const table = TraceTable.shared(JOBS);
    for (const [position, ms] of [7, 16, 27, 80].entries()) table.columns.loopIdle[position] = ms * MS;
    table.columns.process.fill(3 * MS);
    table.columns.requests.fill(2);
    await keepTracedRows(folder, 'worker-pool', { jobs: rowsOf([15, 25, 35, 41]), trace: table }, trace);
    const [found] = fill();
    // 10 + 19 + 30 + 41 (not 83, it was over after 41) is 100 ÷ 2; (40 + 60) ÷ 2, but 160 ÷ 2 for the whole process; 8 requests at 100 a second.
    assert.deepEqual([found?.waitingMs, found?.cpuMs, found?.serverMs], [50, 80, 80]);
    assert.deepEqual([found?.idealMs, found?.efficiency, found?.reference], [80, 0.8, 'worker-pool']);
  });

  test('waiting for a CPU is no wait of the jobs, neither in the ideal nor in the crossover', async (t) => {
    // Of 100 ms the thread waited 40 for a CPU, and 5 more before or after the trial. It computed for 12.
    const crowded = variant('sequential', 1, 1, [trial(1, { threads: [span(0, 12, 45, 105)] })]);
    const loop = variant('event-loop', 3, 1, [
      trial(1, { threads: [span(0, 8)], cpuUserMs: 6, cpuSystemMs: 2 }),
    ]);
    const { folder, fill, crossover } = await bottlenecksOf(t, [crowded, loop]);
    writeRows({ file: folder.path('jobs', 'sequential.bin'), trial: 0 }, rowsOf([25, 25, 25, 25]));
    await keepTracedRows(
      folder,
      'sequential',
      { jobs: rowsOf([1, 1, 1, 1]), trace: TraceTable.shared(JOBS) },
      trace,
    );
    const [one, three] = fill();
    assert.deepEqual([one?.waitingMs, one?.waitingShare], [60, 0.8]);
    assert.equal(three?.waitingMs, 20);
    // 60 − 12 ms of waits: ÷ 4 jobs ÷ (3 − 1).
    assert.deepEqual(crossover(), { nowMs: 2, atMs: 6, withheld: 'jobs-in-step' });
  });

  test('waiting for a CPU is that of the thread that runs the jobs', async (t) => {
    // Of 100 ms the worker waited 20 for a CPU, and the main thread 60; the worker computed for 10.
    const pool = variant('worker-pool', 1, 1, [trial(1, { threads: [span(0, 5, 60), span(1, 10, 20)] })]);
    const { folder, fill } = await bottlenecksOf(t, [pool]);
    writeRows({ file: folder.path('jobs', 'worker-pool.bin'), trial: 0 }, rowsOf([25, 25, 25, 25]));
    const rows = { jobs: rowsOf([1, 1, 1, 1]), trace: TraceTable.shared(JOBS) };
    await keepTracedRows(folder, 'worker-pool', rows, trace);
    // 80% of 100 ms; all of that but 10 ms is waiting.
    const [found] = fill();
    assert.deepEqual([found?.waitingMs, found?.waitingShare], [80, 70 / 80]);
  });

  test('in a traced trial a job’s part of what its thread waited for a CPU is no wait either', async (t) => {
    const loop = variant('event-loop', 2, 1, [trial(1)]);
    const none = { waiting: 0, 'user-cpu': 0, 'client-cpu': 0, gc: 0, messaging: 0, idle: 0 };
    loop.trace!.threads = [{ thread: 0, breakdown: { ...none, cpuWait: 25 }, heapPeakBytes: 1 }];
    const { folder, fill } = await bottlenecksOf(t, [loop]);
    const table = TraceTable.shared(JOBS);
    table.columns.loopIdle.fill(30 * MS);
    table.columns.process.fill(4 * MS);
    await keepTracedRows(folder, 'event-loop', { jobs: rowsOf([40, 40, 40, 40]), trace: table }, trace);
    // A quarter of the wall of 100 ms: of 40 ms 10. 30 − 10 + 4 for each job, two at once.
    const [found] = fill();
    assert.deepEqual([found?.waitingMs, found?.waitingShare], [48, 20 / 24]);
  });

  test('a CPU limit lengthens what CPU takes; libuv’s pool counts by its threads', async (t) => {
    const nativeThreads = { cpuMs: 300, libuv: { threads: 1, cpuMs: 300 }, v8Ms: 0 };
    const loop = variant('event-loop', 4, 1, [trial(1)]);
    loop.summary!.nativeThreads = nativeThreads;
    const { folder, fill, record } = await bottlenecksOf(t, [loop]);
    await keepTracedRows(
      folder,
      'event-loop',
      { jobs: rowsOf([1, 1, 1, 1]), trace: TraceTable.shared(JOBS) },
      trace,
    );
    assert.deepEqual([fill()[0]?.cpuMs, fill()[0]?.cpuOf], [300, 'libuv']);
    record.environment.cpuQuota = { cpus: 0.5, periodMs: 100 };
    // 100 ms at once, 200 more in four periods.
    assert.equal(fill()[0]?.cpuMs, 500);
  });

  test('none where a rate sets the wall, nor without rows', async (t) => {
    const rate = { kind: 'open', rate: 5, arrivals: 'uniform' } as const;
    for (const load of [rate, { kind: 'closed', rateLimit: 5 } as const, undefined]) {
      const spec = load === undefined ? {} : { load };
      const { fill, folder } = await bottlenecksOf(t, [variant('event-loop', 4, 1, [trial(1)])], { spec });
      if (load !== undefined) {
        const rows = { jobs: rowsOf([1, 1, 1, 1]), trace: TraceTable.shared(JOBS) };
        await keepTracedRows(folder, 'event-loop', rows, trace);
      }
      assert.deepEqual(fill(), [null]);
    }
  });
});
