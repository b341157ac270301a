import type { TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { mean } from '../../core/statistics/mean.ts';
import { VARIANT_FACTS } from '../../core/variants.ts';
import { type Check, percent, together, typicalOf } from './finding.ts';

/** Beyond this share of its time a loop has a queue of its own: what it has received waits for it. */
const SATURATED = 0.9;

/** Threads that run jobs and hardly ever wait. With one job at a time, latencies hold no waiting for other jobs' work. */
export const clientSaturated: Check = ({ variants }) => {
  const findings = variants.flatMap((variant) => {
    if (variant.concurrency <= variant.threads) return [];
    const busy = typicalOf(variant, (trial) => activeShare(variant, trial, trial.wallMs));
    return busy !== null && busy > SATURATED ? [{ variant: variant.name, text: percent(busy) }] : [];
  });
  return together(findings, {
    code: 'client-saturated',
    message: (busy) => `the threads that run the jobs were busy for ${busy} of a typical trial`,
  });
};

/** Of the threads that run jobs, on average: the main thread of a pool only hands them out. */
function activeShare({ name }: VariantRecord, { threads }: TrialRecord, wallMs: number): number | null {
  const pooled = VARIANT_FACTS[name].jobsOn === 'workers';
  const active = threads.flatMap(({ thread, eventLoop }) =>
    // A worker is asked for its figures by message: on a busy machine they end well after the trial.
    thread > 0 === pooled ? [Math.min(1, eventLoop.activeMs / wallMs)] : [],
  );
  return active.length === 0 || wallMs === 0 ? null : mean(active);
}
