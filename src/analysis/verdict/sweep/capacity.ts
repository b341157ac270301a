import type { Estimate } from '../../../core/documents/estimate.ts';
import type { Capacity, NeededWorkers, Panel } from '../../../core/documents/sweep-analysis.ts';
import { formatCount, formatNumber, formatPlural } from '../../../core/format.ts';
import { BOTTLENECK_KIND_NAMES } from '../../../core/labels.ts';
import { inBrackets, spreadText } from '../wording.ts';
import { hasPoorFit } from './laws.ts';

/** How many workers of a queue some rates take, and where one queue ends; nothing along other axes. */
export function capacityTexts({ curves }: Panel): string[] {
  return curves.flatMap(({ capacity, law }) => {
    if (capacity === undefined) return [];
    const isPoor = law !== null && hasPoorFit(law);
    return [
      ...(isPoor ? [] : capacity.rates.map((rate) => `${rateText(rate)}.`)),
      ...ceilingTexts(capacity),
      ...(!isPoor && capacity.rates.some(({ extrapolated }) => extrapolated)
        ? [
            `More than ${formatPlural(capacity.measuredTo, 'worker')} is not within the measured range: limits that have not shown yet are in no interval.`,
          ]
        : []),
    ];
  });
}

/** `1,000 jobs/s take about 14 workers (95% CI 12–17)`. */
function rateText({ perSecond, workers, beyond }: NeededWorkers): string {
  const rate = `${formatNumber(perSecond)} jobs/s`;
  const limit = beyond === null ? '' : `, but that is more than ${BOTTLENECK_KIND_NAMES[beyond]} can carry`;
  return workers === null
    ? `${rate} is more than any number of workers reaches by this law${limit}`
    : `${rate} take about ${workersText(workers)}${limit}`;
}

export function workersText({ n, low, high }: NonNullable<NeededWorkers['workers']>): string {
  const most = high === null ? 'or more than any number' : `–${formatCount(Math.ceil(high))}`;
  return `${formatPlural(Math.ceil(n), 'worker')} (95% CI ${formatCount(Math.ceil(low))}${high === null ? `, ${most}` : most})`;
}

function ceilingTexts(capacity: Capacity): string[] {
  const found = (['queueServer', 'coordinator'] as const)
    .flatMap((name) => {
      const ceiling = capacity[name];
      return ceiling === null ? [] : [{ name, ceiling }];
    })
    .sort((one, other) => one.ceiling.estimate - other.ceiling.estimate);
  const [first, second] = found.map(
    ({ name, ceiling }) => `${BOTTLENECK_KIND_NAMES[name]} at about ${ceilingText(ceiling)}`,
  );
  if (first === undefined) return [];
  const then = second === undefined ? '' : `, ${second}`;
  return [`By CPU per job, one queue ends where its slowest part is always busy: ${first}${then}.`];
}

/** `3,900 jobs/s (95% CI 3,700–4,100)`. */
export function ceilingText(ceiling: Estimate): string {
  const range = (low: number, high: number) => `${formatNumber(low)}–${formatNumber(high)}`;
  return `${formatNumber(ceiling.estimate)} jobs/s${inBrackets(spreadText(ceiling, range))}`;
}
