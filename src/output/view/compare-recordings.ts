import { formatSignedPercent } from '../../analysis/comparison/wording.ts';
import { verdictWords } from '../../analysis/recording/wording.ts';
import type { RecordedThread } from '../../core/documents/recording.ts';
import { SCHEMA_VERSION } from '../../core/documents/schema-version.ts';
import { formatMicros } from '../../core/format.ts';
import type { RecordingView } from './recording.ts';
import { type Difference, differenceView } from './run/differential.ts';
import { placedName } from './run/functions.ts';
import type { TopChangeRow } from './run/top-changes.ts';

/** Two recordings, or imported profiles, the earlier one first. */
export interface RecordingComparison {
  readonly sides: readonly [RecordingView, RecordingView];
  /** Of all threads together. */
  readonly difference: Difference;
  /** The busiest first. */
  readonly threads: readonly ThreadPair[];
}

/** A thread and its match in the other recording; null without one. */
export interface ThreadPair {
  readonly label: string;
  readonly sides: readonly [RecordedThread | null, RecordedThread | null];
  /** Functions whose self time changed beyond sampling error, largest change first. */
  readonly functions: readonly TopChangeRow[];
}

/** Number of threads whose changed functions are listed. */
const MAX_DIFFED = 50;
const MAX_FUNCTIONS = 3;
/** Longest name in a headline, characters. */
const MAX_NAME = 32;

export function compareRecordingsView(before: RecordingView, after: RecordingView): RecordingComparison {
  const [a, b] = [withoutRecorder(before), withoutRecorder(after)];
  const pairs = pairsOf(a, b).sort((one, other) => mostBusyMs(other) - mostBusyMs(one));
  return {
    sides: [a, b],
    difference: differenceView(sideOf(a), sideOf(b)),
    threads: pairs.map((sides, index) => ({
      label: (sides[1] ?? sides[0])!.label,
      sides,
      functions: index < MAX_DIFFED ? changesOf(a, b, sides) : [],
    })),
  };
}

/** The recorder's own time is not busy time of the program. */
function withoutRecorder(view: RecordingView): RecordingView {
  if (view.imported) return view;
  const { frames, threads } = view.flame;
  const own = threads.map(({ frame, self, variance, ...rest }) => {
    const isOwn = (node: number): boolean => frames[frame[node]!]?.category === 'threadmill';
    const kept = (values: readonly number[]): number[] =>
      values.map((value, node) => (isOwn(node) ? 0 : value));
    return {
      ...rest,
      frame,
      self: kept(self),
      ...(variance === undefined ? {} : { variance: kept(variance) }),
    };
  });
  return { ...view, flame: { ...view.flame, threads: own } };
}

type Pair = readonly [RecordedThread | null, RecordedThread | null];

function sideOf({ flame, jobs }: RecordingView, thread?: number) {
  const threads = flame.threads.filter((each) => thread === undefined || each.thread === thread);
  return { data: { ...flame, threads }, jobs };
}

function changesOf(a: RecordingView, b: RecordingView, [one, other]: Pair): TopChangeRow[] {
  if (one === null || other === null) return [];
  const { rows } = differenceView(sideOf(a, one.thread), sideOf(b, other.thread));
  return rows.filter(({ isNoise }) => !isNoise).slice(0, MAX_FUNCTIONS);
}

/** Threads of one kind, of processes of one name, are matched in the order of their start. */
function pairsOf(a: RecordingView, b: RecordingView): Pair[] {
  const later = byPlace(b);
  const pairs = [...byPlace(a)].map(([place, thread]): Pair => {
    const match = later.get(place) ?? null;
    later.delete(place);
    return [thread, match];
  });
  return [...pairs, ...[...later.values()].map((thread): Pair => [null, thread])];
}

function byPlace({
  recording: { processes, threads },
  imported,
}: RecordingView): Map<string, RecordedThread> {
  const places = new Map<string, RecordedThread>();
  const counts = new Map<string, number>();
  for (const thread of threads) {
    // Without its arguments.
    const process = imported ? '' : processes[thread.process]?.name.split(' ')[0];
    const kind = [process, thread.role, thread.script].join('\0');
    const nth = counts.get(kind) ?? 0;
    counts.set(kind, nth + 1);
    places.set(`${kind}\0${nth}`, thread);
  }
  return places;
}

function mostBusyMs(pair: Pair): number {
  return Math.max(...pair.map((thread) => thread?.busyMs ?? 0));
}

/** Headline and the sentences below it. */
export function comparisonLead({ sides, difference }: RecordingComparison): {
  readonly headline: string;
  readonly sentences: readonly string[];
} {
  const { perJob, totalA, totalB, noise, rows } = difference;
  const [one, other] = sides.map(({ recording }) => recording.name) as [string, string];
  const what = sides[0].imported ? 'profile' : 'recording';
  // Long names would fill the headline, and are listed above it.
  const areShort = one !== other && Math.max(one.length, other.length) <= MAX_NAME;
  const [before, after] = areShort ? [one, other] : ['the first', `The second ${what}`];
  const of = perJob ? ' per job' : '';
  const isSame = Math.abs(totalB - totalA) <= noise;
  const change = totalA > 0 ? ` (${formatSignedPercent(100 * (totalB / totalA - 1))})` : '';
  const top = rows.find(({ isNoise }) => !isNoise);
  const nothing = isSame
    ? 'No function’s self time differs by more than the sampling error.'
    : 'There are too few samples to say in which function.';
  return {
    headline: isSame
      ? `No difference in busy time beyond the sampling error: ${formatMicros(totalA)} and ${formatMicros(totalB)}${of}.`
      : `${after} was busy for ${formatMicros(Math.abs(totalB - totalA))}${of} ${totalB > totalA ? 'more' : 'less'} than ${before}: ${formatMicros(totalB)} instead of ${formatMicros(totalA)}${change}.`,
    sentences: [
      top === undefined
        ? nothing
        : `Largest difference: ${placedName(top)}: ${formatMicros(top.b)}${of} instead of ${formatMicros(top.a)}.`,
      `One ${what} per side gives no confidence interval. Use threadmill bench to confirm.`,
    ],
  };
}

/** As JSON: times are ms, per job where `perJob` is true. */
export function comparisonJson(comparison: RecordingComparison): object {
  const { sides, difference, threads } = comparison;
  const { perJob, totalA, totalB, noise } = difference;
  return {
    schemaVersion: SCHEMA_VERSION,
    ...comparisonLead(comparison),
    ...{ perJob, beforeMs: totalA / 1_000, afterMs: totalB / 1_000, noiseMs: noise / 1_000 },
    recordings: sides.map(({ recording: { id, name, command, createdAt, startUs, endUs, verdicts } }) => ({
      ...{ id, name, command, createdAt, durationMs: (endUs - startUs) / 1_000, verdicts },
      headline: verdictWords(verdicts[0]!).headline,
    })),
    functions: difference.rows.map(rowJson),
    threads: threads.map(({ label, sides: [before, after], functions }) => ({
      ...{ label, before, after, functions: functions.map(rowJson) },
    })),
  };
}

function rowJson({ name, place, category, a, b, noise, isNoise }: TopChangeRow): object {
  return {
    name,
    place,
    category,
    beforeMs: a / 1_000,
    afterMs: b / 1_000,
    noiseMs: noise / 1_000,
    isNoise,
  };
}
