import { workFailed } from '../../analysis/gates/exit-code.ts';
import { type RunFigures, runFigures } from '../../analysis/history/series.ts';
import { verdictWords } from '../../analysis/recording/wording.ts';
import { savedSweepVerdict } from '../../analysis/verdict/sweep/verdict.ts';
import { axisRange } from '../../analysis/verdict/sweep/wording.ts';
import { savedVerdict } from '../../analysis/verdict/verdict.ts';
import { cleanText } from '../../core/clean-text.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import type { Panel } from '../../core/documents/sweep-analysis.ts';
import { formatPlural, formatTime } from '../../core/format.ts';
import { failedCount } from '../../core/outcomes.ts';
import { VARIANT_NAMES, type VariantName } from '../../core/variants.ts';
import type { RecordingListing, RunListing, SweepListing } from '../../store/list-folders.ts';
import type { WallChart } from './run/charts.ts';
import { runArgument } from './run/run-argument.ts';
import { cleanVerdict, headlineText } from './verdict.ts';
import { wallChart } from './wall-chart.ts';

export type EntryKind = 'bench' | 'profile' | 'sweep' | 'recording' | 'unreadable';

/** A run, a sweep or a recording. Text is clean, but not escaped. */
export interface Entry {
  /** Sorts by time. */
  readonly key: string;
  readonly id: string;
  readonly kind: EntryKind;
  readonly headline: string;
  /** Path of its report from the page; null without one. */
  readonly href: string | null;
  readonly status: { readonly look: string; readonly text: string } | null;
  readonly facts: readonly string[];
  readonly problem: string | null;
  /** What `compare` finds a run by; null for what cannot be compared. */
  readonly argument: string | null;
  readonly walls: WallSpark | null;
  /** Along the axis of a sweep; null for one that was not analysed. */
  readonly curves: Panel | null;
  /** Variants with a bar in the entry. */
  readonly variants: readonly VariantName[];
  /** Null for what has no times that other runs could be compared with. */
  readonly trend: RunFigures | null;
}

/** Medians, and the times of the rounds; ms. */
export interface WallSpark extends Pick<WallChart, 'axisMs' | 'compared'> {
  readonly bars: readonly {
    readonly variant: VariantName;
    readonly medianMs: number;
    readonly rounds: readonly number[];
  }[];
}

/** What the list of an output folder is made of. */
export interface IndexFolder {
  readonly runs: readonly Entry[];
  readonly sweeps: readonly Entry[];
  readonly recordings: readonly Entry[];
  /** File names of pages of two runs. */
  readonly comparisons: readonly string[];
  /** File name of the page of all runs' history; null without one. */
  readonly history: string | null;
}

export interface IndexView extends Pick<IndexFolder, 'comparisons' | 'history'> {
  readonly headline: string | null;
  readonly hasRuns: boolean;
  readonly hasSweeps: boolean;
  /** Newest first. */
  readonly entries: readonly Entry[];
  /** Drawn in any of them. */
  readonly variants: readonly VariantName[];
  readonly trends: readonly RunFigures[];
}

export function indexView({
  runs = [],
  sweeps = [],
  recordings = [],
  comparisons = [],
  history = null,
}: Partial<IndexFolder>): IndexView {
  const entries = [...runs, ...sweeps, ...recordings].sort((a, b) =>
    a.key < b.key ? 1 : a.key > b.key ? -1 : 0,
  );
  const counts = [
    ...(runs.length > 0 ? [formatPlural(runs.length, 'run')] : []),
    ...(sweeps.length > 0 ? [formatPlural(sweeps.length, 'sweep')] : []),
    ...(recordings.length > 0 ? [formatPlural(recordings.length, 'recording')] : []),
  ];
  const drawn = new Set(entries.flatMap(({ variants }) => variants));
  return {
    headline: counts.length === 0 ? null : counts.join(', ').replace(/, ([^,]*)$/, ' and $1'),
    ...{ hasRuns: runs.length > 0, hasSweeps: sweeps.length > 0, entries, comparisons, history },
    variants: VARIANT_NAMES.filter((name) => drawn.has(name)),
    trends: entries.flatMap(({ trend }) => trend ?? []),
  };
}

export function runEntry(run: RunListing): Entry {
  const { record } = run;
  if (record === null) return unreadable(run, 'run.json');
  const failed = record.status === 'completed' && workFailed(record);
  const trend = runFigures(run.id, record, true);
  return entryOf(run, {
    ...{ kind: record.command, variants: record.spec.variants },
    trend: trend?.leftOut === null ? trend : null,
    headline: headlineText(cleanVerdict(savedVerdict(record))),
    status: failed
      ? { look: 'failed', text: failureOf(record) }
      : { look: record.status, text: record.status },
    facts: [
      ...[record.command, cleanText(record.spec.workload.name, 80), formatPlural(record.spec.jobs, 'job')],
      ...[formatPlural(record.rounds.completed, 'round'), formatTime(record.createdAt)],
    ],
    argument: runArgument(record),
    walls: wallSpark(record),
  });
}

export function recordingEntry(recording: RecordingListing): Entry {
  const { record } = recording;
  if (record === null) return unreadable(recording, 'recording.json');
  return entryOf(recording, {
    kind: 'recording',
    headline: cleanText(verdictWords(record.verdicts[0]!).headline),
    facts: [
      ...['recording', cleanText(record.name, 80)],
      formatPlural(record.processes.length, 'process', 'processes'),
      ...[formatPlural(record.threads.length, 'thread'), formatTime(record.createdAt)],
    ],
  });
}

export function sweepEntry(sweep: SweepListing): Entry {
  const { record } = sweep;
  if (record === null) return unreadable(sweep, 'sweep.json');
  const { definition, points } = record;
  const left = points.filter(({ result }) => result === null).length;
  return entryOf(sweep, {
    ...{ kind: 'sweep', variants: definition.variants },
    headline: headlineText(cleanVerdict(savedSweepVerdict(record))),
    status: { look: record.status, text: record.status },
    facts: [
      ...['sweep', cleanText(definition.workload.name, 80)],
      `${left === 0 ? '' : `${points.length - left} of `}${formatPlural(points.length, 'point')}`,
      ...[...definition.axes.map(axisRange), formatTime(record.createdAt)],
    ],
    curves: record.analysis?.panels.at(-1) ?? null,
  });
}

type Listed = Partial<Entry> & Pick<Entry, 'kind' | 'headline' | 'facts'>;

function entryOf(listing: Listing, listed: Listed): Entry {
  return {
    ...{ variants: [], trend: null, status: null, argument: null, walls: null, curves: null },
    ...listed,
    ...common(listing),
  };
}

function common(listing: Listing): Pick<Entry, 'key' | 'id' | 'href' | 'problem'> {
  const { hasReport, problem } = listing;
  return {
    key: orderKey(listing),
    id: cleanText(listing.id, 80),
    href: hasReport ? `${encodeURIComponent(listing.id)}/report.html` : null,
    problem: problem === null ? null : cleanText(problem),
  };
}

function failureOf({ variants, equivalence }: RunRecord): string {
  const jobs = variants
    .flatMap(({ trials }) => trials)
    .reduce((sum, { outcomes }) => sum + failedCount(outcomes), 0);
  if (jobs > 0) return formatPlural(jobs, 'failed job');
  return equivalence.mismatches > 0 ? 'responses differ' : 'variant lost';
}

type Listing = RunListing | SweepListing | RecordingListing;

function unreadable(listing: Listing, file: string): Entry {
  const problem = cleanText(listing.problem ?? `${file} cannot be read`);
  const none = { kind: 'unreadable', headline: cleanText(listing.id, 80), facts: [] } as const;
  return { ...entryOf(listing, none), problem };
}

/** Creation time where it is known; else the id, which begins with the same digits. */
function orderKey({ id, record }: Listing): string {
  return `${(record?.createdAt ?? id).replace(/[^\dTZ]/g, '').slice(0, 15)} ${id}`;
}

/** Null without a median. */
function wallSpark(record: RunRecord): WallSpark | null {
  const { bars, axisMs, compared } = wallChart(record);
  const drawn = bars.flatMap(({ variant, medianMs, dots }) => {
    const rounds = dots.filter(({ clean }) => clean).map(({ ms }) => ms);
    return medianMs === null ? [] : [{ variant, medianMs: medianMs.estimate, rounds }];
  });
  return drawn.length === 0 ? null : { axisMs, compared, bars: drawn };
}
