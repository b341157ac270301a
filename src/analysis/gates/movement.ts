import type { RunRecord, TrialRecord } from '../../core/documents/run-record.ts';
import { type Drift, drift, relativeToVariant } from '../../core/statistics/drift.ts';
import { wander } from '../../core/statistics/wander.ts';
import { inOrder } from '../comparable.ts';

/** Of each of the two tests. At 1%, three times as many slow wanderers were missed. */
const ALPHA = 0.05;

interface Movement {
  /** As a logarithm: by as much as it moved within the run, it may have moved between this run and another. */
  readonly size: number;
  /** The trend from the first trial to the last; null where they wandered without one. */
  readonly trend: Drift | null;
}

/** What the machine did to a figure of all trials, in their order; null if it held still. */
export function movementOf(
  record: RunRecord,
  figure: (trial: TrialRecord) => number | null,
): Movement | null {
  const trials = inOrder(record.variants).flatMap(({ variant, trial }) => {
    const value = figure(trial);
    return value === null || value <= 0 ? [] : [{ variant: variant.name, wall: value }];
  });
  const relative = relativeToVariant(trials);
  const trend = drift(relative);
  const wandering = wander(relative.map(Math.log));
  const drifts = trend !== null && trend.pValue < ALPHA;
  const wanders = wandering !== null && wandering.pValue < ALPHA;
  if (!drifts && !wanders) return null;
  const sizes = [drifts ? Math.abs(Math.log1p(trend.percent / 100)) : 0, wanders ? wandering.range : 0];
  return { size: Math.max(...sizes), trend: drifts ? trend : null };
}
