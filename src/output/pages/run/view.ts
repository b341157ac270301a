import { axisPlace } from '../../../analysis/verdict/sweep/wording.ts';
import { verdictOf } from '../../../analysis/verdict/verdict.ts';
import { cleanText } from '../../../core/clean-text.ts';
import { comparedQuantity } from '../../../core/documents/comparable.ts';
import type { FlameData } from '../../../core/documents/flame.ts';
import type { RunRecord } from '../../../core/documents/run-record.ts';
import type { SourceExcerpts } from '../../../core/documents/source-excerpts.ts';
import type { Timeline } from '../../../core/documents/timeline.ts';
import type { PageFile } from '../../../core/export-formats.ts';
import type { Allocations } from '../../../profile/heap-allocations.ts';
import { wallChart } from '../../charts/wall-chart.ts';
import { allocationsView } from './view/allocations.ts';
import { bannersOf } from './view/banners.ts';
import { breakdownBars } from './view/breakdown.ts';
import { variantViews } from './view/captures.ts';
import { cleanComparison, cleanGates } from './view/changes.ts';
import { differentialView } from './view/differential.ts';
import { exportsView } from './view/exports.ts';
import { environmentFacts, optionFacts, repeatSteps } from './view/facts.ts';
import { failuresOf } from './view/failures.ts';
import { hotView } from './view/hot.ts';
import type { VariantLatencies } from './view/latencies.ts';
import type { MismatchView, ReportView, RunFacts, WarningView } from './view/model.ts';
import { movedRows } from './view/moved.ts';
import { namesView } from './view/names.ts';
import { pairRows } from './view/pairs.ts';
import { summaryRows } from './view/rows.ts';
import { cleanTimeline } from './view/timelines.ts';
import { placeOfWarning } from './view/warning-places.ts';

export type * from './view/model.ts';

/** What the run folder holds besides run.json and profiles, as far as it was looked at. */
export interface FoundInFolder {
  readonly timelines: readonly Timeline[];
  readonly latencies: readonly VariantLatencies[];
  readonly sources: readonly SourceExcerpts[];
  readonly allocations: readonly Allocations[];
  /** Made from it for other programs. */
  readonly files: readonly PageFile[];
}

/** What a report shows, from the saved record, profiles and rows alone. The same input, the same view. */
export function buildReportView(
  record: RunRecord,
  flames: readonly FlameData[],
  { timelines = [], latencies = [], sources = [], allocations = [], files = [] }: Partial<FoundInFolder> = {},
): ReportView {
  const run = runFacts(record);
  const verdict = verdictOf(record);
  const rows = summaryRows(record, verdict);
  const variants = variantViews(record, flames);
  const voided = !['decided', 'level', 'inconclusive'].includes(verdict.kind);
  const shown: Omit<ReportView, 'exports'> = {
    title: `${run.workload} · Threadmill`,
    verdict,
    banners: bannersOf(record),
    run,
    sweepPoint: sweepPointText(record),
    baseline: record.equivalence.baseline,
    compared: comparedQuantity(record.spec),
    rows,
    changes: record.comparedWith === null ? null : cleanComparison(record.comparedWith),
    gates: cleanGates(record.gates),
    walls: wallChart(record),
    pairs: voided ? [] : pairRows(record),
    breakdowns: breakdownBars(record),
    moved: movedRows(record),
    latencies,
    names: namesView(record),
    warnings: record.warnings.map(warningView),
    mismatches: mismatchView(record),
    failures: failuresOf(record),
    variants,
    differential: differentialView(variants, rows),
    timelines: timelines.map(cleanTimeline),
    hot: hotView(variants, sources),
    allocations: allocationsView(record, allocations),
    environment: environmentFacts(record),
    options: optionFacts(record),
    repeat: repeatSteps(record),
  };
  return { ...shown, exports: exportsView(record, shown, files) };
}

function sweepPointText({ sweep }: RunRecord): string | null {
  return sweep === null ? null : sweep.at.map(({ axis, value }) => axisPlace(axis, value)).join(', ');
}

function runFacts(record: RunRecord): RunFacts {
  const ended = record.finishedAt === null ? null : Date.parse(record.finishedAt);
  return {
    id: cleanText(record.id, 80),
    command: record.command,
    commandLine: cleanText(record.commandLine, 2_000),
    status: record.status,
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
    place: placeOfWarning(code),
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
