import { existsSync } from 'node:fs';
import type { RunRecord, TrialRecord } from '../core/documents/run-record.ts';
import { ThreadmillError } from '../core/errors.ts';
import { type ItemNames, nameOfItem } from '../core/item-names.ts';
import { OUTCOMES, type Outcome } from '../core/outcomes.ts';
import { NS_PER_MS } from '../core/units.ts';
import type { VariantName } from '../core/variants.ts';
import { JOB_COLUMNS, type JobTable, ROW_BYTES } from '../engine/measurement/job-table.ts';
import { fillPlan } from '../workload/plan.ts';
import { readItemNames } from './item-names.ts';
import { dueFileOf } from './job-rows.ts';
import { readSidecar, sidecarUnreadable } from './read-json.ts';
import { RowWindows } from './row-windows.ts';
import type { RunFolder } from './run-folder.ts';

export interface SavedJob {
  /** `aa` is the double of the baseline (`--aa`). */
  readonly variant: VariantName | 'aa';
  readonly round: number;
  /** Of its trial within the round, 0-based. */
  readonly order: number;
  /** In the plan, 0-based: the same job in every trial. */
  readonly position: number;
  /** Which entry of the workload's list it is, and that one's name; null where names were not kept. */
  readonly item: number;
  readonly name: string | null;
  /** When it was meant to start, from the first start of the trial, ms; null but with `--rate`, and where the runner was lost. */
  readonly dueMs: number | null;
  /** When it started and ended, from the first start of the trial, ms; null for a job that never did. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly outcome: Outcome;
  /** HTTP status; null where there is none. */
  readonly status: number | null;
  readonly bytes: number;
  /** CRC-32 of the result; 0 for none. */
  readonly digest: number;
  /** 0 is the main thread, workers count from 1. */
  readonly thread: number;
}

/** Rows of all trials together: some ten GB of text. */
const MAX_ROWS = 100_000_000;

/** Whether the trial of a round is wanted. */
export type KeepTrial = (trial: Pick<SavedJob, 'variant' | 'round'>) => boolean;

/** Jobs of timed trials by variant, round and position, in pieces. @throws 'run-unreadable' or 'export-too-large' */
export async function savedJobs(
  folder: RunFolder,
  record: RunRecord,
  keep: KeepTrial = () => true,
): Promise<Iterable<SavedJob>> {
  const { spec, variants, aa } = record;
  const arms = [
    ...variants.map(({ name, trials }) => ({ variant: name, trials })),
    ...(aa === null ? [] : [{ variant: 'aa' as const, trials: aa.arm.trials }]),
  ].flatMap(({ variant, trials }) => {
    const kept = trials.flatMap((trial, number) => {
      return keep({ variant, round: trial.round }) ? [{ number, trial }] : [];
    });
    return kept.length > 0 ? [{ variant, trials: kept }] : [];
  });
  const rows = spec.jobs * arms.reduce((sum, { trials }) => sum + trials.length, 0);
  if (rows > MAX_ROWS) {
    throw new ThreadmillError('export-too-large', `there are ${rows} rows, more than ${MAX_ROWS}`, {
      advice: 'Write them round by round: `threadmill export --format csv-jobs --round 1`.',
    });
  }
  const names = await readItemNames(folder);
  const plan = fillPlan(new Uint32Array(spec.jobs), spec.workload.items, spec.seed);
  for (const { variant } of arms) await checkLayout(folder, variant);
  return (function* () {
    for (const arm of arms) yield* jobsOf({ folder, record, ...arm, plan, names });
  })();
}

interface Arm {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly variant: SavedJob['variant'];
  /** With their numbers in the file. */
  readonly trials: readonly { readonly number: number; readonly trial: TrialRecord }[];
  readonly plan: Uint32Array;
  readonly names: ItemNames | null;
}

function* jobsOf({ folder, record, variant, trials, plan, names }: Arm): Generator<SavedJob> {
  const file = folder.path('jobs', `${variant}.bin`);
  // A runner that was lost may have left no rows, or rows without their intended starts.
  const anyWhole = trials.some(({ trial }) => trial.lost === null);
  if (!anyWhole && !existsSync(file)) return;
  const open = record.spec.load.kind === 'open' && (anyWhole || existsSync(dueFileOf(file)));
  const windows = new RowWindows(file, plan.length, open);
  try {
    for (const { number, trial } of trials) {
      const { round, order, lost } = trial;
      if (lost === null ? !windows.has(number) : !windows.hasRows(number)) {
        // Nothing is left of its jobs.
        if (lost !== null) continue;
        throw sidecarUnreadable(file, `it lacks the rows of round ${round}`);
      }
      const firstNs = firstStart(windows, number);
      for (const { from, table, dueNs } of windows.of(number)) {
        for (let row = 0; row < table.rows; row++) {
          const position = from + row;
          const item = plan[position]!;
          const name = names === null ? null : nameOfItem(names, item);
          const dueMs = dueNs === null ? null : Math.round(dueNs[row]! - firstNs) / NS_PER_MS;
          yield { variant, round, order, position, item, name, dueMs, ...jobOf(table, row, firstNs) };
        }
      }
    }
  } finally {
    windows.close();
  }
}

type Row = Omit<SavedJob, 'variant' | 'round' | 'order' | 'position' | 'item' | 'name' | 'dueMs'>;

function jobOf(table: JobTable, row: number, firstNs: number): Row {
  const since = (ns: number) => (ns === 0 ? null : Math.round(ns - firstNs) / NS_PER_MS);
  const status = table.status[row]!;
  return {
    startMs: since(table.start[row]!),
    endMs: since(table.end[row]!),
    outcome: OUTCOMES[table.outcome[row]!] ?? 'not-started',
    status: status === 0 ? null : status,
    bytes: table.bytes[row]!,
    digest: table.digest[row]!,
    thread: table.thread[row]!,
  };
}

/** Earliest start, ns; 0 if nothing started. */
function firstStart(windows: RowWindows, trial: number): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { table } of windows.of(trial)) {
    for (const start of table.start) if (start > 0 && start < first) first = start;
  }
  return Number.isFinite(first) ? first : 0;
}

/** The description beside the rows says how they lie; another version may have laid them otherwise. */
async function checkLayout(folder: RunFolder, variant: SavedJob['variant']): Promise<void> {
  const file = folder.path('jobs', `${variant}.json`);
  const { rowBytes, columns } = ((await readSidecar(file)) ?? {}) as {
    rowBytes?: unknown;
    columns?: unknown;
  };
  if (rowBytes !== ROW_BYTES || JSON.stringify(columns) !== JSON.stringify(JOB_COLUMNS)) {
    throw sidecarUnreadable(file, 'its columns are not those that this Threadmill writes');
  }
}
