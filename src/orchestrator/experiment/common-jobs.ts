import { comparable } from '../../analysis/comparable.ts';
import type { TrialRecord } from '../../core/documents/run-record.ts';
import type { RunSpec } from '../../core/documents/spec.ts';
import { failedCount, OUTCOME_CODE } from '../../core/outcomes.ts';
import { retries } from '../../core/variants.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import { summariseLatency, summariseOpenLoop } from '../../engine/measurement/open-loop.ts';

/** A trial of one round, with its rows and, on a schedule, when each was due. */
export interface RoundTrial {
  readonly trial: TrialRecord;
  readonly rows: JobTable;
  readonly dueNs: Float64Array | null;
}

/**
 * Where trials of a round are compared although jobs failed: makes their latencies, and response times, those of the jobs
 * that ended ok in all of them. Changes the rows. Not where a variant sends failed requests again: what that costs those
 * jobs is what is asked.
 */
export function compareCommonJobs(
  round: readonly RoundTrial[],
  { load, variants }: Pick<RunSpec, 'load' | 'variants'>,
): void {
  if (variants.some(retries)) return;
  const compared = round.filter(({ trial }) => comparable(trial));
  if (compared.every(({ trial }) => failedCount(trial.outcomes) === 0)) return;
  const okCode = OUTCOME_CODE.ok;
  for (const { rows } of compared) {
    for (let position = 0; position < rows.rows; position++) {
      if (rows.outcome[position] === okCode) continue;
      for (const other of compared) other.rows.outcome[position] = OUTCOME_CODE['not-started'];
    }
  }
  for (const { trial, rows, dueNs } of compared) {
    trial.latencyMs = summariseLatency(rows);
    if (load.kind !== 'open' || dueNs === null) continue;
    trial.open = summariseOpenLoop({ table: rows, dueNs, rate: load.rate, complete: true });
  }
}
