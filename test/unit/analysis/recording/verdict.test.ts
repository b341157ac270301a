import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type RecordedFacts, verdictsOf } from '../../../../src/analysis/recording/verdict.ts';
import type { FlameData } from '../../../../src/core/documents/flame.ts';
import type {
  RecordedStall,
  RecordedThread,
  RecordedWait,
  Verdict,
} from '../../../../src/core/documents/recording.ts';
import { processOf, threadOf } from '../../../support/sample-recording.ts';

/** A thread in which `parse` of src/parse.ts took `ms`, 80 of 100 of it itself. */
function flameOf(ms: number, inner = 'now'): FlameData {
  const frame = (name: string, file: string | null, category: FlameData['frames'][number]['category']) => {
    return { name, file, line: file === null ? null : 12, column: 1, category, package: null };
  };
  return {
    variant: 'app',
    frames: [
      frame('(root)', null, 'program'),
      frame('parse', 'src/parse.ts', 'user'),
      frame(inner, null, 'native'),
    ],
    threads: [
      {
        ...{ thread: 0, label: 'main', duration: 1_000_000, samples: 1_000 },
        ...{ frame: [0, 1, 2], parent: [-1, 0, 1], self: [0, 800 * ms, 200 * ms] },
        lines: { frame: [], line: [], self: [] },
      },
    ],
  };
}

const verdict = (...given: Parameters<typeof verdictsFor>): Verdict => verdictsFor(...given)[0]!;
const codes = (verdicts: readonly Verdict[]): string[] => verdicts.map(({ code }) => code);

function verdictsFor(
  threads: readonly Partial<RecordedThread>[],
  given: Partial<Omit<RecordedFacts, 'threads'>> = {},
): Verdict[] {
  return verdictsOf({
    processes: [processOf()],
    threads: threads.map((each, index) => threadOf(index, each)),
    ...{ stalls: [], waits: [], flame: flameOf(threads[0]?.busyMs ?? 0), spanMs: 1_000, availableCpus: 2 },
    cpuDemand: null,
    ...given,
  });
}

describe('the verdict of a recording', () => {
  test('a busy main thread beside idle workers: saturated, by the function with the most own time', () => {
    const { code, thread, function: place, evidence } = verdict([{ busyMs: 950 }, { busyMs: 20 }]);
    assert.equal(code, 'main-saturated');
    assert.equal(thread, 0);
    assert.deepEqual(place, { name: 'parse', file: 'src/parse.ts', line: 12 });
    assert.deepEqual(evidence, {
      ...{ busyShare: 0.95, workers: 1, workerBusyShare: 0.02 },
      ...{ selfShare: 0.8, totalShare: 1 },
    });
  });

  test('busy workers: CPU-bound, and not the main thread’s fault', () => {
    const { code, evidence } = verdict([{ busyMs: 100 }, { busyMs: 980 }, { busyMs: 960 }]);
    assert.equal(code, 'cpu-bound');
    assert.equal(evidence.busyThreads, 2.04);
  });

  test('threads that wait for a CPU for a quarter of their time, more of them than CPUs: oversubscribed', () => {
    const thread = { busyMs: 990, cpuMs: 660, cpuWaitMs: 330 };
    const cpuDemand = { usedCpus: 2, waitingThreads: 1 };
    const { code, evidence } = verdict([thread, thread, thread], { cpuDemand });
    assert.equal(code, 'oversubscribed');
    assert.deepEqual(evidence, { cpuWaitShare: 1 / 3, runnableThreads: 3, availableCpus: 2 });
    const two = { cpuDemand: { usedCpus: 1.4, waitingThreads: 0.5 }, availableCpus: 2 };
    assert.notEqual(verdict([thread, thread], two).code, 'oversubscribed');
  });

  test('one thread that has a CPU for half of its time: waiting for a CPU, and its main thread is not saturated', () => {
    const main = { busyMs: 950, cpuMs: 500, cpuWaitMs: 500 };
    const cpuDemand = { usedCpus: 0.5, waitingThreads: 0.5 };
    assert.deepEqual(verdictsFor([main], { cpuDemand }), [
      {
        ...{ code: 'waiting-for-cpu', thread: null, function: null, target: null },
        evidence: { cpuWaitShare: 0.5, usedCpus: 0.5, availableCpus: 2 },
      },
    ]);
    // Threads of its own that were not sampled, such as libuv's, take all CPUs.
    const own = { cpuDemand: { usedCpus: 2, waitingThreads: 0.5 } };
    assert.deepEqual(codes(verdictsFor([main], own)), ['oversubscribed', 'main-saturated']);
    const worker = { busyMs: 980, cpuMs: 500, cpuWaitMs: 500 };
    const demand = (waitingThreads: number) => ({ cpuDemand: { usedCpus: 1, waitingThreads } });
    const all = [{ busyMs: 100 }, worker, worker];
    assert.deepEqual(codes(verdictsFor(all, demand(1.5))), ['waiting-for-cpu']);
    // Without others they would wait as long.
    assert.deepEqual(codes(verdictsFor(all, demand(2))), ['oversubscribed', 'waiting-for-cpu']);
    // What hardly runs does not miss the CPUs.
    const idle = { busyMs: 50, cpuMs: 25, cpuWaitMs: 25 };
    assert.deepEqual(codes(verdictsFor([idle], { cpuDemand })), ['mostly-idle']);
  });

  test('a third of the busy time in garbage collection: GC-bound', () => {
    const gc = { count: 90, totalMs: 200, longestMs: 9 };
    const { code, evidence } = verdict([{ busyMs: 600, gc }]);
    assert.equal(code, 'gc-bound');
    assert.equal(evidence.gcShare, 200 / 600);
    // A thread without samples has pauses, and no busy time to compare them with.
    assert.equal(verdict([{ busyMs: 600 }, { samples: 0, sampledMs: 0, gc }]).code, 'nothing-stands-out');
    assert.equal(verdict([{ busyMs: 250, gc }]).code, 'mostly-idle');
  });

  test('calls that do not return for a fifth of the time: blocked by synchronous I/O', () => {
    const stall: RecordedStall = {
      ...{ thread: 0, startUs: 0, endUs: 200_000, over: true, cpuMs: 2, cpuWaitMs: 1, kind: 'blocked' },
      ...{
        function: { name: 'load', file: 'src/load.ts', line: 3 },
        share: 1,
        stack: [],
        requests: 0,
        moreRequests: false,
      },
    };
    const { code, function: place } = verdict([{ busyMs: 300 }], { stalls: [stall] });
    const all = { ...stall, endUs: 1_100_000 };
    assert.equal(verdict([{ busyMs: 1_000 }], { stalls: [all] }).evidence.blockedShare, 1);
    assert.equal(code, 'blocked-by-sync-io');
    assert.equal(place?.name, 'load');
    // The samples of its time were dropped.
    const processes = [processOf({ droppedUntilUs: 100_000 })];
    assert.equal(
      verdict([{ busyMs: 300, sampledMs: 900 }], { stalls: [stall], processes }).code,
      'nothing-stands-out',
    );
  });

  test('a busy worker whose older samples were dropped: CPU-bound, over the time of the samples', () => {
    const processes = [processOf({ droppedUntilUs: 900_000 })];
    const busy = { sampledMs: 100, busyMs: 95 };
    const { code, evidence } = verdict([{ sampledMs: 100, busyMs: 5 }, busy], { processes });
    assert.deepEqual([code, evidence.busyThreads], ['cpu-bound', 1]);
  });

  test('an idle program with requests to one host most of the time: waiting on that host', () => {
    const wait: RecordedWait = {
      ...{ kind: 'http-out', target: 'api.example.com', site: 'src/api.ts:12' },
      ...{ count: 10, failed: 0, totalMs: 900, maxMs: 120 },
    };
    const { code, target, function: place, evidence } = verdict([{ busyMs: 100 }], { waits: [wait] });
    assert.equal(code, 'waiting-on-host');
    assert.deepEqual(place, { name: '(request)', file: 'src/api.ts', line: 12 });
    assert.equal(target, 'api.example.com');
    assert.equal(evidence.meanMs, 90);
  });

  test('a tenth of a thread’s busy time in postMessage: messages too large, by its caller in the program', () => {
    const messages = { sent: 40, sendMs: 80 };
    const flame = flameOf(500, 'postMessage');
    const { code, function: place, evidence } = verdict([{ busyMs: 500, messages }], { flame });
    assert.equal(code, 'messages-too-large');
    assert.deepEqual(place, { name: 'parse', file: 'src/parse.ts', line: 12 });
    assert.deepEqual(evidence, { sendShare: 0.16, sent: 40, sendMs: 80 });
    const dispatcher = { busyMs: 100, messages: { sent: 4_000, sendMs: 15 } };
    assert.equal(verdict([dispatcher, { busyMs: 950 }]).code, 'cpu-bound');
  });

  test('workers of which hardly two are ever busy at a time, most of the time: starved, not CPU-bound', () => {
    const threads = [{ busyMs: 100 }, { busyMs: 450 }, { busyMs: 450 }];
    const { code, evidence } = verdict(threads, { processes: [processOf({ workersBusyMs: 900 })] });
    assert.equal(code, 'workers-starved');
    assert.deepEqual(evidence, { workers: 2, workersAtOnce: 1, busyShare: 0.9, messages: 0 });
    for (const processes of [[processOf({ workersBusyMs: 500 })], [processOf({ workersBusyMs: 300 })]]) {
      assert.notEqual(verdict(threads, { processes }).code, 'workers-starved');
    }
  });

  test('requests that wait for a thread of libuv’s pool beside idle CPUs: saturated; beside busy ones not', () => {
    const pool = { size: 4, watchedMs: 1_000, waitMs: 600, longestMs: 450 };
    const idle = [processOf({ pool, cpuMs: 200 })];
    const { code, evidence } = verdict([{ busyMs: 100 }], { processes: idle });
    assert.equal(code, 'thread-pool-saturated');
    assert.deepEqual(evidence, {
      ...{ waitShare: 0.6, longestMs: 450, poolThreads: 4, lookups: 0, cpuShare: 0.1 },
    });
    const busy = [processOf({ pool, cpuMs: 1_900 })];
    assert.equal(verdict([{ busyMs: 100 }], { processes: busy }).code, 'mostly-idle');
  });

  test('more DNS lookups in flight than libuv’s pool has threads: saturated, though other requests are served', () => {
    const pool = { size: 4, watchedMs: 1_000, waitMs: 10, longestMs: 2 };
    const wait: RecordedWait = {
      ...{ kind: 'dns', target: 'api.example.com', site: null },
      ...{ count: 64, failed: 0, totalMs: 8_000, maxMs: 120 },
    };
    const processes = [processOf({ pool, cpuMs: 200 })];
    const { code, evidence } = verdict([{ busyMs: 100 }], { processes, waits: [wait] });
    assert.equal(code, 'thread-pool-saturated');
    assert.equal(evidence.lookups, 8);
    // Of c-ares, which takes no thread of the pool.
    const queries: RecordedWait[] = [{ ...wait, kind: 'dns-query' }];
    assert.equal(verdict([{ busyMs: 100 }], { processes, waits: queries }).code, 'mostly-idle');
  });

  test('threads that hardly work: mostly idle; half of the time: nothing stands out', () => {
    assert.equal(verdict([{ busyMs: 100 }]).code, 'mostly-idle');
    assert.equal(verdict([{ busyMs: 100 }, { busyMs: 9, sampledMs: 10 }]).code, 'mostly-idle');
    // Processes one after another, each for a tenth of the time.
    const brief = { busyMs: 90, sampledMs: 100 };
    assert.notEqual(verdict(Array(10).fill(brief)).code, 'mostly-idle');
    assert.equal(verdict([{ busyMs: 500 }]).code, 'nothing-stands-out');
  });

  test('a handful of samples: nothing can be told', () => {
    assert.equal(verdict([{ samples: 3, busyMs: 900 }]).code, 'nothing-recorded');
  });
});
