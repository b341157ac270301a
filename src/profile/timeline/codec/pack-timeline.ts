import type { Curve, Timeline, TimelineJobs, TimelineThread } from '../../../core/documents/timeline.ts';
import { type NumberColumn, packNumbers, packText } from './pack.ts';
import { STEPS_PER_US } from './packed.ts';
import {
  type PackedTimeline,
  STEPS_PER_COUNT,
  STEPS_PER_SHARE,
  type TimelineHead,
} from './packed-timeline.ts';

/** Packs a timeline for a page; `unpackTimeline` gives it back in steps of 0.1 µs. Deterministic for one Node. */
export function packTimeline(timeline: Timeline): PackedTimeline {
  const { variant, kind, wallUs, frames, threads, jobs, inFlight, queued, notes } = timeline;
  const head: TimelineHead = {
    wallUs,
    frames,
    threads: threads.map(({ thread, label, cpu, delayUs, utilization }) => ({
      thread,
      label,
      cpu: cpu && { endUs: cpu.endUs, samples: cpu.samples, intervalUs: cpu.intervalUs },
      delay: delayUs !== null,
      utilization: utilization !== null,
    })),
    names: jobs.names,
    began: jobs.began,
    queued: queued !== null,
    notes,
  };
  const columns = [
    ...jobColumns(jobs),
    ...curve(inFlight, STEPS_PER_COUNT),
    ...(queued === null ? [] : curve(queued, STEPS_PER_COUNT)),
    ...threads.flatMap(threadColumns),
  ];
  return { variant, kind, head: packText(JSON.stringify(head)), numbers: packNumbers(columns) };
}

/** Lengths and not ends, waits and not moments: small numbers, which pack well. */
function jobColumns(jobs: TimelineJobs): NumberColumn[] {
  const { phases, attempts } = jobs;
  const start = steps(jobs.startUs);
  return [
    ...[jobs.position, jobs.name, jobs.thread, jobs.processedBy, jobs.lane].map(plain),
    ...[jobs.outcome, jobs.status, jobs.bytes].map(plain),
    plain(start),
    plain(steps(jobs.endUs).map((end, row) => end - start[row]!)),
    plain(steps(jobs.queuedUs).map((queued, row) => start[row]! - queued)),
    plain(steps(jobs.returnedUs).map((returned, row) => returned - start[row]!)),
    ...spanColumns(phases, start),
    plain(phases.phase),
    ...spanColumns(attempts, start),
    plain(attempts.outcome),
    plain(attempts.status),
  ];
}

/** @param start of the jobs, in steps */
function spanColumns(
  { first, startUs, endUs }: Pick<TimelineJobs['phases'], 'first' | 'startUs' | 'endUs'>,
  start: Float64Array,
): NumberColumn[] {
  const counts = first.subarray(1).map((from, row) => from - first[row]!);
  const spanStart = steps(startUs);
  const rowOf = new Int32Array(startUs.length);
  for (let row = 0; row < counts.length; row++) rowOf.fill(row, first[row]!, first[row + 1]!);
  return [
    plain(counts),
    plain(spanStart.map((at, i) => at - start[rowOf[i]!]!)),
    plain(steps(endUs).map((end, i) => end - spanStart[i]!)),
  ];
}

function threadColumns({ gc, cpu, delayUs, utilization }: TimelineThread): NumberColumn[] {
  return [
    plain(steps(gc.startUs)),
    plain(steps(gc.lengthUs)),
    ...(cpu === null ? [] : [cpu.frame, cpu.parent, cpu.node, steps(cpu.startUs)].map(plain)),
    ...(delayUs === null ? [] : curve(delayUs, STEPS_PER_US)),
    ...(utilization === null ? [] : curve(utilization, STEPS_PER_SHARE)),
  ];
}

function curve({ atUs, value }: Curve, perUnit: number): NumberColumn[] {
  return [plain(steps(atUs)), { values: value, perUnit }];
}

function plain(values: ArrayLike<number>): NumberColumn {
  return { values };
}

function steps(us: Float64Array): Float64Array {
  return us.map((time) => Math.round(time * STEPS_PER_US));
}
