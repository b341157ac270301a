import type { JobError, TrialRecord } from '../../core/documents/run-record.ts';
import { NOT_MEASURED } from '../../core/documents/trial-record.ts';
import { OUTCOME_CODE } from '../../core/outcomes.ts';
import { JobTable } from '../../engine/measurement/job-table.ts';
import { readJournal } from '../../engine/measurement/journal-file.ts';
import { longestGapMs } from '../../engine/measurement/longest-gap.ts';
import { summariseLatency } from '../../engine/measurement/open-loop.ts';

const MAX_ERRORS = 3;
/** A thread copies its rows when it can: see `RowJournal`. */
const UNSURE = '; what its threads did last may not be counted';

export interface LostTrial {
  readonly record: TrialRecord;
  readonly table: JobTable;
}

interface Loss {
  readonly round: number;
  readonly order: number;
  readonly plan: Uint32Array;
  readonly reason: string;
  /** When that was noticed, ns on the clock of the rows. */
  readonly endNs: number;
}

/** Of a trial that its runner did not live to begin. */
export function trialNotBegun(loss: Loss): LostTrial {
  return lostTrial(loss, JobTable.shared(loss.plan.length), []);
}

/** From the journal of a runner that ended: what had ended stays, what was in flight gets `outcome`. */
export function trialOfJournal(
  loss: Loss,
  journalFile: string,
  outcome: 'worker-crashed' | 'aborted',
): LostTrial {
  const { plan, reason, endNs } = loss;
  // A trial that was stopped does not claim to be complete.
  const stopped = outcome === 'aborted';
  const read = readJournal(journalFile, plan.length);
  if (read === null) {
    const table = JobTable.shared(plan.length);
    table.outcome.fill(OUTCOME_CODE[outcome]);
    const unknown = stopped ? '' : '; which of its jobs had ended is not known';
    return lostTrial({ ...loss, reason: reason + unknown }, table, []);
  }
  const inFlight = read.table.settleStarted(outcome, endNs);
  if (stopped) return lostTrial(loss, read.table, []);
  const errors = inFlight.slice(0, MAX_ERRORS).map((position) => ({
    position,
    item: plan[position]!,
    // The orchestrator has not loaded the workload. It adds the name.
    name: '',
    input: null,
    outcome,
    status: null,
    code: null,
    message: `in flight when its runner ${reason}`,
  }));
  const allEnded = inFlight.length === 0 && read.table.outcome.every((code) => code !== 0);
  const unsure = read.whole || allEnded ? '' : UNSURE;
  return lostTrial({ ...loss, reason: reason + unsure }, read.table, errors);
}

function lostTrial({ round, order, reason }: Loss, table: JobTable, errors: JobError[]): LostTrial {
  const record: TrialRecord = {
    ...NOT_MEASURED,
    round,
    order,
    outcomes: table.countOutcomes(),
    allowedFailures: 0,
    bytes: table.totalBytes(),
    latencyMs: summariseLatency(table),
    longestGapMs: longestGapMs(table),
    threads: [],
    errors,
    lost: reason,
  };
  return { record, table };
}
