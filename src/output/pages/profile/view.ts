import { cleanText } from '../../../core/clean-text.ts';
import type { FlameData, ImportedProfile } from '../../../core/documents/flame.ts';
import { type CategoryTime, timeByCategory, topLines } from '../../../profile/top-functions.ts';
import { type Difference, differenceView } from '../run/view/differential.ts';
import { cleanFlame, functionRows } from '../run/view/functions.ts';
import type { FunctionRow } from '../run/view/model.ts';
import { shortPaths } from '../run/view/short-paths.ts';

/** What the page of profiles shows that were made elsewhere, of one or two processes. Text is clean, but not escaped. */
export interface ProfilePageView {
  readonly title: string;
  /** One, or two: before and after. */
  readonly sides: readonly ProfileSide[];
  /** What differs; null for a single profile. */
  readonly difference: Difference | null;
  /** Draws this page again. */
  readonly command: string;
}

export interface ProfileSide extends Omit<ThreadSide, 'label'> {
  readonly id: 'a' | 'b';
  /** That of the file. */
  readonly name: string;
  readonly flame: FlameData;
  /** Null unless somebody has said so. */
  readonly jobs: number | null;
  /** By kind of code, dependencies by package; without idle time. */
  readonly kinds: readonly CategoryTime[];
  readonly functions: readonly FunctionRow[];
  readonly lines: readonly LineRow[];
  readonly maps: ImportedProfile['maps'];
  /** Each by itself where there are several; else none. */
  readonly threads: readonly ThreadSide[];
}

/** How long a thread was recorded, and what it did. */
export interface ThreadSide {
  readonly label: string;
  readonly durationUs: number;
  /** Not idle, garbage collection included. */
  readonly busyUs: number;
  readonly gcUs: number;
  /** None in a profile that has hit counts only. */
  readonly samples: number;
  /** Mean time between two samples; null without samples. */
  readonly intervalUs: number | null;
}

/** A line of the source that V8 took samples in. */
export interface LineRow {
  readonly name: string;
  readonly place: string;
  readonly self: number;
}

const IDS = ['a', 'b'] as const;
const MAX_LINES = 10;

/** @param jobs of each profile, if known: times are then shown per job. */
export function profilePageView(
  profiles: readonly ImportedProfile[],
  jobs: readonly number[] | null,
  command: string,
): ProfilePageView {
  const flames = shortPaths(profiles.map(({ flame }) => flame)).map(cleanFlame);
  const sides = profiles.map((profile, index): ProfileSide => {
    return sideOf(IDS[index]!, flames[index]!, jobs?.[index] ?? null, profile.maps);
  });
  const [a, b] = sides;
  return {
    title: `${sides.map(({ name }) => name).join(' and ')} · Threadmill`,
    sides,
    difference: a === undefined || b === undefined ? null : differenceOf(a, b),
    command: cleanText(command, 2_000),
  };
}

function differenceOf(a: ProfileSide, b: ProfileSide): Difference {
  return differenceView({ data: a.flame, jobs: a.jobs }, { data: b.flame, jobs: b.jobs });
}

function sideOf(
  id: ProfileSide['id'],
  named: FlameData,
  jobs: number | null,
  maps: ImportedProfile['maps'],
): ProfileSide {
  const name = cleanText(named.variant, 120);
  const flame = { ...named, variant: name };
  const { threads } = flame;
  return {
    id,
    name,
    flame,
    jobs,
    ...figuresOf(flame, threads),
    threads:
      threads.length < 2 ? [] : threads.map((each) => ({ label: each.label, ...figuresOf(flame, [each]) })),
    kinds: timeByCategory(flame).filter(({ category, self }) => category !== 'idle' && self > 0),
    functions: functionRows(flame),
    lines: topLines(flame)
      .flatMap(({ frame, line, self }) =>
        frame.file === null ? [] : [{ name: frame.name, place: `${frame.file}:${line}`, self }],
      )
      .slice(0, MAX_LINES),
    maps,
  };
}

/** Of some of its threads together. */
function figuresOf(flame: FlameData, threads: FlameData['threads']): Omit<ThreadSide, 'label'> {
  const kinds = timeByCategory({ ...flame, threads });
  const us = (wanted: (category: CategoryTime['category']) => boolean): number =>
    kinds.reduce((sum, { category, self }) => (wanted(category) ? sum + self : sum), 0);
  const durationUs = threads.reduce((sum, thread) => sum + thread.durationUs, 0);
  const samples = threads.reduce((sum, thread) => sum + thread.samples, 0);
  return {
    durationUs,
    busyUs: us((category) => category !== 'idle'),
    gcUs: us((category) => category === 'gc'),
    samples,
    intervalUs: samples === 0 ? null : durationUs / samples,
  };
}
