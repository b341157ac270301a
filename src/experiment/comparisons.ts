import { compareVariants, type VariantWalls } from '../statistics/compare-variants.ts';
import { levelAfterLooks } from '../statistics/precision.ts';
import type { ComparisonRecord, RunRecord, VariantRecord } from '../types/run-record.ts';
import { comparable } from './summarise.ts';

/** The wall of each variant's block in every round, ms; null where it has none that may be compared. */
export function wallsByRound(
  variants: readonly VariantRecord[],
): (VariantWalls & Pick<VariantRecord, 'name'>)[] {
  const rounds = Math.max(0, ...variants.flatMap(({ blocks }) => blocks.map(({ round }) => round)));
  return variants.map(({ name, blocks }) => {
    const byRound = new Map(blocks.filter(comparable).map(({ round, wallMs }) => [round, wallMs]));
    return { name, walls: Array.from({ length: rounds }, (_, index) => byRound.get(index + 1) ?? null) };
  });
}

/** Compares every pair of variants over the rounds in which both have a comparable block. */
export function compareAll(
  variants: readonly VariantRecord[],
  seed: number,
  rounds?: RunRecord['rounds'],
): ComparisonRecord[] {
  const level = rounds === undefined ? 0.95 : levelAfterLooks(rounds.looks, rounds.endedBy === 'precision');
  return compareVariants(wallsByRound(variants), { seed, level }) as ComparisonRecord[];
}

/**
 * The baseline against its double. A comparison of its own: its p-value takes no part in Holm's correction of
 * the others, so that `--check` makes nothing else harder to show.
 */
export function compareCheck(record: RunRecord): ComparisonRecord | null {
  const baseline = record.variants[0];
  if (record.check === null || baseline === undefined) return null;
  return compareAll([baseline, record.check.arm], record.spec.seed, record.rounds)[0] ?? null;
}

/** True if equals came out different: whatever else the run shows is then in doubt. */
export function checkFailed({ check }: RunRecord): boolean {
  const verdict = check?.comparison?.verdict;
  return verdict === 'faster' || verdict === 'slower';
}
