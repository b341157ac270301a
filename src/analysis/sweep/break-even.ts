import type { BreakEven, BreakEvenCell, BreakEvenRow } from '../../core/documents/sweep-analysis.ts';
import type {
  PointResult,
  PointVariant,
  SweepPoint,
  SweepRecord,
} from '../../core/documents/sweep-record.ts';
import { bisect } from '../../core/statistics/bisect.ts';
import { type Pair, pairOf } from '../verdict/pairs.ts';

/** What takes less is no reason to take one or the other, and no more than such models can tell. */
const LEAD = 1.05;
/** Largest CPU per job considered, ms. */
const MAX_CPU_MS = 1e6;
const HALVINGS = 60;

/** Of one job at the lowest CPU of a row, ms. */
export interface JobCost {
  readonly wallMs: number;
  readonly mainMs: number;
  readonly workersMs: number;
  /** In the embedded server, and in libuv's and V8's threads. */
  readonly elsewhereMs: number;
}

interface BreakEvenInput {
  readonly loop: JobCost;
  readonly offload: JobCost;
  readonly workers: number;
  readonly cpus: number;
}

/**
 * How many times as fast `offload` should be as `event-loop` if each job takes `moreMs` of CPU more, by the
 * asymptotic bounds of a closed system (Denning & Buzen, 1978): no thread takes less time than its CPU, and the
 * machine no less than all CPU ÷ CPUs. More CPU goes to the main thread on the event loop, and to the workers with
 * `offload`, whose main thread keeps what it takes to move the data.
 *
 * A wall may be longer than its bound, because of waits and of what a schedule loses. Either that stays as it is (the
 * first figure), or it overlaps with the CPU completely (the second). The truth lies between the two.
 */
export function speedsOf({ loop, offload, workers, cpus }: BreakEvenInput, moreMs: number): [number, number] {
  const machine = ({ mainMs, workersMs, elsewhereMs }: JobCost, more: number) =>
    (mainMs + workersMs + elsewhereMs + more) / cpus;
  const loopAt = (more: number) => Math.max(loop.mainMs + more, machine(loop, more));
  const offloadAt = (more: number) =>
    Math.max(offload.mainMs, (offload.workersMs + more) / Math.min(workers, cpus), machine(offload, more));
  const added = (cost: JobCost, at: (more: number) => number) =>
    Math.max(0, cost.wallMs - at(0)) + at(moreMs);
  const hidden = (cost: JobCost, at: (more: number) => number) => Math.max(cost.wallMs, at(moreMs));
  return [added(loop, loopAt) / added(offload, offloadAt), hidden(loop, loopAt) / hidden(offload, offloadAt)];
}

/** From how much more CPU per job on `offload` pays, ms: the range, and its middle. Null: never. */
export function breakEvenOf(input: BreakEvenInput): {
  readonly lowMs: number | null;
  readonly estimateMs: number | null;
  readonly highMs: number | null;
} {
  return {
    lowMs: firstAbove((more) => Math.max(...speedsOf(input, more)), 1 / LEAD),
    estimateMs: firstAbove((more) => Math.sqrt(speedsOf(input, more).reduce((a, b) => a * b)), 1),
    highMs: firstAbove((more) => Math.min(...speedsOf(input, more)), LEAD),
  };
}

function firstAbove(speed: (moreMs: number) => number, least: number): number | null {
  if (speed(0) >= least) return 0;
  if (speed(MAX_CPU_MS) < least) return null;
  return bisect(0, MAX_CPU_MS, HALVINGS, (more) => speed(more) >= least).within;
}

/**
 * Along an axis of CPU: from where `offload` should pay, from the point of each row with the least CPU, and whether
 * the other points of the row agree. Null for a sweep without both variants, or without such an axis.
 */
export function breakEvenIn(record: SweepRecord): BreakEven | null {
  const { axes, variants, workers } = record.definition;
  const [across, down] = axes;
  if (
    across?.name !== 'cpu' ||
    !(['event-loop', 'offload'] as const).every((name) => variants.includes(name))
  )
    return null;
  const rows = (down?.values ?? [null]).flatMap((at): BreakEvenRow[] => {
    const points = record.points
      .filter((point) => at === null || point.at[1] === at)
      .sort((one, other) => one.at[0]! - other.at[0]!);
    const first = points.find(({ result }) => result !== null && costsIn(result) !== null);
    if (first === undefined) return [];
    const { result } = first;
    const input: BreakEvenInput = {
      ...costsIn(result!)!,
      workers: result!.variants.find(({ name }) => name === 'offload')?.threads ?? workers ?? 1,
      cpus: record.sessions[result!.session]!.environment.availableCpus,
    };
    const base = first.at[0]!;
    const { lowMs, estimateMs, highMs } = breakEvenOf(input);
    const place = (more: number | null) => (more === null ? null : base + more);
    const cells = points.flatMap((point) =>
      point.at[0]! > base ? [cellOf(point, speedsOf(input, point.at[0]! - base))] : [],
    );
    return [
      { at, fromMs: base, lowMs: place(lowMs), estimateMs: place(estimateMs), highMs: place(highMs), cells },
    ];
  });
  return rows.length === 0 ? null : { rows };
}

function cellOf({ key, at, result }: SweepPoint, speeds: readonly [number, number]): BreakEvenCell {
  const [low, high] = [Math.min(...speeds), Math.max(...speeds)];
  const predicted = low >= LEAD ? 'offload' : high <= 1 / LEAD ? 'event-loop' : 'either';
  const pair = result === null ? null : pairOf(result, 'offload', 'event-loop');
  const lead = predicted === 'offload' ? low : 1 / high;
  const measured = pair?.factor?.estimate ?? null;
  return { key, cpuMs: at[0]!, low, high, predicted, measured, held: heldBy(pair, predicted, lead) };
}

/** Null where nothing was predicted, or the point cannot tell a lead of that size. */
function heldBy(pair: Pair | null, predicted: BreakEvenCell['predicted'], lead: number): boolean | null {
  if (pair === null || predicted === 'either') return null;
  switch (pair.verdict) {
    case 'faster':
      return predicted === 'offload';
    case 'slower':
      return predicted === 'event-loop';
    case 'no-difference':
      return pair.detectable !== null && lead > 1 + pair.detectable / 100 ? false : null;
    case 'inconclusive':
      return null;
  }
}

function costsIn({ variants, jobs }: PointResult): Pick<BreakEvenInput, 'loop' | 'offload'> | null {
  const of = (name: PointVariant['name']): JobCost | null => {
    const variant = variants.find((each) => each.name === name);
    if (variant?.wallMs == null || variant.cpuMsPerJob === null || variant.failedJobs > 0) return null;
    const { main, workers, elsewhere } = variant.cpuMsPerJob;
    return {
      ...{ wallMs: variant.wallMs.estimate / jobs, mainMs: main },
      ...{ workersMs: workers, elsewhereMs: elsewhere },
    };
  };
  const [loop, offload] = [of('event-loop'), of('offload')];
  return loop === null || offload === null ? null : { loop, offload };
}
