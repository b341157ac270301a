import { comparable, heldBeforeBytes } from '../../analysis/comparable.ts';
import { METRIC_NAMES, metricOf } from '../../analysis/metrics.ts';
import type { RunRecord, TrialRecord } from '../../core/documents/run-record.ts';
import { OUTCOMES } from '../../core/outcomes.ts';
import { type Cell, csvLine } from './cell.ts';

export interface TrialRow {
  readonly record: RunRecord;
  /** `aa` is the double of the baseline (`--aa`). */
  readonly variant: string;
  readonly trial: TrialRecord;
}

/** Heads and what stands below them: every metric, then figures that explain them. Times are ms, sizes bytes. */
const COLUMNS: readonly (readonly [string, (row: TrialRow) => Cell])[] = [
  ['run', ({ record }) => record.id],
  ['variant', ({ variant }) => variant],
  ['round', ({ trial }) => trial.round],
  ['order', ({ trial }) => trial.order],
  ['counts', ({ trial }) => comparable(trial)],
  ...METRIC_NAMES.flatMap((name): [string, (row: TrialRow) => Cell][] => {
    const { csv, trial: of } = metricOf(name);
    return csv === undefined || of === undefined ? [] : [[csv, ({ trial }) => of(trial) ?? null]];
  }),
  ['response_mean_ms', ({ trial }) => trial.open?.meanResponseMs ?? null],
  ['bytes', ({ trial }) => trial.bytes],
  ['cpu_user_ms', ({ trial }) => trial.cpuUserMs],
  ['cpu_system_ms', ({ trial }) => trial.cpuSystemMs],
  ['heap_before_bytes', ({ trial }) => heldBeforeBytes(trial)],
  ['connections_opened', ({ trial }) => trial.connectionsOpened],
  ['connections', ({ trial }) => trial.connections],
  ['machine_busy_ms', ({ trial }) => trial.machine?.busyMs ?? null],
  ['machine_others_ms', ({ trial }) => trial.machine?.othersMs ?? null],
  ['machine_steal_ms', ({ trial }) => trial.machine?.stealMs ?? null],
  ['server_cpu_ms', ({ trial }) => trial.server?.cpuMs ?? null],
  ['server_utilization', ({ trial }) => trial.server?.eventLoopUtilization ?? null],
  ...OUTCOMES.map((outcome): [string, (row: TrialRow) => Cell] => [
    outcome.replaceAll('-', '_'),
    ({ trial }) => trial.outcomes[outcome],
  ]),
  ['lost', ({ trial }) => trial.lost],
];

/** A header, then one line per timed trial. @param keep which; default: all */
export function* trialLines(
  records: readonly RunRecord[],
  keep: (row: TrialRow) => boolean = () => true,
): Generator<string> {
  yield csvLine(COLUMNS.map(([head]) => head));
  for (const row of records.flatMap(rowsOf)) {
    if (keep(row)) yield csvLine(COLUMNS.map(([, cell]) => cell(row)));
  }
}

function rowsOf(record: RunRecord): TrialRow[] {
  const arms = [
    ...record.variants.map(({ name, trials }) => ({ variant: name as string, trials })),
    ...(record.aa === null ? [] : [{ variant: 'aa', trials: record.aa.arm.trials }]),
  ];
  return arms.flatMap(({ variant, trials }) => trials.map((trial) => ({ record, variant, trial })));
}
