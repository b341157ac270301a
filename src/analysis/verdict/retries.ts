import type { RunRecord } from '../../core/documents/run-record.ts';
import { formatMs, formatNumber, formatShare } from '../../core/format.ts';
import { failedCount, sumOutcomes } from '../../core/outcomes.ts';
import { retries } from '../../core/variants.ts';
import { comparable, trialMedian } from '../comparable.ts';
import { isMeasured, type Measured } from './measured.ts';

/** What sending failed requests again costs and gains, beside the same variant without; null where it is not compared. */
export function retriesText({ variants, spec }: Pick<RunRecord, 'variants' | 'spec'>): string | null {
  const measured = variants.filter(isMeasured);
  const again = measured.find(({ name }) => retries(name));
  const once = measured.find(({ name }) => name === 'event-loop');
  if (again === undefined || once === undefined) return null;
  const sent = trialMedian(again, (trial) => trial.retries && trial.retries.sent / spec.jobs);
  const wastedMs = trialMedian(again, (trial) => trial.retries && trial.retries.wastedMs / spec.jobs);
  if (sent === null || wastedMs === null) return null;
  // Of few jobs there is no p99.
  const highest = (['p99', 'p90', 'p50'] as const).find((name) =>
    [again, once].every(({ summary }) => summary.latencyMs[name] !== null),
  );
  const instead = (figure: (variant: Measured) => string) => `${figure(again)} instead of ${figure(once)}`;
  return (
    `${again.name} sends ${formatNumber(1 + sent.estimate)} requests per job, with ${formatMs(wastedMs.estimate)} per job in requests that fail. ` +
    `Failed jobs: ${instead((variant) => formatShare(failedShare(variant)))} (${once.name}).` +
    (highest === undefined
      ? ''
      : ` ${highest} of the successful jobs: ${instead(({ summary }) => formatMs(summary.latencyMs[highest]))}.`)
  );
}

function failedShare({ trials }: Measured): number {
  const outcomes = sumOutcomes(trials.filter(comparable));
  const failed = failedCount(outcomes);
  return failed / (failed + outcomes.ok);
}
