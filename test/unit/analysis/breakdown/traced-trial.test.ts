import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { handedOver, meanPhases, summarisePhases } from '../../../../src/analysis/breakdown/phases.ts';
import { type TracedTrial, threadFigures } from '../../../../src/analysis/breakdown/thread-figures.ts';
import type { ThreadTrace } from '../../../../src/core/documents/breakdown.ts';
import type { ThreadSpan } from '../../../../src/core/documents/run-record.ts';
import { JobTable } from '../../../../src/engine/measurement/job-table.ts';
import { type TraceColumn, TraceTable } from '../../../../src/engine/measurement/trace-table.ts';
import { threadSpan } from '../../../fixtures/runs/records.ts';

const MS = 1e6;
/** When the trial began: far from 0, as a clock that counts from boot. */
const T0 = 5e12;

/** Rows of jobs from moments and durations in ms; a moment counts from the start of the trial. */
function tables(
  rows: readonly ({ start: number; end: number; thread: number } & Partial<Record<TraceColumn, number>>)[],
): { jobs: JobTable; table: TraceTable } {
  const jobs = JobTable.shared(rows.length);
  const table = TraceTable.shared(rows.length);
  rows.forEach(({ start, end, thread, ...columns }, position) => {
    jobs.start[position] = T0 + start * MS;
    jobs.end[position] = T0 + end * MS;
    jobs.thread[position] = thread;
    for (const [name, ms] of Object.entries(columns)) {
      table.columns[name as TraceColumn][position] = ms * MS + (name.endsWith('At') ? T0 : 0);
    }
  });
  return { jobs, table };
}

function span(thread: number, cpuMs: number, waitMs = 1, spanMs = 100): ThreadSpan {
  return threadSpan({ thread, cpuMs, waitMs, spanMs, activeMs: cpuMs });
}

function told(thread: number, changes: Partial<ThreadTrace> = {}): ThreadTrace {
  const idle = { beforeMs: 0, betweenMs: 0, afterMs: 0, firstNs: T0, lastNs: T0 + 100 * MS };
  return {
    thread,
    work: 'timed',
    moved: null,
    gc: [],
    heapPeakBytes: 1e6,
    userCpuShare: null,
    idle,
    loop: null,
    ...changes,
  };
}

/** 100 ms, two threads; the last job begins at 60 ms. */
function trial(threads: readonly ThreadTrace[], changes: Partial<TracedTrial> = {}): TracedTrial {
  const rows = tables([
    { start: 0, end: 40, thread: 1, process: 10, processAt: 30, processEndAt: 40 },
    { start: 60, end: 95, thread: 1, process: 5, processAt: 90, processEndAt: 95 },
    { start: 10, end: 50, thread: 2, process: 20, processAt: 25, processEndAt: 45 },
  ]);
  return {
    trace: { startNs: T0, endNs: T0 + 100 * MS, threads },
    spans: [span(0, 3), span(1, 30), span(2, 40)],
    ...rows,
    paced: false,
    ...changes,
  };
}

const figuresOf = (given: TracedTrial, thread: number) =>
  threadFigures(given).find((each) => each.thread === thread)!.figures;

describe('what the rows say of a thread', () => {
  test('time in the user’s functions is that of its own jobs, without the pauses in it', () => {
    // Of 10 + 5 ms, 2 ms were the end of a pause (28 to 32); another (50 to 55) fell between two jobs.
    const gc = [
      [T0 + 28 * MS, 4 * MS],
      [T0 + 50 * MS, 5 * MS],
    ] as const;
    const figures = figuresOf(trial([told(1, { gc, userCpuShare: 0.5 }), told(2)]), 1);
    assert.deepEqual([figures.gcMs, figures.user], [9, { ms: 13, cpuShare: 0.5 }]);
  });

  test('what a thread waited for a CPU outside of the trial is not the trial’s', () => {
    // Asked 30 ms after the end, and read 5 ms before the start: at most that much lay outside.
    const waiting = (waitMs: number) =>
      figuresOf(trial([told(1)], { spans: [span(1, 30, waitMs, 135)] }), 1).cpu;
    assert.deepEqual(waiting(50), { cpuMs: 30, waitMs: 15 });
    assert.deepEqual(waiting(20), { cpuMs: 30, waitMs: 0 });
  });

  test('a pause counts as far as it lies within the trial', () => {
    const gc = [
      [T0 - 3 * MS, 5 * MS],
      [T0 + 99 * MS, 5 * MS],
      [T0 + 120 * MS, 5 * MS],
    ] as const;
    assert.equal(figuresOf(trial([told(1, { gc })]), 1).gcMs, 3);
  });

  test('waiting without a job: starved until the last job of all has begun, done after that', () => {
    // First job at 10 ms, 8 of them waited; then none from 50 to 100 ms, 45 waited: a fifth of that before 60.
    const idle = { beforeMs: 8, betweenMs: 3, afterMs: 45, firstNs: T0 + 10 * MS, lastNs: T0 + 50 * MS };
    const { starvedMs, doneMs } = figuresOf(trial([told(2, { idle })]), 2);
    assert.deepEqual([starvedMs, doneMs], [8 + 3 + 9, 36]);
  });

  test('what a thread waited before the trial and after it is not the trial’s', () => {
    const idle = { beforeMs: 50, betweenMs: 0, afterMs: 80, firstNs: T0 + 2 * MS, lastNs: T0 + 90 * MS };
    const { starvedMs, doneMs } = figuresOf(trial([told(1, { idle })]), 1);
    assert.deepEqual([starvedMs, doneMs], [2, 10]);
  });

  test('a thread that ran no job was starved all the time that there were some', () => {
    const idle = { beforeMs: 200, betweenMs: 0, afterMs: 0, firstNs: 0, lastNs: 0 };
    const { starvedMs, doneMs, user } = figuresOf(trial([told(2, { idle })], { ...tables([]) }), 2);
    assert.deepEqual([starvedMs, doneMs, user], [0, 100, { ms: 0, cpuShare: null }]);
    const beside = figuresOf(trial([told(3, { idle })], { spans: [span(3, 1)] }), 3);
    assert.deepEqual([beside.starvedMs, beside.doneMs], [60, 40]);
  });

  test('with a schedule there is nothing to be starved of', () => {
    const idle = { beforeMs: 8, betweenMs: 3, afterMs: 0, firstNs: T0 + 10 * MS, lastNs: T0 + 100 * MS };
    const { starvedMs, doneMs } = figuresOf(trial([told(2, { idle })], { paced: true }), 2);
    assert.deepEqual([starvedMs, doneMs], [0, 11]);
  });

  test('jobs of which nothing else is known, and a thread that has none', () => {
    const given = trial([told(0, { work: 'hands-out', idle: null }), told(1, { work: 'jobs' })]);
    const [main, worker] = threadFigures(given);
    assert.deepEqual([main?.figures.work, main?.figures.user], ['hands-out', null]);
    assert.deepEqual([worker?.figures.work, worker?.figures.user], ['jobs', null]);
    assert.equal(main?.figures.wallMs, 100);
  });

  test('a thread without a reading has no figures', () => {
    assert.deepEqual(threadFigures(trial([told(7)])), []);
  });
});

describe('phases', () => {
  const { jobs, table } = tables([
    { start: 5, end: 40, thread: 1, queuedAt: 1, clientQueue: 2, tcp: 3, wait: 20, process: 4 },
    { start: 0, end: 30, thread: 0, clientQueue: 1, wait: 10 },
    { start: 0, end: 30, thread: 0, wait: 30, requests: 1 },
  ]);

  test('queue is the way to the thread and the wait for a connection', () => {
    const queue = summarisePhases(jobs, table, 1).find(({ phase }) => phase === 'queue');
    assert.deepEqual(queue, { phase: 'queue', jobs: 2, totalMs: 6 + 1, p50: 3.5, p90: 5.5, max: 6 });
  });

  test('a phase is summed up over the jobs that had it', () => {
    const phases = new Map(summarisePhases(jobs, table, 1).map((each) => [each.phase, each]));
    assert.deepEqual(
      [...phases.keys()],
      ['queue', 'dns', 'tcp', 'tls', 'send', 'wait', 'download', 'process'],
    );
    const wait = { phase: 'wait', jobs: 3, totalMs: 60, p50: 20, p90: 28, max: 30 };
    assert.deepEqual(phases.get('wait'), wait);
    assert.deepEqual(phases.get('tcp'), { phase: 'tcp', jobs: 1, totalMs: 3, p50: 3, p90: 3, max: 3 });
    assert.deepEqual(phases.get('tls'), {
      phase: 'tls',
      jobs: 0,
      totalMs: 0,
      p50: null,
      p90: null,
      max: null,
    });
  });
});

describe('phases of groups of jobs', () => {
  test('are means over all jobs of a group, those without the phase among them', () => {
    const { jobs, table } = tables([
      { start: 5, end: 40, thread: 1, queuedAt: 1, clientQueue: 2, tcp: 3, wait: 20, process: 4 },
      { start: 0, end: 30, thread: 0, clientQueue: 1, wait: 10 },
      { start: 0, end: 30, thread: 0, wait: 30, requests: 1 },
    ]);
    const none = { queue: 0, dns: 0, tcp: 0, tls: 0, send: 0, wait: 0, download: 0, process: 0 };
    const [pair, one, empty] = meanPhases(jobs, table, 1, (position) => (position < 2 ? 0 : 1), 3);
    assert.deepEqual(pair, { ...none, queue: 3.5, tcp: 1.5, wait: 15, process: 2 });
    assert.deepEqual(one, { ...none, wait: 30 });
    assert.deepEqual(empty, none);
  });
});

describe('when a job was sent to its thread', () => {
  test('the first tasks of a thread at once, the others when one is done there; by their order of starting', () => {
    // Two tasks at a time in thread 1; the main thread hears at 12 and 21 ms that one is done.
    const { jobs, table } = tables([
      { start: 2, end: 10, thread: 1, queuedAt: 1, returnedAt: 12 },
      { start: 22, end: 30, thread: 1, queuedAt: 1, returnedAt: 31 },
      { start: 3, end: 20, thread: 1, queuedAt: 1, returnedAt: 21 },
      { start: 15, end: 40, thread: 1, queuedAt: 1, returnedAt: 41 },
      { start: 5, end: 9, thread: 2, queuedAt: 1, returnedAt: 10 },
      { start: 6, end: 9, thread: 0 },
    ]);
    const sent = [...handedOver(jobs, table, 2)].map((at) => (at === 0 ? null : (at - T0) / MS));
    assert.deepEqual(sent, [1, 21, 1, 12, 1, null]);
  });

  test('never before it was given to the pool, nor after it began', () => {
    const { jobs, table } = tables([
      { start: 2, end: 10, thread: 1, queuedAt: 1, returnedAt: 12 },
      { start: 25, end: 30, thread: 1, queuedAt: 24, returnedAt: 31 },
      { start: 28, end: 30, thread: 1, queuedAt: 24, returnedAt: 33 },
    ]);
    assert.deepEqual(
      [...handedOver(jobs, table, 1)].map((at) => (at - T0) / MS),
      [1, 24, 28],
    );
  });
});
