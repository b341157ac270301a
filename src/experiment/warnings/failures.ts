import { addOutcomes, failedCount, noOutcomes, OUTCOMES } from '../../types/outcomes.ts';
import type { VariantRecord } from '../../types/run-record.ts';
import type { Check } from './finding.ts';

export const responsesDiffer: Check = ({ equivalence }) => {
  const { mismatches, compared, baseline } = equivalence;
  if (mismatches === 0) return [];
  return [
    {
      code: 'responses-differ',
      message: `${mismatches} of ${compared} results differ from those of ${baseline}`,
      advice:
        'The variants did not do the same work, so their times are not comparable. If results differ by nature (times, ids), leave those out with `digest`.',
      variant: null,
    },
  ];
};

/**
 * Each variant by itself: they fail in different ways. What a schedule gave up did not fail: see
 * `rate-not-held`.
 */
export const jobsFailed: Check = ({ variants, spec }) =>
  variants.flatMap((variant) => {
    const outcomes = outcomesOf(variant);
    const unsent = variant.blocks.reduce((sum, { open }) => sum + (open?.unsent ?? 0), 0);
    outcomes['not-started'] -= unsent;
    const failed = failedCount(outcomes);
    if (failed === 0) return [];
    const kinds = OUTCOMES.filter((outcome) => outcome !== 'ok' && outcomes[outcome] > 0);
    const list = kinds.map((kind) => `${outcomes[kind]} ${kind}`).join(', ');
    return [
      {
        code: 'jobs-failed',
        message: `${failed} of ${spec.jobs * variant.blocks.length} jobs did not end ok: ${list}`,
        advice: outcomes['client-exhausted'] > 0 ? EXHAUSTED : LEFT_OUT,
        variant: variant.name,
      },
    ];
  });

const LEFT_OUT = 'Blocks with failures are left out of the comparison: a failed job is often a fast one.';
const EXHAUSTED =
  'This machine ran out of file descriptors or local ports: raise the limit (`ulimit -n`), lower --concurrency, or compare fewer variants (--variants).';

export const runnerLost: Check = ({ variants }) =>
  variants
    .filter(({ state }) => state === 'lost')
    .map(({ name, lostReason }) => ({
      code: 'runner-lost',
      message: `its runner ${lostReason ?? 'ended'}`,
      advice: 'The rounds after that have no block of this variant. The runner’s own output is under logs/.',
      variant: name,
    }));

/** Of all its timed blocks. */
export function outcomesOf({ blocks }: VariantRecord) {
  return blocks.reduce((sum, block) => addOutcomes(sum, block.outcomes), noOutcomes());
}
