import type { FlameData } from '../../src/core/documents/flame.ts';
import type {
  LoadedRecording,
  RecordedProcess,
  RecordedThread,
  Recording,
} from '../../src/core/documents/recording.ts';
import { SCHEMA_VERSION } from '../../src/core/documents/schema-version.ts';

import { RecordingTimeline } from '../../src/profile/timeline/recording-timeline.ts';

/** A thread of one process that was sampled for 1,000 ms; the first is the main thread. */
export function threadOf(thread: number, given: Partial<RecordedThread> = {}): RecordedThread {
  return {
    ...{
      thread,
      process: 0,
      threadId: thread === 0 ? 0 : thread + 1,
      label: thread === 0 ? 'main' : `worker ${thread + 1}`,
    },
    role: thread === 0 ? 'main' : 'worker',
    script: null,
    ...{ startUs: 0, endUs: 1_000_000, profile: `threads/thread-${thread}.cpuprofile`, samples: 1_000 },
    ...{ sampledMs: 1_000, busyMs: 0, recorderMs: 0, cpuMs: 0, cpuWaitMs: 0 },
    gc: { count: 0, totalMs: 0, longestMs: 0 },
    lag: { meanMs: 0.1, maxMs: 1 },
    heapPeakBytes: 5_000_000,
    messages: { sent: 0, sendMs: 0 },
    stalls: { count: 0, totalMs: 0 },
    ...given,
  };
}

/** The process of those threads. */
export function processOf(given: Partial<RecordedProcess> = {}): RecordedProcess {
  return {
    ...{ pid: 100, ppid: 99, name: 'app.js', commandLine: 'node app.js', cwd: '/home/somebody/app' },
    ...{ node: 'v20.20.2', startUs: 0, endUs: 1_000_000, ended: 'in-order', skipped: null },
    ...{ cpuMs: 900, rssPeakBytes: 60_000_000, droppedUntilUs: null, pool: null, workersBusyMs: 0 },
    ...given,
  };
}

/** A recording of one second. */
export function recordingOf(
  threads: readonly Partial<RecordedThread>[],
  given: Partial<Recording> = {},
): Recording {
  return {
    schemaVersion: SCHEMA_VERSION,
    id: '20261129T101500Z-rec-x7k2',
    threadmill: '0.1.0',
    name: 'node app.js',
    commandLine: 'threadmill record -- node app.js',
    command: 'node app.js',
    cwd: '/home/somebody/app',
    createdAt: '2026-11-29T10:15:00.000Z',
    finishedAt: '2026-11-29T10:15:02.000Z',
    exit: { code: 0, signal: null },
    settings: {
      ...{ intervalUs: 1_000, stallMs: 50, waits: true, delayMs: null, durationMs: null },
      ...{ include: [], exclude: [] },
    },
    machine: { node: '20.20.2', platform: 'linux', arch: 'x64', cpuModel: 'CPU', availableCpus: 2 },
    ...{ startUs: 0, endUs: 1_000_000, startedAt: '2026-11-29T10:15:00.500Z' },
    processes: [processOf()],
    threads: threads.map((each, thread) => threadOf(thread, each)),
    ...{ stalls: [], waits: [], others: [], exported: [], gates: [] },
    verdicts: [
      {
        code: 'nothing-stands-out',
        thread: null,
        function: null,
        target: null,
        evidence: { busyShare: 0.5 },
      },
    ],
    warnings: [],
    ...given,
  };
}

/** The same with its calls, as a page is drawn from it. */
export function loadedOf(
  flame: FlameData,
  threads: readonly Partial<RecordedThread>[],
  given: Partial<Recording> = {},
): LoadedRecording {
  const recording = recordingOf(threads, given);
  const timeline = new RecordingTimeline(recording, {
    schemaVersion: SCHEMA_VERSION,
    threads: [],
    spans: [],
  }).timeline();
  const allocations = { flame: { ...flame, frames: [], threads: [] }, variance: [], intervalBytes: 1 };
  return { imported: false, recording, flame, allocations, timeline, sources: [], problems: [] };
}
