import { OUTCOME_CODE, type Outcome } from '../../src/core/outcomes.ts';
import { JobTable } from '../../src/engine/measurement/job-table.ts';
import { TRACE_COLUMNS, type TraceColumn, TraceTable } from '../../src/engine/measurement/trace-table.ts';
import type { TimelineTrial } from '../../src/profile/timeline/axis.ts';

/** When the trial begins, ns: as far from 0 as the clock is after some days. */
export const T0 = 300_000_000_000_000;
const NS_PER_US = 1_000;

/** Times are µs since the trial began. */
export interface TrialJob {
  readonly start: number;
  readonly end: number;
  readonly thread?: number;
  readonly outcome?: Outcome;
  readonly status?: number;
  readonly bytes?: number;
  /** Columns of the trace table; those whose name ends in `At` are moments. */
  readonly trace?: Partial<Record<TraceColumn, number>>;
}

/** A trial of these jobs, in the order of the plan. One that starts at NaN never began. */
export function timelineTrial(
  jobs: readonly TrialJob[],
  wallUs: number,
  rest: Partial<Pick<TimelineTrial, 'gc' | 'loops' | 'workers' | 'attempts'>> = {},
): TimelineTrial {
  const table = JobTable.shared(jobs.length);
  const trace = TraceTable.shared(jobs.length);
  const at = (us: number) => (Number.isNaN(us) ? 0 : T0 + us * NS_PER_US);
  jobs.forEach((job, row) => {
    table.start[row] = at(job.start);
    table.end[row] = at(job.end);
    table.thread[row] = job.thread ?? 0;
    table.outcome[row] = OUTCOME_CODE[job.outcome ?? 'ok'];
    table.status[row] = job.status ?? 200;
    table.bytes[row] = job.bytes ?? 0;
    for (const { name } of TRACE_COLUMNS) {
      const value = job.trace?.[name];
      if (value === undefined) continue;
      trace.columns[name][row] = name.endsWith('At')
        ? at(value)
        : value * (['requests', 'starts', 'computedBy'].includes(name) ? 1 : NS_PER_US);
    }
  });
  return { startNs: T0, endNs: at(wallUs), jobs: table, trace, gc: [], loops: [], attempts: [], ...rest };
}
