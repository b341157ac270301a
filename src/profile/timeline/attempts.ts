import type { TimelineTrial } from './axis.ts';

/** A request of a job that sent more than one. Times are ns on the clock of process.hrtime(). */
export interface Attempt {
  /** Code of OUTCOMES. */
  readonly outcome: number;
  /** HTTP status; 0 where there is none. */
  readonly status: number;
  readonly startNs: number;
  readonly endNs: number;
}

/** By the position of the job, in order of time, none overlapping another, and all within their job. */
export function attemptsByJob({
  jobs,
  attempts,
}: Pick<TimelineTrial, 'jobs' | 'attempts'>): ReadonlyMap<number, readonly Attempt[]> {
  const byJob = new Map<number, Attempt[]>();
  for (const { position, startNs, endNs, outcome, status } of attempts) {
    position.forEach((job, index) => {
      // Its row says when the job ended, whatever a request did that was abandoned with it.
      if (!(jobs.start[job]! > 0)) return;
      const own = byJob.get(job) ?? [];
      const from = Math.max(startNs[index]!, own.at(-1)?.endNs ?? jobs.start[job]!);
      const to = Math.min(endNs[index]!, jobs.end[job]!);
      if (to < from) return;
      own.push({ outcome: outcome[index]!, status: status[index]!, startNs: from, endNs: to });
      byJob.set(job, own);
    });
  }
  return byJob;
}
