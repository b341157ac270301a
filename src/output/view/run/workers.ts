import type { RunRecord, WorkerCost } from '../../../core/documents/run-record.ts';
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
