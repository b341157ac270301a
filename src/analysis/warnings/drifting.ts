import type { RunRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { type Drift, drift, driftOfRun } from '../../core/statistics/drift.ts';
import { comparable, comparedMs, inOrder } from '../comparable.ts';
import { ALPHA, type Check, change, type Finding, timesOf, together } from './finding.ts';

/** Less than the precision that a run aims at by default changes nothing that it says. */
const DRIFTING_PERCENT = 2;

/** Trials that get slower or faster over the run: all of them, which rounds balance out, or those of one variant. */
export const drifting: Check = (record) => {
  const single = driftsOfVariants(record);
  const whole = driftOfRun(
    inOrder(record.variants).flatMap(({ variant, trial }) => {
      const wall = comparedMs(trial);
      return wall === null ? [] : [{ variant: variant.name, wall }];
    }),
  );
  if (single.length !== 1 && matters(whole, ALPHA)) {
    return [
      {
        code: 'trials-drifting',
        message: `${timesOf(record)} changed by ${change(whole.percent / 100)} from the first trial to the last, whatever the variant`,
        advice: `Speedups are taken within rounds and barely affected; ${timesOf(record)} are. ${whole.percent < 0 ? FALLING : RISING}`,
      },
    ];
  }
  const findings = single.map(({ variant, percent }): Finding => ({ variant, text: change(percent / 100) }));
  return together(findings, {
    code: 'trials-drifting',
    message: (found) => `${timesOf(record)} changed from the first trial to the last: ${found}`,
    advice: `The variants changed differently, so speedups depend on the length of the run. ${
      single.every(({ percent }) => percent < 0) ? FALLING : RISING
    }`,
  });
};

const FALLING = 'Times fall while code is being compiled or caches fill: raise --warmup.';
const RISING = 'Times rise with heat, a growing backlog in the server, or a leak in the workload.';

/** Variants whose trials drift by themselves, at one level for all of them together (Bonferroni). */
export function driftsOfVariants({
  variants,
}: Pick<RunRecord, 'variants'>): { readonly variant: VariantRecord['name']; readonly percent: number }[] {
  return variants.flatMap(({ name, trials }) => {
    const found = drift(trials.filter(comparable).flatMap((trial) => comparedMs(trial) ?? []));
    return matters(found, ALPHA / variants.length) ? [{ variant: name, percent: found.percent }] : [];
  });
}

function matters(found: Drift | null, alpha: number): found is Drift {
  return found !== null && found.pValue <= alpha && Math.abs(found.percent) >= DRIFTING_PERCENT;
}
