import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PHASES, type RunRecord } from '../../src/core/documents/run-record.ts';
import type { Timeline } from '../../src/core/documents/timeline.ts';
import type { ThreadProfile } from '../../src/profile/profile.ts';
import type { TracedTrial } from '../../src/store/traced-trial.ts';

/** See the workload: what each of its jobs is known to take. */
export const KNOWN = {
  workload: fileURLToPath(new URL('../fixtures/known-shape/known-shape.ts', import.meta.url)),
  file: 'test/fixtures/known-shape/known-shape.ts',
  jobs: 40,
  waitMs: 50,
  workMs: 10,
} as const;

/** What a report may be off by: 3 percentage points. */
const POINTS = 0.03;
const NS_PER_US = 1e3;
const NS_PER_MS = 1e6;
/** Between two samples, which come each millisecond. */
const USUAL_GAP_US = 2_000;
/** Of a phase on the timeline. */
const CLOCK_US = 1;
const PROCESS = PHASES.indexOf('process');

/** A call of the named function, as it noted it itself: ns on the clock of process.hrtime(). */
export interface KnownCall {
  readonly startNs: number;
  readonly endNs: number;
  readonly cpuNs: number;
  /** Of its job in the plan. */
  readonly position: number;
}

export interface Span {
  readonly startNs: number;
  readonly endNs: number;
}

/** What the workload noted in CALLS_LOG. */
export async function readCalls(file: string): Promise<KnownCall[]> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const [startNs, endNs, cpuNs, position] = JSON.parse(line) as [number, number, number, number];
    return { startNs, endNs, cpuNs, position };
  });
}

/** Those of one execution: no other ran at the time. */
export function callsWithin(calls: readonly KnownCall[], span: Span): KnownCall[] {
  return calls.filter(({ startNs, endNs }) => startNs >= span.startNs && endNs <= span.endNs);
}

export function wallNs(calls: readonly KnownCall[]): number {
  return calls.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0);
}

function isAbout(found: number, known: number, what: string, more = 0): void {
  assert.ok(
    Math.abs(found - known) <= POINTS + more,
    `${what}: ${found}, known to be ${known} (± ${more} more)`,
  );
}

/**
 * When a call began or ended is known as well as there are samples around that moment. On a machine that is busy
 * with other things some are missing: by as much, ns, the time of all calls together may be wrong besides. On a
 * quiet one it is nothing, or next to it.
 *
 * @param profiles of all threads: whose call it was, the calls do not say
 */
export function unsampledNs(profiles: readonly ThreadProfile[], calls: readonly Span[]): number {
  let sum = 0;
  for (const ns of calls.flatMap(({ startNs, endNs }) => [startNs, endNs])) {
    const gaps = profiles.map(({ samples: { timeUs } }) => {
      const next = timeUs.findIndex((us) => us > ns / NS_PER_US);
      return next > 0 ? timeUs[next]! - timeUs[next - 1]! : 0;
    });
    sum += Math.max(0, Math.max(...gaps) - USUAL_GAP_US) * NS_PER_US;
  }
  return sum;
}

/**
 * How long after the start of its call each first sample may have been taken, ns in all: what was before it, no
 * sample says.
 */
function beforeFirstSampleNs(profiles: readonly ThreadProfile[], calls: readonly Span[]): number {
  const late = calls.map(({ startNs }) =>
    profiles.map(({ samples: { timeUs } }) => {
      const next = timeUs.find((us) => us > startNs / NS_PER_US);
      return next === undefined ? 0 : next * NS_PER_US - startNs;
    }),
  );
  return late.reduce((sum, each) => sum + Math.max(...each), 0);
}

/**
 * The breakdown of the traced pass.
 *
 * @param calls those of the traced trial
 */
export function breakdownIsTrue(
  { name, threads, trace }: RunRecord['variants'][number],
  calls: readonly KnownCall[],
): void {
  assert.ok(trace !== null && calls.length === KNOWN.jobs, `${name}: ${calls.length} calls`);
  const workers = trace.threads.filter(({ thread }) => thread > 0);
  const breakdowns = (workers.length > 0 ? workers : trace.threads).map(({ breakdown }) => breakdown);
  assert.equal(breakdowns.length, threads, name);
  const share = (...parts: (keyof (typeof breakdowns)[number])[]) =>
    breakdowns.reduce((sum, breakdown) => sum + parts.reduce((ms, part) => ms + breakdown[part], 0), 0) /
    (trace.wallMs * threads);
  const known = calls.reduce((sum, { cpuNs }) => sum + cpuNs, 0) / NS_PER_MS / (trace.wallMs * threads);
  isAbout(share('user-cpu'), known, `${name}, CPU`);
  // Until the first response nothing can be done; when it is there, a thread may wait for a CPU.
  const least = KNOWN.waitMs / trace.wallMs;
  const waiting = share('waiting', 'messaging', 'idle');
  const cpuWait = share('cpuWait');
  assert.ok(
    waiting + cpuWait >= least - POINTS,
    `${name}: ${waiting} of waiting, known to be ${least} at least`,
  );
  assert.ok(waiting <= 1 - known + POINTS, `${name}: ${waiting} of waiting beside ${known} of work`);
}

/**
 * Phases and samples of the timeline: how much each says of the work.
 *
 * @param calls those of the profiled repetition
 * @param profiles that its samples are of
 */
export function timelineIsTrue(
  timeline: Timeline,
  calls: readonly KnownCall[],
  profiles: readonly ThreadProfile[],
): void {
  const { variant, wallUs, kind, jobs, threads, frames } = timeline;
  assert.equal(kind, 'profiled');
  assert.equal(calls.length, KNOWN.jobs);
  const running = new Set(jobs.thread);
  const all = wallUs * running.size;
  const known = wallNs(calls) / NS_PER_US / all;
  const works = frames.map(({ name, file }) => name === 'crunch' && file === KNOWN.file);
  processingIsTrue(timeline, calls);
  let sampledUs = 0;
  let withinUs = 0;
  for (const { thread, cpu } of threads) {
    assert.ok(cpu !== null, `${variant}, thread ${thread}`);
    const spans = processingOf(jobs, (row) => jobs.processedBy[row] === thread);
    cpu.node.forEach((node, i) => {
      if (!works[cpu.frame[node]!]) return;
      const [from, to] = [cpu.startUs[i]!, cpu.startUs[i + 1] ?? cpu.endUs];
      sampledUs += to - from;
      for (const span of spans) withinUs += Math.max(0, Math.min(to, span[1]) - Math.max(from, span[0]));
    });
  }
  const unsampled = unsampledNs(profiles, calls) / NS_PER_US / all;
  isAbout(sampledUs / all, known, `${variant}, samples`, unsampled);
  // Samples lie where the jobs are that they are of.
  const late = beforeFirstSampleNs(profiles, calls) / NS_PER_US / all;
  isAbout(withinUs / all, known, `${variant}, samples while jobs are processed`, unsampled + late);
}

/**
 * No job is processed for less time than its call took. What is more, mostly messages to and from a worker, is next
 * to nothing in half of the jobs at least: in the others a thread may have waited for a CPU.
 */
function processingIsTrue({ variant, wallUs, jobs }: Timeline, calls: readonly KnownCall[]): void {
  const more = calls.map(({ startNs, endNs, position }) => {
    const spans = processingOf(jobs, (row) => jobs.position[row] === position);
    return spans.reduce((sum, [from, to]) => sum + to - from, 0) - (endNs - startNs) / NS_PER_US;
  });
  const sorted = more.sort((a, b) => a - b);
  assert.ok(sorted[0]! >= -CLOCK_US, `${variant}: processed for ${-sorted[0]!} µs less than known`);
  const running = new Set(jobs.thread).size;
  isAbout(
    (sorted[sorted.length >> 1]! * jobs.rows) / (wallUs * running),
    0,
    `${variant}, processing beside the calls`,
  );
}

function processingOf(
  { phases, rows }: Timeline['jobs'],
  isWanted: (row: number) => boolean,
): [number, number][] {
  const spans: [number, number][] = [];
  for (let row = 0; row < rows; row++) {
    if (!isWanted(row)) continue;
    for (let i = phases.first[row]!; i < phases.first[row + 1]!; i++) {
      if (phases.phase[i] === PROCESS) spans.push([phases.startUs[i]!, phases.endUs[i]!]);
    }
  }
  return spans;
}

/** To the microsecond, and on no lane two at once. */
export function barsAreThoseOfTheTable({ jobs, wallUs }: Timeline, trial: TracedTrial): void {
  assert.equal(jobs.rows, KNOWN.jobs);
  const { start, end } = trial.jobs;
  const lastEnd = new Map<string, number>();
  for (let row = 0; row < jobs.rows; row++) {
    const position = jobs.position[row]!;
    for (const [us, ns] of [
      [jobs.startUs[row]!, start[position]!],
      [jobs.endUs[row]!, end[position]!],
    ] as const) {
      assert.ok(Math.abs(us - (ns - trial.startNs) / 1_000) <= 0.1, `job ${position}: ${us} µs`);
      assert.ok(us >= 0 && us <= wallUs);
    }
    const lane = `${jobs.thread[row]}/${jobs.lane[row]}`;
    assert.ok(jobs.startUs[row]! >= (lastEnd.get(lane) ?? 0), `lane ${lane}`);
    lastEnd.set(lane, jobs.endUs[row]!);
  }
}
