import type { ComparisonRecord, RunRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { compareVariants } from '../../core/statistics/compare-variants.ts';
import { wallsByRound } from '../comparable.ts';
import { levelOf } from './samples.ts';

export function compareAll(
  variants: readonly VariantRecord[],
  seed: number,
  rounds?: RunRecord['rounds'],
): ComparisonRecord[] {
  const level = rounds === undefined ? 0.95 : levelOf({ rounds });
  return compareVariants(wallsByRound(variants), { seed, level });
}

/** The baseline against its A/A arm. Not part of Holm's correction: `--aa` costs other comparisons no power. */
export function compareAa(record: RunRecord): ComparisonRecord | null {
  const baseline = record.variants[0];
  if (record.aa === null || baseline === undefined) return null;
  return compareAll([baseline, record.aa.arm], record.spec.seed, record.rounds)[0] ?? null;
}
