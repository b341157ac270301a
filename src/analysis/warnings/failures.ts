import { formatCount, formatPlural } from '../../core/format.ts';
import { failedCount, OUTCOMES, sumOutcomes } from '../../core/outcomes.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import { retries } from '../../core/variants.ts';
import { comparedQuantity, voidingFailures } from '../comparable.ts';
import { unsentJobsOf } from '../verdict/measured.ts';
import { failureAdvice } from './failure-advice.ts';
import type { Check } from './finding.ts';

export const responsesDiffer: Check = ({ equivalence }) => {
  const { mismatches, compared, baseline } = equivalence;
  if (mismatches === 0) return [];
  return [
    {
      code: 'responses-differ',
      message: `${mismatches} of ${compared} results differ from those of ${baseline}`,
    },
  ];
};

/** Of all variants in one: most errors hit each of them. What a schedule gave up did not fail: see `rate-not-held`. */
export const jobsFailed: Check = ({ variants, spec }) => {
  const affected = variants.flatMap((variant) => {
    const outcomes = sumOutcomes(variant.trials.filter((trial) => voidingFailures(trial) > 0));
    outcomes['not-started'] -= sumOf(variant.trials, unsentJobsOf);
    const failed = failedCount(outcomes);
    return failed === 0 ? [] : [{ variant, outcomes, failed }];
  });
  const [first] = affected;
  if (first === undefined) return [];
  const outcomes = sumOutcomes(affected);
  const planned = affected.reduce((sum, each) => sum + spec.jobs * each.variant.trials.length, 0);
  const kinds = OUTCOMES.filter((outcome) => outcome !== 'ok' && outcomes[outcome] > 0);
  const list = kinds.map((kind) => `${formatCount(outcomes[kind])} ${kind}`).join(', ');
  const alone = affected.length === 1;
  const where = affected.map(({ variant, failed }) => `${variant.name} ${formatCount(failed)}`).join(', ');
  return [
    {
      code: 'jobs-failed',
      message: `${formatCount(failedCount(outcomes))} of ${formatCount(planned)} jobs did not end ok: ${list}${alone ? '' : ` (${where})`}`,
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

/** Failed jobs that are allowed: what is compared is then something else. */
export const failuresAllowed: Check = ({ variants, spec }) => {
  const trials = variants.flatMap((variant) => variant.trials);
  const outcomes = sumOutcomes(trials.filter((trial) => voidingFailures(trial) === 0));
  const failed = failedCount(outcomes);
  if (failed === 0) return [];
  const whose = spec.variants.some(retries)
    ? 'those of each variant’s own successful jobs'
    : 'those of the jobs that succeeded in every variant';
  const what =
    comparedQuantity(spec) === 'response'
      ? `Response times are ${whose}`
      : `Variants are compared by goodput (successful jobs per second); latencies are ${whose}`;
  return [
    {
      code: 'failures-allowed',
      message: `${formatCount(failed)} of ${formatCount(failed + outcomes.ok)} jobs failed, which --fault or --allow-failures allows`,
      advice: `${what}.`,
    },
  ];
};

export const faultsUnreconciled: Check = ({ reconciled }) => {
  if (reconciled === null || reconciled.defects === 0) return [];
  const [first] = reconciled.examples;
  const example =
    first === undefined
      ? ''
      : `: ${first.variant}, round ${first.round}, job ${first.position} (${first.name}) ended ${first.outcome} with ${first.fault === null ? 'no fault' : `the fault ${first.fault}`}`;
  return [
    {
      code: 'faults-unreconciled',
      message: `${formatPlural(reconciled.defects, 'job')} did not end as the injected faults explain${example}`,
    },
  ];
};
