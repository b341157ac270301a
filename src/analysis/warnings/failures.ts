import type { VariantRecord } from '../../core/documents/run-record.ts';
import { addOutcomes, failedCount, noOutcomes, OUTCOMES } from '../../core/outcomes.ts';
import { failureAdvice } from './failure-advice.ts';
import { type Check, count } from './finding.ts';

export const responsesDiffer: Check = ({ equivalence }) => {
  const { mismatches, compared, baseline } = equivalence;
  if (mismatches === 0) return [];
  return [
    {
      code: 'responses-differ',
      message: `${mismatches} of ${compared} results differ from those of ${baseline}`,
      variant: null,
    },
  ];
};

/** Of all variants in one: most errors hit each of them. What a schedule gave up did not fail: see `rate-not-held`. */
export const jobsFailed: Check = ({ variants, spec }) => {
  const affected = variants.flatMap((variant) => {
    const outcomes = outcomesOf(variant);
    const unsent = variant.trials.reduce((sum, { open }) => sum + (open?.unsent ?? 0), 0);
    outcomes['not-started'] -= unsent;
    const failed = failedCount(outcomes);
    return failed === 0 ? [] : [{ variant, outcomes, failed }];
  });
  const [first] = affected;
  if (first === undefined) return [];
  const outcomes = affected.reduce((sum, each) => addOutcomes(sum, each.outcomes), noOutcomes());
  const planned = affected.reduce((sum, each) => sum + spec.jobs * each.variant.trials.length, 0);
  const kinds = OUTCOMES.filter((outcome) => outcome !== 'ok' && outcomes[outcome] > 0);
  const list = kinds.map((kind) => `${count(outcomes[kind])} ${kind}`).join(', ');
  const alone = affected.length === 1;
  const where = affected.map(({ variant, failed }) => `${variant.name} ${count(failed)}`).join(', ');
  return [
    {
      code: 'jobs-failed',
      message: `${count(failedCount(outcomes))} of ${count(planned)} jobs did not end ok: ${list}${alone ? '' : ` (${where})`}`,
      advice: failureAdvice(affected.map(({ variant }) => variant)),
      variant: alone ? first.variant.name : null,
    },
  ];
};

export const runnerLost: Check = ({ variants }) =>
  variants
    .filter(({ state }) => state === 'lost')
    .map(({ name, lostReason }) => ({
      code: 'runner-lost',
      message: `its runner ${lostReason ?? 'ended'}`,
      variant: name,
    }));

export const warmupFailed: Check = ({ variants }) => {
  const failed = variants.filter(({ state }) => state === 'failed');
  const [first] = failed;
  if (first === undefined) return [];
  const alone = failed.length === 1;
  const where = alone ? '' : ` (${failed.map(({ name }) => name).join(', ')})`;
  return [
    {
      code: 'warmup-failed',
      message: `not timed${where}: ${first.lostReason}`,
      advice: failureAdvice(failed),
      variant: alone ? first.name : null,
    },
  ];
};

export function outcomesOf({ trials }: VariantRecord) {
  return trials.reduce((sum, trial) => addOutcomes(sum, trial.outcomes), noOutcomes());
}
