import { PHASES } from '../../core/documents/breakdown.ts';
import type { Timeline } from '../../core/documents/timeline.ts';
import { formatBytes, formatCount, formatPlural, formatShare, formatUs } from '../../core/format.ts';
import { PHASE_NAMES } from '../../core/labels.ts';
import { OUTCOMES } from '../../core/outcomes.ts';
import { PROCESS_PHASE } from '../../output/view/run/phase-groups.ts';
import { endOf } from './lanes.ts';
import { jobName } from './model.ts';
import type { FunctionUse, JobSamples } from './samples.ts';

export interface JobPhase {
  readonly name: string;
  readonly us: number;
}

/** A request of a job that sent more than one, or the wait before the next. */
export interface JobAttempt extends JobPhase {
  readonly isBad: boolean;
}

interface JobFacts {
  readonly title: string;
  readonly outcome: string;
  readonly isOk: boolean;
  readonly thread: string;
  readonly startUs: number;
  readonly tookUs: number;
  readonly bytes: string | null;
  /** In order of time, what lies before its start and after its end included. */
  readonly phases: readonly JobPhase[];
  /** In order of time; empty for a job that sent one request. */
  readonly attempts: readonly JobAttempt[];
}

/** What a recording shows as bars are requests. */
export function workName({ variant }: Timeline): 'job' | 'request' {
  return variant === 'recording' ? 'request' : 'job';
}

export function jobFacts(timeline: Timeline, row: number): JobFacts {
  const { jobs, threads, wallUs } = timeline;
  const outcome = OUTCOMES[jobs.outcome[row]!] ?? 'unknown';
  const status = jobs.status[row]!;
  const start = jobs.startUs[row]!;
  const bytes = jobs.bytes[row]!;
  const onQueue = timeline.variant === 'distributed-queue';
  return {
    title: `${workName(timeline) === 'job' ? 'Job' : 'Request'} ${jobs.position[row]}: ${jobName(timeline, row)}`,
    outcome: outcomeText(outcome, status),
    isOk: outcome === 'ok',
    thread: threads.find(({ thread }) => thread === jobs.thread[row])?.label ?? `thread ${jobs.thread[row]}`,
    startUs: start,
    tookUs: endOf(jobs, row, wallUs) - start,
    bytes: bytes > 0 ? formatBytes(bytes) : null,
    phases: [
      ...known(onQueue ? 'in the queue' : 'dispatched, waiting for its thread', start - jobs.queuedUs[row]!),
      ...phasesOf(timeline, row),
      ...known(
        `result on its way to the ${onQueue ? 'coordinator' : 'main thread'}`,
        jobs.returnedUs[row]! - jobs.endUs[row]!,
      ),
    ],
    attempts: attemptsOf(timeline, row),
  };
}

function outcomeText(outcome: string, status: number): string {
  return status > 0 ? `${outcome}, status ${status}` : outcome;
}

function attemptsOf({ jobs: { attempts } }: Timeline, row: number): JobAttempt[] {
  const list: JobAttempt[] = [];
  const first = attempts.first[row]!;
  for (let i = first; i < attempts.first[row + 1]!; i += 1) {
    const outcome = OUTCOMES[attempts.outcome[i]!] ?? 'unknown';
    if (i > first) {
      list.push({ name: 'back-off', us: attempts.startUs[i]! - attempts.endUs[i - 1]!, isBad: false });
    }
    list.push({
      name: `request ${i - first + 1}: ${outcomeText(outcome, attempts.status[i]!)}`,
      us: attempts.endUs[i]! - attempts.startUs[i]!,
      isBad: outcome !== 'ok',
    });
  }
  return list;
}

function known(name: string, us: number): JobPhase[] {
  return Number.isNaN(us) ? [] : [{ name, us }];
}

function phasesOf({ jobs: { phases } }: Timeline, row: number): JobPhase[] {
  const list: JobPhase[] = [];
  for (let p = phases.first[row]!; p < phases.first[row + 1]!; p += 1) {
    const name = PHASES[phases.phase[p]!];
    if (name === undefined) continue;
    list.push({ name: PHASE_NAMES[name], us: phases.endUs[p]! - phases.startUs[p]! });
  }
  return list;
}

export function samplesSentence({ spans, processingUs, intervalUs, samples, idle }: JobSamples): string {
  if (intervalUs === null) return 'This run was not profiled, so there are no samples.';
  if (spans.length === 0) return 'Its processing time is not known, so samples cannot be assigned to it.';
  const apart = `one is taken about every ${formatUs(intervalUs)}`;
  if (samples === 0) {
    const why = idle > 0 ? 'Its thread waited at every sample' : 'No sample was taken';
    return `${why} in the ${formatUs(processingUs)} in which it was processed (${apart}).`;
  }
  const few = samples < 5 ? ' Too few for shares.' : '';
  const waited = idle > 0 ? `, ${formatCount(idle)} more while the thread waited` : '';
  return `${formatPlural(samples, 'sample')} in the ${formatUs(processingUs)} in which it was processed${waited}; ${apart}.${few}`;
}

/** Which jobs a function served, and how sure that is; null for a recording. */
export function servedText(
  timeline: Timeline,
  { jobs, inJobs, samples }: FunctionUse,
): { readonly heading: string | null; readonly sentence: string } | null {
  if (workName(timeline) !== 'job') return null;
  if (!timeline.jobs.phases.phase.includes(PROCESS_PHASE)) {
    const sentence = 'Processing times are not known, so samples cannot be assigned to jobs.';
    return { heading: null, sentence };
  }
  if (jobs.length === 0) {
    return {
      heading: 'No sample while a job was processed',
      sentence: 'It ran for several jobs or for none: between jobs, or while jobs are sent and received.',
    };
  }
  return {
    heading: `Served ${formatCount(jobs.length)} of ${formatPlural(timeline.jobs.rows, 'job')}`,
    sentence: `${formatShare(inJobs / Math.max(1, samples))} of its samples were taken while a job was processed. A job counts if at least one was; more jobs may have called it between two samples.`,
  };
}
