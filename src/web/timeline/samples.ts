import type { Timeline, TimelineCpu, TimelineThread } from '../../core/documents/timeline.ts';
import { PROCESS_PHASE } from '../../output/view/run/phase-groups.ts';
import { lowerBound, upperBound } from './intervals.ts';

/** A sample belongs to a job if it was taken on the thread that processed the job, meanwhile, whatever its length. */

export interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

/** When a job was processed; empty where that is not known. */
function processingOf({ jobs }: Timeline, row: number): Span[] {
  const { first, phase, startUs, endUs } = jobs.phases;
  const spans: Span[] = [];
  for (let p = first[row]!; p < first[row + 1]!; p += 1) {
    if (phase[p] === PROCESS_PHASE) spans.push({ fromUs: startUs[p]!, toUs: endUs[p]! });
  }
  return spans;
}

/** Samples of a stretch in [from, to): the first at its start, the others at the mean interval. */
export function samplesWithin(cpu: TimelineCpu, stretch: number, fromUs: number, toUs: number): number {
  const start = cpu.startUs[stretch]!;
  const length = stretchEnd(cpu, stretch) - start;
  const interval = cpu.intervalUs > 0 ? cpu.intervalUs : Math.max(length, 1);
  const samples = Math.max(1, Math.round(length / interval));
  const before = (us: number): number =>
    Math.min(samples, Math.max(0, Math.ceil((us - start) / interval - 1e-9)));
  return before(toUs) - before(fromUs);
}

function stretchEnd({ startUs, endUs }: TimelineCpu, stretch: number): number {
  return stretch + 1 < startUs.length ? startUs[stretch + 1]! : endUs;
}

/** Calls back for each stretch with samples in the span. */
function eachSampled(
  cpu: TimelineCpu,
  { fromUs, toUs }: Span,
  found: (node: number, samples: number) => void,
): void {
  const until = lowerBound(cpu.startUs, toUs);
  for (let i = Math.max(0, upperBound(cpu.startUs, fromUs) - 1); i < until; i += 1) {
    const samples = samplesWithin(cpu, i, fromUs, toUs);
    if (samples > 0) found(cpu.node[i]!, samples);
  }
}

interface SampledFunction {
  readonly frame: number;
  /** In the function itself, and in it or in what it called. */
  readonly self: number;
  readonly total: number;
}

export interface JobSamples {
  readonly spans: readonly Span[];
  readonly processingUs: number;
  /** Mean time between two samples of the thread; null if it was not profiled. */
  readonly intervalUs: number | null;
  /** Of running code; and of a thread that waited. */
  readonly samples: number;
  readonly idle: number;
  /** Most samples in the function itself first, then the user's own. */
  readonly functions: readonly SampledFunction[];
}

export function samplesOfJob(timeline: Timeline, row: number): JobSamples {
  const spans = processingOf(timeline, row);
  const cpu = processorOf(timeline, row)?.cpu ?? null;
  const self = new Map<number, number>();
  const total = new Map<number, number>();
  let samples = 0;
  let idle = 0;
  for (const span of cpu === null ? [] : spans) {
    eachSampled(cpu!, span, (leaf, count) => {
      const frame = cpu!.frame[leaf]!;
      if (timeline.frames[frame]?.category === 'idle') {
        idle += count;
        return;
      }
      samples += count;
      self.set(frame, (self.get(frame) ?? 0) + count);
      for (const each of framesOnPath(cpu!, leaf)) total.set(each, (total.get(each) ?? 0) + count);
    });
  }
  const own = (frame: number): number => (timeline.frames[frame]?.category === 'user' ? 1 : 0);
  const functions = [...total]
    .map(([frame, all]) => ({ frame, self: self.get(frame) ?? 0, total: all }))
    .sort((a, b) => b.self - a.self || own(b.frame) - own(a.frame) || b.total - a.total || a.frame - b.frame);
  const processingUs = spans.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0);
  return { spans, processingUs, intervalUs: cpu?.intervalUs ?? null, samples, idle, functions };
}

function processorOf({ threads, jobs }: Timeline, row: number): TimelineThread | undefined {
  return threads.find(({ thread }) => thread === jobs.processedBy[row]);
}

/** Each function once, even if it called itself; without the root. */
function framesOnPath(cpu: TimelineCpu, leaf: number): Set<number> {
  const frames = new Set<number>();
  for (let node = leaf; cpu.parent[node]! >= 0; node = cpu.parent[node]!) frames.add(cpu.frame[node]!);
  return frames;
}

interface ServedJob {
  readonly row: number;
  readonly samples: number;
}

export interface FunctionUse {
  /** On any thread, in the function or in what it called. */
  readonly samples: number;
  readonly us: number;
  /** Samples of it that were taken while a job was processed, each once however many jobs that were. */
  readonly inJobs: number;
  /** Jobs with at least one, the most samples first. */
  readonly jobs: readonly ServedJob[];
}

export function jobsOfFunction(timeline: Timeline, frame: number): FunctionUse {
  const byRow = new Map<number, number>();
  let samples = 0;
  let us = 0;
  let inJobs = 0;
  for (const { thread, cpu } of timeline.threads) {
    if (cpu === null) continue;
    const within = nodesWithin(cpu, frame);
    cpu.node.forEach((node, i) => {
      if (within[node] === 0) return;
      const end = stretchEnd(cpu, i);
      us += end - cpu.startUs[i]!;
      samples += samplesWithin(cpu, i, cpu.startUs[i]!, end);
    });
    const spans: Span[] = [];
    for (let row = 0; row < timeline.jobs.rows; row += 1) {
      if (timeline.jobs.processedBy[row] !== thread) continue;
      for (const span of processingOf(timeline, row)) {
        spans.push(span);
        eachSampled(cpu, span, (node, count) => {
          if (within[node] === 1) byRow.set(row, (byRow.get(row) ?? 0) + count);
        });
      }
    }
    let untilUs = 0;
    for (const { fromUs, toUs } of spans.sort((a, b) => a.fromUs - b.fromUs)) {
      eachSampled(cpu, { fromUs: Math.max(fromUs, untilUs), toUs }, (node, count) => {
        if (within[node] === 1) inJobs += count;
      });
      untilUs = Math.max(untilUs, toUs);
    }
  }
  const jobs = [...byRow].map(([row, count]) => ({ row, samples: count }));
  jobs.sort((a, b) => b.samples - a.samples || a.row - b.row);
  return { samples, us, inJobs, jobs };
}

/** 1 for each node that is the function, or was called by it. */
function nodesWithin({ frame, parent }: TimelineCpu, wanted: number): Uint8Array {
  const within = new Uint8Array(frame.length);
  frame.forEach((each, node) => {
    within[node] = each === wanted || (parent[node]! >= 0 && within[parent[node]!] === 1) ? 1 : 0;
  });
  return within;
}
