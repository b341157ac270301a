import { DEFECTS_QUOTED, type Reconciled } from '../../core/documents/reconciled.ts';
import type { RunRecord, TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { FAULT_NAMES, type FaultName, faultFacts } from '../../core/faults.ts';
import { OUTCOMES, type Outcome } from '../../core/outcomes.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import type { FaultCounts, Injected } from '../server/faults/injector.ts';

export function nothingReconciled(): Reconciled {
  return { injected: [], jobs: [], defects: 0, examples: [] };
}

/** The last request of a job that the server has told of. */
interface LastRequest {
  readonly attempt: number;
  readonly fault: FaultName | null;
}

/**
 * Lays what the server injected in a trial beside what became of its jobs, and adds both to `record.reconciled`.
 * @returns jobs that failed because of a fault
 */
export function reconcileTrial(
  { reconciled, spec }: RunRecord,
  { name: variant }: Pick<VariantRecord, 'name'>,
  trial: Pick<TrialRecord, 'round' | 'open'>,
  rows: JobTable,
  injected: Injected,
  nameOf: (position: number) => string,
): number {
  if (reconciled === null) return 0;
  const last = lastRequests(injected.jobs);
  const isRetried = [...last.values()].some(({ attempt }) => attempt > 0);
  const budget = budgetOf(injected, spec.workload.settings.tls ? spec.concurrency : 1);
  let explained = 0;
  for (let position = 0; position < rows.rows; position++) {
    const outcome = OUTCOMES[rows.outcome[position]!]!;
    // A schedule gives up jobs that it could not start.
    if (outcome === 'not-started' && trial.open !== null) continue;
    let fault = last.get(position)?.fault ?? null;
    let isExpected = fault === null ? outcome === 'ok' : mayEnd(fault, outcome, isRetried);
    if (!isExpected && outcome !== 'ok') {
      const other = spend(budget, outcome);
      isExpected = other !== null;
      fault = other ?? fault;
    }
    count(reconciled.jobs, { variant, fault, outcome, isExpected });
    if (isExpected && outcome !== 'ok') explained++;
    if (isExpected) continue;
    reconciled.defects++;
    if (reconciled.examples.length < DEFECTS_QUOTED) {
      const { round } = trial;
      reconciled.examples.push({ variant, round, position, name: nameOf(position), fault, outcome });
    }
  }
  for (const [fault, times] of totalsOf(injected)) {
    const known = reconciled.injected.find((each) => each.variant === variant && each.fault === fault);
    if (known === undefined) reconciled.injected.push({ variant, fault, count: times });
    else known.count += times;
  }
  return explained;
}

/** A job that waits for its next attempt can run out of time. */
function mayEnd(fault: FaultName, outcome: Outcome, isRetried: boolean): boolean {
  return faultFacts(fault).outcomes.includes(outcome) || (isRetried && outcome === 'timeout');
}

function lastRequests(jobs: Injected['jobs']): Map<number, LastRequest> {
  const last = new Map<number, LastRequest>();
  for (let index = 0; index < jobs.length; index += 3) {
    const [position, attempt, fault] = [jobs[index]!, jobs[index + 1]!, jobs[index + 2]!];
    if ((last.get(position)?.attempt ?? -1) > attempt) continue;
    last.set(position, { attempt, fault: FAULT_NAMES[fault] ?? null });
  }
  return last;
}

/** Jobs that may have failed by faults that the server can't name a job of, by fault. */
function budgetOf(
  { jobs, requests, connections }: Injected,
  jobsOfConnection: number,
): Map<FaultName, number> {
  const budget = new Map<FaultName, number>();
  const add = (fault: FaultName, most: number) => budget.set(fault, (budget.get(fault) ?? 0) + most);
  for (const [fault, times] of entriesOf(requests)) add(fault, times);
  for (const [fault, times] of entriesOf(connections)) add(fault, times * jobsOfConnection);
  for (let index = 2; index < jobs.length; index += 3) {
    const fault = FAULT_NAMES[jobs[index]!];
    if (fault !== undefined && faultFacts(fault).endsConnection) add(fault, jobsOfConnection);
  }
  return budget;
}

function spend(budget: Map<FaultName, number>, outcome: Outcome): FaultName | null {
  for (const [fault, left] of budget) {
    if (left === 0 || !faultFacts(fault).outcomes.includes(outcome)) continue;
    budget.set(fault, left - 1);
    return fault;
  }
  return null;
}

function totalsOf({ jobs, requests, connections }: Injected): Map<FaultName, number> {
  const totals = new Map<FaultName, number>();
  const add = (fault: FaultName, times: number) => totals.set(fault, (totals.get(fault) ?? 0) + times);
  for (const counts of [requests, connections])
    for (const [fault, times] of entriesOf(counts)) add(fault, times);
  for (let index = 2; index < jobs.length; index += 3) {
    const fault = FAULT_NAMES[jobs[index]!];
    if (fault !== undefined) add(fault, 1);
  }
  return totals;
}

function entriesOf(counts: FaultCounts): [FaultName, number][] {
  return Object.entries(counts) as [FaultName, number][];
}

function count(cells: Reconciled['jobs'], cell: Omit<Reconciled['jobs'][number], 'jobs'>): void {
  const known = cells.find(
    ({ variant, fault, outcome, isExpected }) =>
      variant === cell.variant &&
      fault === cell.fault &&
      outcome === cell.outcome &&
      isExpected === cell.isExpected,
  );
  if (known === undefined) cells.push({ ...cell, jobs: 1 });
  else known.jobs++;
}
