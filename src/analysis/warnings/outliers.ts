import type { TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { formatCount } from '../../core/format.ts';
import { median } from '../../core/statistics/quantile.ts';
import { comparable, comparedMs } from '../comparable.ts';
import { type Check, change } from './finding.ts';

/** In steady trials even 2% off is severe, and noisy ones have some by chance: only this far off is worth a warning. */
const FAR_OFF = 0.25;
const MAX_NAMED = 3;
/** Share of a trial's excess time that a cause has to explain. */
const EXPLAINS = 0.5;

export const severeOutliers: Check = ({ variants }) => {
  const found = variants.flatMap((variant) => {
    const typical = median(variant.trials.filter(comparable).flatMap((trial) => comparedMs(trial) ?? []));
    return variant.outliers.flatMap(({ kind, round, wallMs }) => {
      const off = typical === null ? 0 : wallMs / typical - 1;
      if (kind !== 'severe' || Math.abs(off) < FAR_OFF) return [];
      const why = causeOf(variant, round);
      return [
        { off, text: `${variant.name} in round ${round} ${change(off)}${why === null ? '' : `, ${why}`}` },
      ];
    });
  });
  if (found.length === 0) return [];
  const worst = found.sort((a, b) => Math.abs(b.off) - Math.abs(a.off)).slice(0, MAX_NAMED);
  const more = found.length > worst.length ? `; and ${found.length - worst.length} more` : '';
  return [
    {
      code: 'trials-outlying',
      message: `outlying trials: ${worst.map(({ text }) => text).join('; ')}${more}`,
    },
  ];
};

interface Cause {
  /** ms, in the same sense for every trial. */
  readonly of: (trial: TrialRecord) => number | null;
  readonly text: (extraMs: number) => string;
}

const CAUSES: readonly Cause[] = [
  {
    of: ({ machine }) => machine?.stealMs ?? null,
    text: (extra) => `when the hypervisor took ${formatCount(extra)} ms more than usual`,
  },
  {
    of: ({ machine }) => machine?.othersMs ?? null,
    text: (extra) => `when other programs used ${formatCount(extra)} ms more of the CPUs than usual`,
  },
  {
    of: ({ threads }) => (threads.length === 0 ? null : Math.max(...threads.map(({ gc }) => gc.pauseMs))),
    text: (extra) => `when garbage collection took ${formatCount(extra)} ms more than usual`,
  },
  {
    of: ({ longestGapMs }) => longestGapMs,
    text: (extra) => `when no job ended for ${formatCount(extra)} ms longer than usual`,
  },
];

/** What took at least half of the time by which this trial is longer than a typical one; null for nothing. */
function causeOf({ trials }: VariantRecord, round: number): string | null {
  const valid = trials.filter(comparable);
  const trial = valid.find((each) => each.round === round);
  if (trial === undefined) return null;
  const moreThanUsual = (of: Cause['of']): number => {
    const here = of(trial);
    const usual = median(valid.flatMap((each) => of(each) ?? []));
    return here === null || usual === null ? 0 : here - usual;
  };
  const longerMs = moreThanUsual(comparedMs);
  if (longerMs <= 0) return null;
  for (const { of, text } of CAUSES) {
    const extra = moreThanUsual(of);
    if (extra >= EXPLAINS * longerMs) return text(extra);
  }
  return round === 1 ? 'in the first round, perhaps before everything was warm' : null;
}
