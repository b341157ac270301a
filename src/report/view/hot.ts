import { type FunctionTime, perJob, runningUs, topFunctions, topLines } from '../../profile/top-functions.ts';
import type { FlameData, FlameFrame } from '../../types/flame.ts';
import type { SourceExcerpts } from '../../types/source-excerpts.ts';
import type { VariantName } from '../../types/variant-names.ts';
import { isWork, placeOf } from './functions.ts';
import { hotFiles, type TimedLine } from './hot-lines.ts';
import type { VariantView } from './view.ts';

/** What the CPU was busy with, over all threads of each profiled variant, each time also for one job. */
export interface HotView {
  readonly variants: readonly HotVariant[];
  /** Those that take most in any of the variants, the greatest self time for one job first. */
  readonly functions: readonly HotFunction[];
  readonly files: readonly HotFile[];
}

export interface HotVariant {
  readonly variant: VariantName;
  readonly threads: number;
  /** In all that was profiled; null if that is not known. */
  readonly jobs: number | null;
  /** Everything but idle, all threads together, µs. */
  readonly busyUs: number;
  readonly busyPerJobUs: number | null;
  /** Of the time of all threads, 0 to 1. */
  readonly idleShare: number | null;
  /** A smaller time for one job rests on fewer than ten samples: chance alone moves it by a third and more. */
  readonly surePerJobUs: number;
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
  readonly selfUs: number;
  readonly totalUs: number;
  /** Of the variant's busy time, 0 to 1. */
  readonly share: number;
  readonly selfPerJobUs: number | null;
  readonly totalPerJobUs: number | null;
}

/** A file of the user's, with the lines that took most, all functions in it together. */
export interface HotFile {
  readonly file: string;
  /** All lines of it, also those that are not shown, µs for one job; one for each of the view's variants. */
  readonly perJobUs: readonly (number | null)[];
  /** In order, with gaps. */
  readonly lines: readonly HotLine[];
}

export interface HotLine {
  readonly line: number;
  /** Null if the source was not saved. */
  readonly text: string | null;
  /** Self time, µs for one job; null where no sample was taken. */
  readonly perJobUs: readonly (number | null)[];
  /** 0 for none to `HOTTEST`. */
  readonly heat: number;
}

const MOST_FUNCTIONS = 15;
const ENOUGH_SAMPLES = 10;
/** Of a variant's busy time: less than this is not hot. */
const LEAST_SHARE = 0.01;

/** Null if no variant has a profile with anything but idle time in it. */
export function hotView(
  variants: readonly VariantView[],
  sources: readonly SourceExcerpts[],
): HotView | null {
  const profiled = variants.flatMap(({ variant, flame, jobs, idleShare }): Profiled[] => {
    if (flame === null) return [];
    const busyUs = runningUs(flame);
    const busyPerJobUs = jobs === null ? null : perJob(busyUs, jobs);
    const surePerJobUs = jobs === null ? 0 : (perJob(ENOUGH_SAMPLES * sampleUs(flame), jobs) ?? 0);
    const threads = flame.threads.length;
    return [{ variant, flame, jobs, busyUs, busyPerJobUs, idleShare, surePerJobUs, threads }];
  });
  if (profiled.every(({ busyUs }) => busyUs === 0)) return null;
  return {
    variants: profiled.map(({ flame: _, ...variant }) => variant),
    functions: hotFunctions(profiled),
    files: hotFiles(profiled.map(linesOf), sources),
  };
}

interface Profiled extends HotVariant {
  readonly flame: FlameData;
}

/** What one sample stands for. */
function sampleUs({ threads }: FlameData): number {
  const samples = threads.reduce((sum, thread) => sum + thread.samples, 0);
  const us = threads.reduce((sum, { durationUs }) => sum + durationUs, 0);
  return samples === 0 ? 0 : us / samples;
}

function hotFunctions(profiled: readonly Profiled[]): HotFunction[] {
  const byKey = new Map<string, { readonly frame: FlameFrame; readonly times: (HotTime | null)[] }>();
  profiled.forEach((variant, column) => {
    for (const each of topFunctions(variant.flame)) {
      const { frame } = each;
      if (!isWork(each)) continue;
      const key = [frame.name, frame.file, frame.line, frame.column, frame.category].join('\0');
      const row = byKey.get(key) ?? { frame, times: profiled.map(() => null) };
      row.times[column] = timeOf(each, variant);
      byKey.set(key, row);
    }
  });
  return [...byKey.values()]
    .filter(({ times }) => times.some((time) => time !== null && time.share >= LEAST_SHARE))
    .map(({ frame, times }) => ({
      ...{ name: frame.name, place: placeOf(frame), category: frame.category, package: frame.package },
      times,
    }))
    .sort((a, b) => greatest(b) - greatest(a) || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_FUNCTIONS);
}

function timeOf({ selfUs, totalUs }: FunctionTime, { jobs, busyUs }: Profiled): HotTime {
  const forOne = (us: number) => (jobs === null ? null : perJob(us, jobs));
  return {
    ...{ selfUs, totalUs, share: busyUs > 0 ? selfUs / busyUs : 0 },
    ...{ selfPerJobUs: forOne(selfUs), totalPerJobUs: forOne(totalUs) },
  };
}

function greatest({ times }: HotFunction): number {
  return Math.max(...times.map((time) => time?.selfPerJobUs ?? time?.share ?? 0));
}

function linesOf({ flame, jobs }: Profiled): TimedLine[] {
  return topLines(flame).flatMap(({ frame, line, selfUs }) => {
    const perJobUs = jobs === null ? null : perJob(selfUs, jobs);
    if (frame.category !== 'user' || frame.file === null || perJobUs === null) return [];
    return [{ file: frame.file, line, perJobUs, header: frame.line }];
  });
}
