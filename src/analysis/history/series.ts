import type {
  History,
  HistoryChange,
  HistoryLine,
  HistoryRun,
  HistorySeries,
  LeftOut,
} from '../../core/documents/history.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { SCHEMA_VERSION } from '../../core/documents/schema-version.ts';
import { BUILT_IN_WORKLOAD, specValue } from '../../core/documents/spec.ts';
import { OPTION_NAMES, optionArguments, optionOf } from '../../core/options.ts';
import { redactArguments } from '../../core/redaction.ts';
import { changePoints } from '../../core/statistics/change-points.ts';
import { exponentials } from '../../core/statistics/log-ratio.ts';
import { PROCESS_DIFFERENCE } from '../../core/statistics/min-effect.ts';
import { median } from '../../core/statistics/quantile.ts';
import { shiftBetween } from '../../core/statistics/rank-sum.ts';
import { isMovedAlong, VARIANT_NAMES, type VariantName } from '../../core/variants.ts';
import { comparedMs, comparedQuantity, trialCpuMs, trialMedian } from '../comparable.ts';
import { surroundingsOf } from '../comparison/differences.ts';
import { type Plan, unlike, unlikeOptions, unlikeWork, workloadArguments } from '../comparison/same-work.ts';
import { aaFailed, workFailed } from '../gates/exit-code.ts';
import { isBusy } from '../gates/machine-load.ts';

/** Newest runs of a series; older ones are left out. */
const MAX_RUNS = 200;
/** Probability of a false change in a series: its lines share it. */
const ALPHA = 0.05;
export const SHORT_COMMIT = 10;

export interface RunFigures extends Omit<HistoryRun, 'differences'> {
  readonly plan: Plan;
  readonly machine: string;
  readonly surroundings: Readonly<Record<string, string>>;
  readonly figures: readonly Figure[];
}

interface Figure extends Pick<HistoryLine, 'variant' | 'quantity'> {
  readonly ms: NonNullable<HistoryLine['ms'][number]>;
}

/** @param id name of the run's folder. @returns null for a running run */
export function runFigures(id: string, record: RunRecord, withBusy = false): RunFigures | null {
  if (record.status === 'running') return null;
  const { createdAt, git, spec, server, environment } = record;
  const { CPU, 'available CPUs': available, memory, ...surroundings } = surroundingsOf(record);
  return {
    ...{ id, createdAt, git, surroundings, leftOut: leftOut(record, withBusy) },
    plan: { spec, server },
    machine: `${available}, ${CPU}, ${memory}, ${environment.platform} ${environment.arch}`,
    figures: record.variants.flatMap((variant) => {
      const figure = (quantity: Figure['quantity'], of: Parameters<typeof trialMedian>[1]): Figure[] => {
        const found = trialMedian(variant, of);
        // A ratio to 0 does not exist.
        if (found === null || found.low <= 0) return [];
        const { estimate, low, high } = found;
        return [{ variant: variant.name, quantity, ms: { estimate, low, high } }];
      };
      const cpuOfJob = (trial: Parameters<typeof trialCpuMs>[0]): number | null => {
        const ms = trialCpuMs(trial);
        return ms === null ? null : ms / spec.jobs;
      };
      return [...figure(comparedQuantity(spec), comparedMs), ...figure('cpu', cpuOfJob)];
    }),
  };
}

function leftOut(record: RunRecord, withBusy: boolean): LeftOut | null {
  if (record.status === 'aborted') return 'stopped';
  if (record.status === 'failed' || workFailed(record)) return 'failed';
  if (aaFailed(record)) return 'unsteady';
  return !withBusy && isBusy(record) ? 'busy' : null;
}

/** Groups runs of the same work, options and machine. Groups with the newest runs come first; in each, the oldest. */
export function groupRuns(runs: readonly RunFigures[]): RunFigures[][] {
  const groups: RunFigures[][] = [];
  for (const run of runs.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))) {
    const group = groups.find(([newest]) => isAlike(newest!, run));
    if (group === undefined) groups.push([run]);
    else if (group.length < MAX_RUNS) group.push(run);
  }
  return groups.map((group) => group.toReversed());
}

function isAlike(one: RunFigures, other: RunFigures): boolean {
  return (
    one.machine === other.machine &&
    unlikeWork(one.plan, other.plan).length === 0 &&
    unlikeOptions(one.plan, other.plan, 'shown').length === 0
  );
}

export function historyOf(runs: readonly RunFigures[]): History {
  return { schemaVersion: SCHEMA_VERSION, series: groupRuns(runs).map(seriesOf) };
}

function seriesOf(group: readonly RunFigures[]): HistorySeries {
  const { plan, machine } = group.at(-1)!;
  const { workload, jobs, concurrency } = plan.spec;
  const quantities = [comparedQuantity(plan.spec), 'cpu'] as const;
  const lines = VARIANT_NAMES.flatMap((variant) =>
    quantities.map((quantity) => ({
      ...{ variant, quantity },
      ms: group.map(
        ({ figures }) =>
          figures.find((each) => each.variant === variant && each.quantity === quantity)?.ms ?? null,
      ),
    })),
  ).filter(({ ms }) => ms.some((each) => each !== null));
  return {
    ...{ workload: workload.name, source: workload.source, jobs, concurrency, machine },
    runs: group.map(({ id, createdAt, git, leftOut, surroundings }, i) => ({
      ...{ id, createdAt, git, leftOut },
      differences: unlike(group[i - 1]?.surroundings ?? surroundings, surroundings),
    })),
    lines: lines.map((line) => withChanges(line, group, ALPHA / lines.length)),
  };
}

function withChanges(
  line: Pick<HistoryLine, 'variant' | 'quantity' | 'ms'>,
  group: readonly RunFigures[],
  alpha: number,
): HistoryLine {
  const counted = line.ms.flatMap((ms, run) =>
    ms === null || group[run]!.leftOut !== null ? [] : [{ run, log: Math.log(ms.estimate) }],
  );
  const logs = counted.map(({ log }) => log);
  const found = changePoints(logs, alpha);
  const parts = (places: readonly { readonly at: number }[]): number[][] =>
    [0, ...places.map(({ at }) => at)].map((from, i) => logs.slice(from, places[i]?.at ?? logs.length));
  const shifts = (levels: readonly number[][]) =>
    levels.slice(1).map((after, i) => shiftBetween(levels[i]!, after)!);
  let kept = found;
  let levels = parts(kept);
  let apart = shifts(levels);
  // One at a time: without a change, the levels on its sides become one.
  while (apart.length > 0) {
    const sizes = apart.map(({ estimate }) => Math.abs(estimate));
    const smallest = sizes.indexOf(Math.min(...sizes));
    // Smaller changes are not shown.
    if (sizes[smallest]! >= PROCESS_DIFFERENCE) break;
    kept = kept.toSpliced(smallest, 1);
    levels = parts(kept);
    apart = shifts(levels);
  }
  const changes = apart.map((shift, i): HistoryChange => {
    const { at, low, high, pValue } = kept[i]!;
    const place = { earliest: counted[low]!.run, latest: counted[high]!.run };
    return {
      ...{ at: counted[at]!.run, ...place, pValue, ratio: exponentials(shift) },
      repeat: repeatCommand(group, line.variant, place),
    };
  });
  const ends = kept.map(({ at }) => at);
  return {
    ...line,
    changes,
    levels: levels.flatMap((values, i) => {
      const middle = median(values);
      if (middle === null) return [];
      const [first, last] = [ends[i - 1] ?? 0, (ends[i] ?? counted.length) - 1];
      return [{ from: counted[first]!.run, to: counted[last]!.run, ms: Math.exp(middle) }];
    }),
  };
}

function repeatCommand(
  group: readonly RunFigures[],
  variant: VariantName,
  { earliest, latest }: Pick<HistoryChange, 'earliest' | 'latest'>,
): string | null {
  const before = group
    .slice(0, earliest)
    .findLast(({ leftOut, git }) => leftOut === null && git !== null)?.git;
  const { git, plan } = group[latest]!;
  const { spec } = plan;
  if (!before || before.commit === git?.commit || spec.workload.source === BUILT_IN_WORKLOAD) return null;
  const options = OPTION_NAMES.filter((option) => {
    const { compared, axis = option === 'queue' ? 'queue-workers' : undefined } = optionOf(option);
    return compared !== undefined && (axis === undefined || isMovedAlong(axis, variant));
  });
  const load = { rate: null, arrivals: null, rateLimit: null, ...spec.load };
  const given = [
    ...workloadArguments(plan),
    ...options.flatMap((option) => optionArguments(option, specValue(spec, option))),
    ...(['rate', 'arrivals', 'rateLimit'] as const).flatMap((option) =>
      optionArguments(option, load[option]),
    ),
    ...['--variants', variant, '--against', `git:${before.commit.slice(0, SHORT_COMMIT)}`],
  ];
  return `threadmill ${redactArguments(['bench', ...given])}`;
}
