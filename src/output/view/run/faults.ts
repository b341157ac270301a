import { cleanText } from '../../../core/clean-text.ts';
import type { Reconciled } from '../../../core/documents/reconciled.ts';
import type { RunRecord } from '../../../core/documents/run-record.ts';
import type { Outcome } from '../../../core/outcomes.ts';
import type { VariantName } from '../../../core/variants.ts';

/** Injected faults beside what became of the jobs. */
export interface FaultsView {
  readonly variants: readonly VariantName[];
  readonly rows: readonly FaultRow[];
  readonly defects: number;
  readonly examples: Reconciled['examples'];
}

export interface FaultRow {
  /** Null: jobs without any. */
  readonly fault: string | null;
  /** In the order of `variants`. */
  readonly cells: readonly FaultCell[];
}

export interface FaultCell {
  /** Times that the server injected it; null for jobs without a fault. */
  readonly injected: number | null;
  readonly jobs: readonly {
    readonly outcome: Outcome;
    readonly jobs: number;
    readonly isExpected: boolean;
  }[];
}

/** Null without `--fault`. */
export function faultsOf({ reconciled, variants, spec }: RunRecord): FaultsView | null {
  if (reconciled === null) return null;
  const names = variants.map(({ name }) => name);
  const faults = [null, ...spec.workload.settings.fault.map(({ fault }) => fault)];
  // One that a request asked for (`?fault=`) is in no option.
  for (const { fault } of reconciled.injected) if (!faults.includes(fault)) faults.push(fault);
  return {
    variants: names,
    rows: faults.map((fault) => ({
      fault,
      cells: names.map((name) => ({
        injected:
          fault === null
            ? null
            : (reconciled.injected.find((each) => each.variant === name && each.fault === fault)?.count ?? 0),
        jobs: reconciled.jobs
          .filter((each) => each.variant === name && each.fault === fault)
          .sort((a, b) => b.jobs - a.jobs),
      })),
    })),
    defects: reconciled.defects,
    examples: reconciled.examples.map((example) => ({ ...example, name: cleanText(example.name, 80) })),
  };
}
