import { OUTCOMES, type Outcome } from '../../types/outcomes.ts';
import type { BlockRecord, Estimate, RunRecord, VariantRecord } from '../../types/run-record.ts';
import type { VariantName } from '../../types/variant-names.ts';
import { cleanText } from '../clean-text.ts';

export type Measured = VariantRecord & { readonly summary: NonNullable<VariantRecord['summary']> };

/** What the run allows to be said. Every kind but the last two claims nothing about who is faster. */
export type Comparison =
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'jobs-failed'; readonly failedJobs: number }
  | { readonly kind: 'nothing-measured' }
  | { readonly kind: 'single'; readonly only: Measured }
  | {
      readonly kind: 'baseline-fastest';
      readonly baseline: Measured;
      readonly others: readonly { readonly name: VariantName; readonly speedup: Estimate }[];
    }
  | {
      readonly kind: 'fastest';
      readonly baseline: Measured;
      readonly fastest: Measured;
      readonly speedup: Estimate;
      /** Others whose quartiles overlap with the fastest one's. */
      readonly level: readonly { readonly name: VariantName; readonly speedup: Estimate }[];
      /** Largest difference, percent, that may have gone unseen between any of those; null if unknown. */
      readonly unseenPercent: number | null;
    };

/** Jobs that were cut off with the run say nothing about the work. */
const CUT_OFF: readonly Outcome[] = ['ok', 'aborted', 'not-started'];

/** Jobs of the block that failed by themselves. */
export function failedJobsOf(block: BlockRecord): number {
  return OUTCOMES.reduce((sum, name) => (CUT_OFF.includes(name) ? sum : sum + block.outcomes[name]), 0);
}

export function isMeasured(variant: VariantRecord): variant is Measured {
  return variant.summary !== null;
}

/**
 * Whether the run can tell that one variant is slower than another: by the verdict over their rounds, or,
 * where there are too few for one, by quartiles that do not overlap.
 */
function isSlower(
  record: RunRecord,
  one: { readonly name: VariantName; readonly speedup: Estimate },
  than: { readonly name: VariantName; readonly speedup: Estimate },
): boolean {
  const pair = record.comparisons.find(
    ({ a, b }) => (a === one.name && b === than.name) || (a === than.name && b === one.name),
  );
  if (pair === undefined || pair.reason === 'too-few-rounds') return one.speedup.high < than.speedup.low;
  return pair.verdict === (pair.a === than.name ? 'slower' : 'faster');
}

function unseenAmong(record: RunRecord, names: readonly VariantName[]): number | null {
  const effects = record.comparisons
    .filter(({ a, b }) => names.includes(a) && names.includes(b))
    .map(({ minimumDetectableEffect }) => minimumDetectableEffect);
  const known = effects.filter((effect) => effect !== null);
  return known.length === 0 || known.length < effects.length ? null : Math.max(...known);
}

export function comparisonOf(record: RunRecord): Comparison {
  const measured = record.variants.filter(isMeasured);
  if (record.status === 'failed' && (record.failure !== null || measured.length === 0)) {
    return { kind: 'failed', message: cleanText(record.failure?.message ?? 'no reason was recorded') };
  }
  if (record.equivalence.mismatches > 0) return { kind: 'mismatch' };
  const failedJobs = record.variants
    .flatMap((variant) => variant.blocks)
    .reduce((sum, b) => sum + failedJobsOf(b), 0);
  if (failedJobs > 0) return { kind: 'jobs-failed', failedJobs };

  const [first] = measured;
  if (first === undefined) return { kind: 'nothing-measured' };
  if (measured.length === 1) return { kind: 'single', only: first };
  const baseline = measured.find((variant) => variant.name === record.equivalence.baseline);
  const others = measured.flatMap((variant) =>
    variant === baseline || variant.summary.speedup === null
      ? []
      : [{ variant, name: variant.name, speedup: variant.summary.speedup }],
  );
  const best = others.reduce<(typeof others)[number] | undefined>(
    (leader, other) =>
      leader === undefined || other.speedup.estimate > leader.speedup.estimate ? other : leader,
    undefined,
  );
  if (baseline === undefined || best === undefined) return { kind: 'nothing-measured' };
  if (best.speedup.estimate <= 1) return { kind: 'baseline-fastest', baseline, others };
  const level = others.filter((other) => other !== best && !isSlower(record, other, best));
  return {
    kind: 'fastest',
    baseline,
    fastest: best.variant,
    speedup: best.speedup,
    level: level.map(({ name, speedup }) => ({ name, speedup })),
    unseenPercent: unseenAmong(record, [best.name, ...level.map(({ name }) => name)]),
  };
}
