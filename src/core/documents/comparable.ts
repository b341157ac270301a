import { failedCount } from '../outcomes.ts';
import type { BlockRecord, Estimate, VariantRecord } from './run-record.ts';
import type { RunSpec } from './spec.ts';

/** Blocks whose time may be compared: complete, and every job ended ok. A failed job is often a fast one. */
export function comparable(block: BlockRecord): boolean {
  return block.wallMs !== null && block.lost === null && failedCount(block.outcomes) === 0;
}

/** What variants are compared by: the wall of a plan, or on a schedule, which sets the wall, the response time. */
export type ComparedQuantity = 'wall' | 'response';

export function comparedQuantity({ load }: Pick<RunSpec, 'load'>): ComparedQuantity {
  return load.kind === 'open' ? 'response' : 'wall';
}

/** That quantity of a block, ms: its wall, or the mean response time of its jobs; null where there is none. */
export function comparedMs({ open, wallMs }: BlockRecord): number | null {
  return open === null ? wallMs : open.meanResponseMs;
}

/** CPU of the runner process in a block, all threads, ms; null where it was not read. */
export function blockCpuMs({ cpuUserMs, cpuSystemMs }: BlockRecord): number | null {
  return cpuUserMs === null || cpuSystemMs === null ? null : cpuUserMs + cpuSystemMs;
}

/**
 * What all threads of a runner held just before a block, after garbage collection, bytes; null where that was not
 * measured.
 */
export function heldBeforeBytes({ threads }: BlockRecord): number | null {
  const each = threads.map(({ heapBeforeBytes }) => heapBeforeBytes);
  return each.length === 0 || each.includes(null)
    ? null
    : each.reduce<number>((sum, bytes) => sum + bytes!, 0);
}

/** What is compared, over a variant's rounds: what its speedup is a ratio of. */
export function comparedEstimate({ open, wallMs }: NonNullable<VariantRecord['summary']>): Estimate {
  return open === null ? wallMs : open.meanResponseMs;
}

/**
 * Of each variant's block in every round the wall, ms, or whatever else `comparedMs` compares; null where it has
 * none that may be compared.
 */
export function wallsByRound(
  variants: readonly VariantRecord[],
): (Pick<VariantRecord, 'name'> & { readonly walls: readonly (number | null)[] })[] {
  const walls = figuresByRound(variants, comparedMs);
  return variants.map(({ name }, index) => ({ name, walls: walls[index]! }));
}

/** The same of any figure of a block: a list for each variant, in their order. */
export function figuresByRound(
  variants: readonly Pick<VariantRecord, 'blocks'>[],
  figure: (block: BlockRecord) => number | null,
): (number | null)[][] {
  const rounds = variants.reduce(
    (last, { blocks }) => blocks.reduce((most, { round }) => Math.max(most, round), last),
    0,
  );
  return variants.map(({ blocks }) => {
    const byRound = new Map(blocks.filter(comparable).map((block) => [block.round, figure(block)]));
    return Array.from({ length: rounds }, (_, index) => byRound.get(index + 1) ?? null);
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
