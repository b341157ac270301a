import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bottleneckOf, judgeTerms } from '../../../src/analysis/breakdown/bottleneck.ts';
import { queueLatency } from '../../../src/analysis/breakdown/queue-latency.ts';
import { queueOf, queueText } from '../../../src/analysis/verdict/queue.ts';
import { verdictOf } from '../../../src/analysis/verdict/verdict.ts';
import type { QueueSpan, RunRecord } from '../../../src/core/documents/run-record.ts';
import { trialSchema } from '../../../src/core/documents/trial-record.ts';
import { threadLabels } from '../../../src/core/documents/v8-profiles.ts';
import { verdictSchema } from '../../../src/core/documents/verdict.ts';
import { TraceTable } from '../../../src/engine/measurement/trace-table.ts';
import { renderRunPage } from '../../../src/output/pages/run/page.ts';
import { renderSummary } from '../../../src/output/terminal/summary.ts';
import { runView } from '../../../src/output/view/run.ts';
import { record, threadSpan, trial, variant } from '../../fixtures/runs/records.ts';
import { timelineTrial } from '../../support/timeline-trial.ts';

/**
 * One worker thread with one slot, µs:
 *
 *     0    1    5        25 27 28        48   50
 *     job 0 ├queue┼──run───┤ back
 *     job 1 ├──────backlog──┼──┼────run────┤ back      hand-over 25 to 28
 */
const TRIAL = timelineTrial(
  [
    {
      ...{ start: 5, end: 25, thread: 1 },
      trace: { queuedAt: 1, returnedAt: 27, starts: 1, send: 2, wait: 7, download: 3 },
    },
    { start: 28, end: 48, thread: 1, trace: { queuedAt: 1, returnedAt: 50, starts: 1 } },
  ],
  60,
);

describe('time of a job on a queue', () => {
  test('by hand: parts add up to the time between being added and coming back', () => {
    const parts = queueLatency(TRIAL.jobs, TRIAL.trace, 1)!;
    const us = (pick: (part: (typeof parts)[number]) => number) =>
      Object.fromEntries(parts.map((part) => [part.part, Math.round(1_000 * pick(part))]));
    // Job 0: 0, 4, 12, 8, 2; job 1: 24, 3, 0, 20, 2.
    assert.deepEqual(
      us(({ max }) => max),
      { backlog: 24, handOver: 4, network: 12, run: 20, return: 2 },
    );
    assert.deepEqual(
      parts.map(({ meanMs }) => Math.round(1e4 * meanMs)),
      [120, 35, 60, 140, 20],
    );
    const sum = parts.reduce((all, { meanMs }) => all + meanMs, 0);
    // (26 + 49) ÷ 2
    assert.equal(sum.toFixed(6), '0.037500');
  });

  test('requests side by side take no more than their job; a clock that is off makes no part negative', () => {
    const { jobs, trace } = timelineTrial(
      [{ start: 5, end: 25, thread: 1, trace: { queuedAt: 9, returnedAt: 24, starts: 1, wait: 90 } }],
      60,
    );
    const parts = queueLatency(jobs, trace, 1)!;
    assert.deepEqual(
      parts.map(({ max }) => Math.round(1_000 * max)),
      [0, 0, 20, 0, 0],
    );
  });

  test('jobs of a pool have none, nor has a job that did not come back', () => {
    const pool = timelineTrial(
      [{ start: 5, end: 25, thread: 1, trace: { queuedAt: 1, returnedAt: 27 } }],
      60,
    );
    assert.equal(queueLatency(pool.jobs, pool.trace, 1), undefined);
    const lost = timelineTrial([{ start: 5, end: 25, thread: 1, trace: { queuedAt: 1, starts: 1 } }], 60);
    assert.equal(queueLatency(lost.jobs, lost.trace, 1), undefined);
    assert.equal(TraceTable.shared(1).columns.starts[0], 0);
  });
});

describe('bottleneck of a queue', () => {
  const PLAN = {
    loads: [{ totalMs: 400, waitingMs: 360, longestMs: 60, spread: 0.5 }],
    ...{ concurrency: 8, cpuMs: 40, threads: 4, machineCpuMs: 200, libuv: null },
    cpus: { allowed: 2, quota: null },
    ...{ requests: 8, requestsPerSecond: null, wallMs: 200 },
  };
  const QUEUE = { coordinatorMs: 30, serverMs: 90, clientsMs: 120, workers: 4, isElsewhere: true };

  test('workers elsewhere: CPUs of this machine limit nothing, and the queue server has one thread', () => {
    // Waiting 400 ÷ 8 or the longest, 60; threads 40 ÷ 4; clients 120 ÷ 4; server 90.
    const found = bottleneckOf({ ...PLAN, queue: QUEUE })!;
    assert.deepEqual(
      [found.waitingMs, found.cpuMs, found.cpuOf, found.coordinatorMs, found.queueServerMs],
      [60, 30, 'queue-clients', 30, 90],
    );
    assert.deepEqual(
      [found.kind, found.causes, found.idealOf, found.efficiency],
      ['mixed', ['queueServer', 'waiting'], 'queueServer', 0.45],
    );
  });

  test('workers here share its CPUs with coordinator and server', () => {
    const found = bottleneckOf({ ...PLAN, queue: { ...QUEUE, isElsewhere: false } })!;
    assert.deepEqual([found.cpuMs, found.cpuOf], [100, 'machine']);
    assert.deepEqual(found.causes, ['cpu', 'queueServer']);
  });

  test('without a queue there are no such terms; a server that was started anew has none', () => {
    assert.equal('coordinatorMs' in bottleneckOf(PLAN)!, false);
    assert.equal('queueServerMs' in bottleneckOf({ ...PLAN, queue: { ...QUEUE, serverMs: null } })!, false);
  });

  test('the coordinator alone', () => {
    const terms = { waitingMs: 50, waitingShare: 0.9, cpuMs: 20, serverMs: null };
    assert.deepEqual(judgeTerms({ ...terms, coordinatorMs: 100, queueServerMs: 60 }), {
      ...{ kind: 'coordinator', causes: ['coordinator'], idealMs: 100, idealOf: 'coordinator' },
    });
  });
});

function queueSpan(over: Partial<QueueSpan> = {}): QueueSpan {
  const worker = { threads: [1], host: 'build-1', pid: 41, jobs: 30, cpuMs: 60, clockErrorMs: 0 };
  return {
    workers: [
      worker,
      { ...worker, threads: [2], host: '<img src=x>', pid: 7, jobs: 10, cpuMs: 20, clockErrorMs: 0.4 },
    ],
    ...{ reRuns: 1, duplicates: 0, lostRows: 0 },
    ...{ bytesIn: 40_000, bytesOut: 80_000, serverCpuMs: 10, coordinatorCpuMs: 8 },
    ...over,
  };
}

/** 40 jobs in 100 ms. */
function onQueue(spans: readonly QueueSpan[], over: Partial<RunRecord> = {}): RunRecord {
  const threads = [
    threadSpan({ cpuMs: 7, waitMs: 0 }),
    threadSpan({ thread: 1, cpuMs: 30, waitMs: 0 }),
    threadSpan({ thread: 2, cpuMs: 10, waitMs: 0 }),
  ];
  const queue = variant('distributed-queue', {
    trials: spans.map((span, index) => trial({ round: index + 1, wallMs: 100, threads, queue: span })),
  });
  return record({ variants: [variant('worker-pool'), queue], ...over });
}

describe('what a queue costs', () => {
  test('by hand: CPU per job by role, bytes, busy shares, ceilings and machines', () => {
    const costs = queueOf(onQueue([queueSpan()]))!;
    assert.deepEqual(costs.cpuMsPerJob, { workers: 2, coordinator: 0.2, server: 0.25 });
    assert.equal(costs.bytesPerJob, 3_000);
    // 40 ms of 2 × 100 ms; 8 and 10 of 100.
    assert.deepEqual(costs.busy, { workers: 0.2, coordinator: 0.08, server: 0.1 });
    assert.deepEqual([costs.ceilings.server?.estimate, costs.ceilings.coordinator?.estimate], [4_000, 5_000]);
    // 98 ms against 74 + 14.2 of worker-pool.
    assert.equal(costs.machines?.toFixed(4), (98 / 88.2).toFixed(4));
  });

  test('a lost worker and a restarted server leave figures unknown, not wrong', () => {
    const [one, two] = queueSpan().workers;
    const lost = queueSpan({ workers: [one!, { ...two!, cpuMs: null }], serverCpuMs: null, bytesIn: null });
    const costs = queueOf(onQueue([lost]))!;
    assert.deepEqual(costs.cpuMsPerJob, { workers: null, coordinator: 0.2, server: null });
    assert.deepEqual([costs.bytesPerJob, costs.ceilings.server, costs.machines], [null, null, null]);
  });

  test('the verdict has it as data, and other runs have none', () => {
    const found = verdictOf(onQueue([queueSpan()]));
    assert.equal(verdictSchema.safeParse(found).success, true);
    assert.equal(found.queue?.variant, 'distributed-queue');
    assert.equal(
      found.lines.some(({ topic }) => topic === 'queue'),
      true,
    );
    assert.equal('queue' in verdictOf(record()), false);
    assert.deepEqual(queueText(record(), null), []);
    assert.equal(trialSchema.safeParse(trial({ queue: queueSpan() })).success, true);
  });
});

describe('workers of a queue in the report', () => {
  test('one row for each process, by host; CPU of a lost one is unknown', () => {
    const [one, two] = queueSpan().workers;
    const second = queueSpan({ workers: [{ ...one!, jobs: 40, cpuMs: null }] });
    const view = runView(onQueue([queueSpan(), second]), []);
    const rows = view.queue!.workers.map(({ host, pid, trials, jobs, cpuMs, isLost }) => [
      ...[host, pid, trials, jobs, cpuMs, isLost],
    ]);
    assert.deepEqual(rows, [
      ['<img src=x>', 7, 1, 10, 20, false],
      ['build-1', 41, 2, 70, null, true],
    ]);
    assert.equal(view.queue!.reRuns, 2);
    assert.equal(two!.clockErrorMs, view.queue!.workers[0]!.clockErrorMs);
  });

  test('a host’s name is text and nothing else', () => {
    const html = renderRunPage(runView(onQueue([queueSpan()]), []));
    assert.equal(html.includes('<img src=x>'), false);
    assert.equal(html.includes('&lt;img src=x&gt;'), true);
  });

  test('labels of threads: host and process, and the number where a worker has several', () => {
    const labelOf = threadLabels([
      { threads: [1], host: 'a', pid: 5 },
      { threads: [2, 3], host: 'b', pid: 6 },
    ]);
    assert.deepEqual([0, 1, 2, 3, 9].map(labelOf), [
      'coordinator',
      'a · 5',
      'b · 6 · thread 1',
      'b · 6 · thread 2',
      'worker 9',
    ]);
    assert.equal(threadLabels([])(0), 'main thread');
  });

  test('the terminal has a line for each worker', () => {
    const text = renderSummary(onQueue([queueSpan()]), {
      ...{ colour: false, width: 80, reportPath: null, details: true },
    });
    assert.match(text, /^build-1 +41 +30 /m);
  });
});
