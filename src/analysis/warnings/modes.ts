import { formatMs } from '../../core/format.ts';
import { bimodality } from '../../core/statistics/bimodality.ts';
import { comparable, comparedMs } from '../comparable.ts';
import { driftsOfVariants } from './drifting.ts';
import { ALPHA, type Check, findingsOf, timesOf, together } from './finding.ts';

/** Two groups of walls that are nearer to each other make no difference to anybody. */
const APART = 0.05;
/** Two trials that were disturbed alike are no mode. */
const MIN_IN_GROUP = 3;

/** Trials that fall into two groups; a wall that steps from one level to another in time is a drift. */
export const bimodal: Check = (record) => {
  const drifts = new Set(driftsOfVariants(record).map(({ variant }) => variant));
  const findings = findingsOf(record.variants, ({ name, trials, outliers }) => {
    if (drifts.has(name)) return null;
    const found = bimodality(trials.filter(comparable).flatMap((trial) => comparedMs(trial) ?? []));
    if (found === null || found.pValue > ALPHA / record.variants.length) return null;
    const [low, high] = found.modes;
    const fewer = Math.min(low.count, high.count);
    // A group that lies outside of Tukey's fences is told of as outliers.
    if (high.median / low.median - 1 < APART || fewer < MIN_IN_GROUP || outliers.length >= fewer) return null;
    return `${low.count} trials about ${formatMs(low.median)} and ${high.count} about ${formatMs(high.median)}`;
  });
  return together(findings, {
    code: 'trials-bimodal',
    message: (found) => `${timesOf(record)} fall into two groups: ${found}`,
  });
};
