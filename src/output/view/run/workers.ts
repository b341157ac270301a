import type { RunRecord, WorkerCost } from '../../../core/documents/run-record.ts';
import { formatBytes, formatMs } from '../../../core/format.ts';
import { ON_CRASH, VARIANT_FACTS, type VariantName } from '../../../core/variants.ts';

/** Cost of a variant's workers while they have no jobs. */
export interface WorkerRow extends WorkerCost {
  readonly variant: VariantName;
  readonly workers: number;
  /** Of all workers together, ms. */
  readonly startupMs: number | null;
  readonly onCrash: string;
}

export function workerRows({ variants }: RunRecord): WorkerRow[] {
  return variants.flatMap(({ name, threads, startupMs, workerCost }) => {
    const { pool } = VARIANT_FACTS[name];
    if (pool === null || workerCost === null) return [];
    return [{ ...workerCost, variant: name, workers: threads, startupMs, onCrash: ON_CRASH[pool] }];
  });
}

type Column = readonly [head: string, cell: (row: WorkerRow) => string];

/** What a worker costs, in the report and in the terminal. */
export function workerColumns(rows: readonly WorkerRow[]): readonly Column[] {
  const pss: Column = ['PSS/worker', (row) => formatBytes(row.pssBytes)];
  return [
    ['start-up', (row) => formatMs(row.startupMs)],
    ['RSS/worker', (row) => formatBytes(row.rssBytes)],
    ...(rows.some(({ pssBytes }) => pssBytes !== null) ? [pss] : []),
    ['main/task', (row) => formatMs(row.taskMs?.main)],
    ['CPU/task', (row) => formatMs(row.taskMs?.all)],
  ];
}
