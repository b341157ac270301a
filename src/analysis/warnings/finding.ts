import type { RunRecord, TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { median } from '../../core/statistics/quantile.ts';
import type { VariantName } from '../../core/variants.ts';
import type { WarningDraft, WarningKind } from '../../core/warnings.ts';
import { comparable, comparedQuantity } from '../comparable.ts';

/** Looks at a record for what its reader should know before believing its figures. Pure. */
export type Check = (record: RunRecord) => readonly WarningDraft[];

/** Level of the tests among the checks: a run has a handful, so that 5% each would be a false alarm in every fifth run. */
export const ALPHA = 0.01;

/** What was found of one variant, as a part of a message: `97%`. */
export interface Finding {
  readonly variant: VariantName;
  readonly text: string;
}

/** What was found of each variant; `textOf` gives null for nothing. */
export function findingsOf(
  variants: readonly VariantRecord[],
  textOf: (variant: VariantRecord) => string | null,
): Finding[] {
  return variants.flatMap((variant) => {
    const text = textOf(variant);
    return text === null ? [] : [{ variant: variant.name, text }];
  });
}

/** One warning for all variants concerned; `message` makes a sentence of `97%` or `97% (event-loop), 98% (worker-pool)`. */
export function together(
  findings: readonly Finding[],
  warning: WarningKind & { readonly message: (found: string) => string },
): WarningDraft[] {
  const [first] = findings;
  if (first === undefined) return [];
  const { message, ...kind } = warning;
  const alone = findings.length === 1;
  const found = findings.map(({ variant, text }) => (alone ? text : `${text} (${variant})`)).join(', ');
  return [{ ...kind, message: message(found), variant: alone ? first.variant : null }];
}

/** Median over the variant's comparable trials of what `figure` gives; null if it gives nothing of any. */
export function typicalOf(
  { trials }: VariantRecord,
  figure: (trial: TrialRecord & { readonly wallMs: number }) => number | null,
): number | null {
  return median(
    trials.filter(comparable).flatMap((trial) => {
      const { wallMs } = trial;
      const value = wallMs === null ? null : figure({ ...trial, wallMs });
      return value === null ? [] : [value];
    }),
  );
}

/** What is compared, in the plural: of trials that differ, say, or drift. */
export function timesOf(record: Pick<RunRecord, 'spec'>): string {
  return comparedQuantity(record.spec) === 'wall' ? 'wall times' : 'mean response times';
}

/** `0.4%`, `3.1%`, `14%`, of a share from 0 to 1. */
export function percent(share: number): string {
  const value = share * 100;
  return `${Math.abs(value) < 9.95 ? value.toFixed(1) : value.toFixed(0)}%`;
}

/** The same with its sign: `+3.1%`, `−14%`. */
export function change(share: number): string {
  return `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
}
