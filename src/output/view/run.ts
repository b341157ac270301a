import { comparedQuantity } from '../../analysis/comparable.ts';
import { axisPlace } from '../../analysis/verdict/sweep/wording.ts';
import { savedVerdict } from '../../analysis/verdict/verdict.ts';
import { cleanText } from '../../core/clean-text.ts';
import type { Allocations, FlameData } from '../../core/documents/flame.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import type { SourceExcerpts } from '../../core/documents/source-excerpts.ts';
import type { Timeline } from '../../core/documents/timeline.ts';
import { redactArguments } from '../../core/redaction.ts';
import { warningFacts } from '../../core/warnings.ts';
import { EXPORTERS } from '../export/registry.ts';
import { allocationsView } from './run/allocations.ts';
import { bannersOf } from './run/banners.ts';
import { breakdownBars } from './run/breakdown.ts';
import { variantViews } from './run/captures.ts';
import { cleanComparison, cleanGates } from './run/changes.ts';
import { clientRows } from './run/clients.ts';
import { differentialView } from './run/differential.ts';
import { environmentFacts, optionFacts, repeatSteps } from './run/facts.ts';
import { failuresOf } from './run/failures.ts';
import { faultsOf } from './run/faults.ts';
import { cleanFrame } from './run/functions.ts';
import { hotView } from './run/hot.ts';
import type { VariantLatencies } from './run/latencies.ts';
import type { FormatView, MismatchView, ReportView, RunFacts, WarningView } from './run/model.ts';
import { movedRows } from './run/moved.ts';
import { namesView } from './run/names.ts';
import { queueView } from './run/queue.ts';
import { summaryRows } from './run/rows.ts';
import { runArgument } from './run/run-argument.ts';
import { workerRows } from './run/workers.ts';
import { cleanVerdict } from './verdict.ts';
import { wallChart } from './wall-chart.ts';

export type * from './run/model.ts';

/** What the run folder holds besides run.json and profiles, as far as it was looked at. */
export interface FoundInFolder {
  readonly timelines: readonly Timeline[];
  readonly latencies: readonly VariantLatencies[];
  readonly sources: readonly SourceExcerpts[];
  readonly allocations: readonly Allocations[];
  /** As in `ReportView`. */
  readonly isVersion: boolean;
}

/** What a report shows, from the saved record, profiles and rows alone. The same input, the same view. */
export function runView(
  record: RunRecord,
  flames: readonly FlameData[],
  {
    timelines = [],
    latencies = [],
    sources = [],
    allocations = [],
    isVersion = false,
  }: Partial<FoundInFolder> = {},
): ReportView {
  const run = runFacts(record);
  const verdict = cleanVerdict(savedVerdict(record));
  const rows = summaryRows(record, verdict);
  const variants = variantViews(record, flames);
  const allocated = allocationsView(record, allocations);
  return {
    title: `${run.workload} · Threadmill`,
    verdict,
    banners: bannersOf(record),
    run,
    isVersion,
    sweepPoint: sweepPointText(record),
    baseline: record.equivalence.baseline,
    compared: comparedQuantity(record.spec),
    rows,
    changes: record.comparedWith === null ? null : cleanComparison(record.comparedWith),
    gates: cleanGates(record.gates),
    walls: wallChart(record),
    pairs: verdict.outcome === 'not-compared' ? [] : record.comparisons,
    breakdowns: breakdownBars(record),
    moved: movedRows(record),
    workers: workerRows(record),
    queue: queueView(record, verdict),
    clients: clientRows(record),
    latencies,
    names: namesView(record),
    warnings: record.warnings.map(warningView),
    mismatches: mismatchView(record),
    failures: failuresOf(record),
    faults: faultsOf(record),
    variants,
    differential: differentialView(variants, rows),
    timelines: timelines.map(cleanTimeline),
    hot: hotView(variants, sources),
    allocations: allocated,
    environment: environmentFacts(record),
    options: optionFacts(record),
    repeat: repeatSteps(record),
    exports: exportFormats(record, { variants, allocations: allocated, timelines }),
  };
}

function sweepPointText({ sweep }: RunRecord): string | null {
  return sweep === null ? null : sweep.at.map(({ axis, value }) => axisPlace(axis, value)).join(', ');
}

function runFacts(record: RunRecord): RunFacts {
  const ended = record.finishedAt === null ? null : Date.parse(record.finishedAt);
  return {
    id: cleanText(record.id, 80),
    command: record.command,
    createdAt: record.createdAt,
    durationMs: ended === null ? null : Math.max(0, ended - Date.parse(record.createdAt)),
    threadmill: cleanText(record.threadmill, 40),
    workload: cleanText(record.spec.workload.name, 120),
    jobs: record.spec.jobs,
    concurrency: record.spec.concurrency,
    rounds: record.rounds.completed,
  };
}

function warningView({ code, message, advice, variant }: RunRecord['warnings'][number]): WarningView {
  return {
    code: cleanText(code, 60),
    place: warningFacts(code)?.place ?? null,
    message: cleanText(message),
    advice: cleanText(advice),
    variant,
  };
}

function mismatchView({ equivalence }: RunRecord): MismatchView {
  return {
    compared: equivalence.compared,
    differing: equivalence.mismatches,
    examples: equivalence.examples.map((example) => ({
      variant: example.variant,
      round: example.round,
      position: example.position,
      name: cleanText(example.name, 80),
      expected: cleanText(example.expected, 120),
      actual: cleanText(example.actual, 120),
    })),
  };
}

type Found = Pick<ReportView, 'variants' | 'allocations' | 'timelines'>;

/** Formats of other programs that the run folder has enough for. */
function exportFormats(record: RunRecord, { variants, allocations, timelines }: Found): FormatView[] {
  const profiled = variants.filter(({ flame }) => flame !== null).map(({ variant }) => variant);
  const hasTrials = record.variants.some(({ trials }) => trials.length > 0);
  return EXPORTERS.filter(({ needs }) => {
    if (needs === 'profiles') return profiled.length > 0;
    if (needs === 'profiled') return timelines.some(({ kind }) => kind === 'profiled');
    if (needs === 'allocations') return allocations !== null;
    return hasTrials || (needs === 'either' && profiled.length > 0);
  })
    .filter(({ scope }) => scope !== 'pair' || profiled.length > 1)
    .map(({ name, description, opens, scope }) => {
      const pair = scope === 'pair' ? ['--variant', profiled.slice(0, 2).join(',')] : [];
      const command = `threadmill ${redactArguments(['export', runArgument(record), '--format', name, ...pair])}`;
      return { name, description, opens, command };
    });
}

/** Names are the user's, or those of whoever wrote the code that ran. */
export function cleanTimeline(timeline: Timeline): Timeline {
  const { frames, jobs, threads, notes } = timeline;
  return {
    ...timeline,
    frames: frames.map(cleanFrame),
    jobs: { ...jobs, names: jobs.names.map((name) => cleanText(name, 80)) },
    threads: threads.map((thread) => ({ ...thread, label: cleanText(thread.label, 60) })),
    notes: notes.map((note) => cleanText(note)),
  };
}
