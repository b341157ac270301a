import { compareVariants } from '../statistics/compare-variants.ts';
import type { ComparisonRecord, VariantRecord } from '../types/run-record.ts';
import { comparable } from './summarise.ts';

/** Compares every pair of variants over the rounds in which both have a comparable block. */
export function compareAll(variants: readonly VariantRecord[], seed: number): ComparisonRecord[] {
  const rounds = Math.max(0, ...variants.flatMap(({ blocks }) => blocks.map(({ round }) => round)));
  const walls = variants.map(({ name, blocks }) => {
    const byRound = new Map(blocks.filter(comparable).map(({ round, wallMs }) => [round, wallMs]));
    return { name, walls: Array.from({ length: rounds }, (_, index) => byRound.get(index + 1) ?? null) };
  });
  return compareVariants(walls, { seed }) as ComparisonRecord[];
}
