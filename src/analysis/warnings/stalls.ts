import { comparable } from '../../core/documents/comparable.ts';
import type { BlockRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { FEWEST_FOR_FENCES } from '../../core/statistics/tukey.ts';
import { type Check, count } from './finding.ts';

/** A machine that is busy can keep all jobs waiting for a shorter time, ms. */
const SHORTEST_MS = 500;
/**
 * So many times as long as any job of the other blocks took. Noise comes that far in fewer than 1% of variants:
 * even where response times are log-normal with a p99 of ten times the p50, and there are two blocks of eight
 * jobs, one at a time. See the simulation in stalls.test.ts.
 */
const TIMES_AS_LONG = 10;
/** Of the rest of the block. */
const MATTERS = 0.25;

/**
 * Blocks in which everything stood still for long: a server that froze, say. For variants with too few blocks for
 * Tukey's fences; with more, such a block is an outlier. The evidence is within the block: no job ended, though
 * jobs were in flight, and in other blocks no job took nearly that long. Other blocks are the variant's own, or
 * if it has only one, those of the other variants.
 */
export const stalled: Check = ({ variants }) => {
  const blocks = variants.flatMap((variant) =>
    variant.blocks.filter(comparable).map((block) => ({ variant, block })),
  );
  const found = variants.flatMap((variant) => {
    const own = blocks.filter((each) => each.variant === variant);
    if (own.length >= FEWEST_FOR_FENCES) return [];
    const others = own.length > 1 ? own : blocks;
    return own.flatMap(({ block }) => {
      const rest = others.filter((each) => each.block !== block).map((each) => each.block);
      const gapMs = stallOf(block, rest);
      return gapMs === null ? [] : [textOf(variant, block, gapMs, longestJob(rest)!)];
    });
  });
  if (found.length === 0) return [];
  return [
    {
      code: 'blocks-outlying',
      message: `no job ended for a long time: ${found.join('; ')}`,
      advice:
        'The server, the network or this machine stood still. The block is kept, and with so few blocks it shapes the figures: repeat the run, with more --rounds.',
      variant: null,
    },
  ];
};

function stallOf({ longestGapMs, wallMs }: BlockRecord, others: readonly BlockRecord[]): number | null {
  const longest = longestJob(others);
  if (longestGapMs === null || wallMs === null || longest === null) return null;
  const isStall =
    longestGapMs >= SHORTEST_MS &&
    longestGapMs >= TIMES_AS_LONG * longest &&
    longestGapMs >= MATTERS * (wallMs - longestGapMs);
  return isStall ? longestGapMs : null;
}

/** Of any job in these blocks, ms; null without blocks. */
function longestJob(blocks: readonly BlockRecord[]): number | null {
  const longest = blocks.flatMap(({ latencyMs }) => latencyMs.max ?? []);
  return longest.length === 0 ? null : Math.max(...longest);
}

function textOf({ name }: VariantRecord, { round }: BlockRecord, gapMs: number, longestMs: number): string {
  return `${name} in round ${round} for ${count(gapMs)} ms, where in other blocks the longest job took ${count(longestMs)} ms`;
}
