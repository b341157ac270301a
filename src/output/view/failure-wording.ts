import { formatCount, formatPlural, listed } from '../../core/format.ts';
import type { FailedItems, FailureKind, FailuresView } from './run/failures.ts';

/** `120 of 2,400 jobs did not end ok (100 threw, 20 timeout); 4 more in warm-up`. */
export function failureTotals({ failedJobs, plannedJobs, outcomes, warmupFailedJobs }: FailuresView): string {
  if (failedJobs === 0)
    return `${formatPlural(warmupFailedJobs, 'job')} did not end ok in warm-up, none in timed trials`;
  const list = outcomes.map(({ outcome, jobs }) => `${formatCount(jobs)} ${outcome}`).join(', ');
  const warmup = warmupFailedJobs === 0 ? '' : `; ${formatCount(warmupFailedJobs)} more in warm-up`;
  return `${formatCount(failedJobs)} of ${formatPlural(plannedJobs, 'job')} did not end ok (${list})${warmup}`;
}

/** `http-error · status 429`. */
export function kindLabel({ outcome, status, code }: FailureKind): string {
  return [outcome, status === null ? null : `status ${status}`, code]
    .filter((part) => part !== null)
    .join(' · ');
}

/** `item 7, user 7: { id: 7 }`; `items 0, 3 and 6, list: GET http://host/list`. */
export function itemsText({ items, name, input }: FailedItems): string {
  const which = items.length === 1 ? `item ${items[0]}` : `items ${listed(items.map(String))}`;
  const named = name === '' || name === which ? which : `${which}, ${name}`;
  return input === null ? named : `${named}: ${input}`;
}

/** `and 4 more items`; empty if all are shown. */
export function moreItemsText({ moreItems }: FailureKind): string {
  return moreItems === 0 ? '' : `and ${formatPlural(moreItems, 'more item')}`;
}

/** `all 4 variants, 12 of 12 trials`. */
export function extentText(
  { variants, trials }: FailureKind,
  { variantsRun, timedTrials }: FailuresView,
): string {
  const all = variantsRun === 2 ? 'both variants' : `all ${variantsRun} variants`;
  const where = variantsRun > 1 && variants.length === variantsRun ? all : listed(variants);
  return `${where}, ${trials === 0 ? 'in warm-up only' : `${formatCount(trials)} of ${formatPlural(timedTrials, 'trial')}`}`;
}
