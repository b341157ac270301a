import type { RunRecord } from '../../types/run-record.ts';
import { formatFactorRange, formatRoughPercent } from '../format.ts';
import { spreadName, timesAsFast } from './wording.ts';

/** What the A/A arm says; null without one. */
export function checkText({ check, equivalence }: RunRecord): string | null {
  if (check === null) return null;
  const { baseline } = equivalence;
  const { comparison } = check;
  if (comparison?.ratio == null) return `${baseline} was to run twice, but has no two blocks to compare.`;
  const { ratio, verdict, minimumDetectableEffect, fewestRounds } = comparison;
  const figures = `${baseline}’s second process was ${timesAsFast(ratio.estimate)} as its first (${spreadName(ratio)} ${formatFactorRange(ratio.low, ratio.high)})`;
  switch (verdict) {
    case 'faster':
    case 'slower':
      return `${figures}.`;
    case 'no-difference':
      return `${baseline} ran twice: no difference, as there should be (it would have seen ${formatRoughPercent(minimumDetectableEffect)}).`;
    case 'undecided':
      return comparison.reason === 'too-few-rounds'
        ? `${baseline} ran twice, but too few rounds to tell equals apart: that takes ${fewestRounds}.`
        : `${baseline} ran twice; whether it differs from itself is undecided: ${figures}.`;
  }
}
