import type { FlameData, FlameFrame } from '../../../core/documents/flame.ts';
import type { SourceExcerpts } from '../../../core/documents/source-excerpts.ts';
import type { VariantName } from '../../../core/variants.ts';
import {
  type FunctionTime,
  perJob,
  runningUs,
  topFunctions,
  topLines,
} from '../../../profile/top-functions.ts';
import type { VariantView } from './captures.ts';
import { isWork, placeOf, sameFunctions } from './functions.ts';
import { type HotFile, hotFiles, type TimedLine } from './hot-lines.ts';
import { isSure } from './hot-time.ts';

/** What the CPU was busy with, over all threads of each profiled variant, each time also for one job. */
export interface HotView {
  readonly variants: readonly HotVariant[];
  /** Those that take most in any of the variants, the greatest self time for one job first. */
  readonly functions: readonly HotFunction[];
  readonly files: readonly HotFile[];
}

export interface HotVariant {
  readonly variant: VariantName;
  /** In all that was profiled; null if that is not known. */
  readonly jobs: number | null;
  /** Everything but idle, all threads together, µs. */
  readonly busyUs: number;
  readonly busyPerJobUs: number | null;
  /** Of the time of all threads, 0 to 1. */
  readonly idleShare: number | null;
}

export interface HotFunction {
  readonly name: string;
  readonly place: string | null;
  readonly category: FlameFrame['category'];
  /** Of a dependency. */
  readonly package: string | null;
  /** One for each of the view's variants; null where it did not occur. */
  readonly times: readonly (HotTime | null)[];
}

export interface HotTime {
  readonly self: number;
  readonly totalUs: number;
  /** Of the variant's busy time, 0 to 1. */
  readonly share: number;
  readonly selfPerJobUs: number | null;
  readonly totalPerJobUs: number | null;
  /** Whether the own time rests on ten samples or more; chance alone moves that of fewer by a third and more. */
  readonly isSure: boolean;
}

const MAX_FUNCTIONS = 15;
/** Of a variant's busy time: less than this is not hot. */
const MIN_SHARE = 0.01;

/** Null if no variant has a profile with anything but idle time in it. */
export function hotView(
  variants: readonly VariantView[],
  sources: readonly SourceExcerpts[],
): HotView | null {
  const profiled = variants.flatMap(({ variant, flame, jobs, idleShare }): Profiled[] => {
    if (flame === null) return [];
    const busyUs = runningUs(flame);
    const busyPerJobUs = jobs === null ? null : perJob(busyUs, jobs);
    return [{ variant, flame, squares: squaresOf(flame), jobs, busyUs, busyPerJobUs, idleShare }];
  });
  if (profiled.every(({ busyUs }) => busyUs === 0)) return null;
  return {
    variants: profiled.map(({ flame: _, squares: __, ...variant }) => variant),
    functions: hotFunctions(profiled),
    files: hotFiles(profiled.map(linesOf), sources),
  };
}

interface Profiled extends HotVariant {
  readonly flame: FlameData;
  /** Of each function: the sum of the squares of its samples' times, µs². */
  readonly squares: ReadonlyMap<FlameFrame, number>;
}

/** Where they are not known, samples are taken to have lasted as long as the mean one. */
function squaresOf({ frames, threads }: FlameData): Map<FlameFrame, number> {
  const squares = new Float64Array(frames.length);
  for (const { frame, self, variance, duration, samples } of threads) {
    const meanUs = samples === 0 ? 0 : duration / samples;
    for (let node = 0; node < frame.length; node++) {
      squares[frame[node]!]! += variance?.[node] ?? self[node]! * meanUs;
    }
  }
  return new Map(frames.map((frame, id) => [frame, squares[id]!]));
}

function hotFunctions(profiled: readonly Profiled[]): HotFunction[] {
  const columns = profiled.map((variant) =>
    topFunctions(variant.flame)
      .filter(isWork)
      .map((each) => ({ frame: each.frame, figures: timeOf(each, variant) })),
  );
  return sameFunctions(columns)
    .filter(({ figures }) => figures.some((time) => time !== null && time.share >= MIN_SHARE))
    .map(({ frame, figures }) => ({
      ...{ name: frame.name, place: placeOf(frame), category: frame.category, package: frame.package },
      times: figures,
    }))
    .sort((a, b) => greatest(b) - greatest(a) || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_FUNCTIONS);
}

function timeOf({ frame, self, totalUs }: FunctionTime, { jobs, busyUs, squares }: Profiled): HotTime {
  const forOne = (us: number) => (jobs === null ? null : perJob(us, jobs));
  return {
    ...{ self, totalUs, share: busyUs > 0 ? self / busyUs : 0 },
    ...{ selfPerJobUs: forOne(self), totalPerJobUs: forOne(totalUs) },
    isSure: isSure(self, squares.get(frame) ?? 0),
  };
}

function greatest({ times }: HotFunction): number {
  return Math.max(...times.map((time) => time?.selfPerJobUs ?? time?.share ?? 0));
}

/** Per function its lines; the samples of a line are taken to be as long as those of its function. */
function linesOf({ flame, jobs, squares }: Profiled): TimedLine[] {
  const lines = topLines(flame);
  const known = new Map<FlameFrame, number>();
  for (const { frame, self } of lines) known.set(frame, (known.get(frame) ?? 0) + self);
  return lines.flatMap(({ frame, line, self }) => {
    if (frame.category !== 'user' || frame.file === null || jobs === null || jobs === 0) return [];
    const share = self / known.get(frame)!;
    return [
      {
        ...{ file: frame.file, line, header: frame.line, perJobUs: self / jobs },
        squares: (share * (squares.get(frame) ?? 0)) / jobs ** 2,
      },
    ];
  });
}
