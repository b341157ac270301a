import { failedCount } from './outcomes.ts';
import type { BlockRecord, VariantRecord } from './run-record.ts';

/** Blocks whose time may be compared: complete, and every job ended ok. A failed job is often a fast one. */
export function comparable(block: BlockRecord): boolean {
  return block.wallMs !== null && block.lost === null && failedCount(block.outcomes) === 0;
}

/** The wall of each variant's block in every round, ms; null where it has none that may be compared. */
export function wallsByRound(
  variants: readonly VariantRecord[],
): (Pick<VariantRecord, 'name'> & { readonly walls: readonly (number | null)[] })[] {
  const rounds = Math.max(0, ...variants.flatMap(({ blocks }) => blocks.map(({ round }) => round)));
  return variants.map(({ name, blocks }) => {
    const byRound = new Map(blocks.filter(comparable).map(({ round, wallMs }) => [round, wallMs]));
    return { name, walls: Array.from({ length: rounds }, (_, index) => byRound.get(index + 1) ?? null) };
  });
}

/** The comparable blocks of all variants in the order in which they ran. */
export function inOrder(
  variants: readonly VariantRecord[],
): { readonly variant: VariantRecord; readonly block: BlockRecord }[] {
  return variants
    .flatMap((variant) => variant.blocks.filter(comparable).map((block) => ({ variant, block })))
    .sort((a, b) => a.block.round - b.block.round || a.block.order - b.block.order);
}
