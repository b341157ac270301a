import { failedCount } from '../../core/outcomes.ts';
import { outcomesOf } from './failures.ts';
import { type Check, count, together } from './finding.ts';

/** Connections that failures forced open are no news besides the failures. */
export const connectionsInTrial: Check = ({ variants }) => {
  const findings = variants.flatMap((variant) => {
    const opened = variant.trials.reduce((sum, trial) => sum + (trial.connectionsOpened ?? 0), 0);
    if (opened === 0 || failedCount(outcomesOf(variant)) > 0) return [];
    return [{ variant: variant.name, text: count(opened) }];
  });
  return together(findings, {
    code: 'connections-in-trial',
    message: (opened) => `connections were opened within timed trials: ${opened}`,
  });
};
