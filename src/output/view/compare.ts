import { type AgainstSummary, againstSummary } from '../../analysis/against/summary.ts';
import { compareRuns } from '../../analysis/comparison/compare-runs.ts';
import { savedVerdict } from '../../analysis/verdict/verdict.ts';
import { cleanText, LONG_TEXT } from '../../core/clean-text.ts';
import type { GateResult, RunComparison } from '../../core/documents/comparison.ts';
import type { FlameData } from '../../core/documents/flame.ts';
import type { RunRecord, Warning } from '../../core/documents/run-record.ts';
import type { VariantName } from '../../core/variants.ts';
import { breakdownBars } from './run/breakdown.ts';
import { variantViews } from './run/captures.ts';
import { cleanComparison, cleanGates } from './run/changes.ts';
import type { BreakdownBar, WallChart } from './run/charts.ts';
import { type Difference, differenceView, type Side } from './run/differential.ts';
import { environmentFacts, optionFacts } from './run/facts.ts';
import type { Fact, SummaryRow } from './run/model.ts';
import { summaryRows } from './run/rows.ts';
import { runArgument } from './run/run-argument.ts';
import { wallChart } from './wall-chart.ts';

export interface ComparedRun {
  readonly record: RunRecord;
  /** Merged profiles of its variants, and those that can't be read. */
  readonly flames: readonly FlameData[];
  readonly problems: readonly Warning[];
  /** Path of its report from the page, already encoded; null where there is none to link to. */
  readonly href: string | null;
}

export interface Pair<T> {
  readonly before: T;
  readonly after: T;
}

/** What the page of two runs shows, in its order. Text is clean, but not escaped. */
export interface ComparePageView {
  readonly title: string;
  readonly workload: string;
  readonly jobs: number;
  readonly concurrency: number;
  readonly runs: Pair<RunSide>;
  readonly comparison: RunComparison;
  /** Of two versions that shared their rounds; null for two runs. */
  readonly versions: AgainstSummary | null;
  readonly gates: readonly GateResult[];
  readonly rows: readonly RowPair[];
  readonly walls: Pair<WallChart>;
  readonly breakdowns: readonly BreakdownPair[];
  readonly profiles: readonly ProfilePair[];
  readonly facts: readonly FactRow[];
}

export interface RunSide {
  readonly id: string;
  readonly argument: string;
  readonly createdAt: string;
  readonly commandLine: string;
  readonly href: string | null;
  readonly warnings: number;
  readonly problems: readonly string[];
}

export interface RowPair {
  readonly variant: VariantName;
  readonly sides: Pair<SummaryRow | null>;
}

export interface BreakdownPair {
  readonly variant: VariantName;
  readonly bars: Pair<BreakdownBar | null>;
}

export interface ProfilePair {
  readonly variant: VariantName;
  readonly flames: Pair<Side | null>;
  /** Null unless both runs have profiles of it. */
  readonly difference: Difference | null;
}

export interface FactRow {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

export function compareView(before: ComparedRun, after: ComparedRun): ComparePageView {
  const { spec, comparedWith } = after.record;
  // Versions that shared their rounds were compared when these ended.
  const paired = comparedWith?.paired === true && comparedWith.before.id === before.record.id;
  const comparison = cleanComparison(paired ? comparedWith : compareRuns(before.record, after.record));
  const versions = paired ? againstSummary(after.record) : null;
  return {
    title: `${cleanText(spec.workload.name, 120)}: two ${versions === null ? 'runs' : 'versions'} · Threadmill`,
    workload: cleanText(spec.workload.name, 120),
    jobs: spec.jobs,
    concurrency: spec.concurrency,
    runs: { before: sideOf(before), after: sideOf(after) },
    comparison,
    versions: versions && cleanSummary(versions),
    gates: cleanGates(after.record.gates),
    rows: rowPairs(before.record, after.record),
    walls: onOneAxis(wallChart(before.record), wallChart(after.record)),
    breakdowns: breakdownPairs(before.record, after.record),
    profiles: profilePairs(before, after),
    facts: factRows(before.record, after.record),
  };
}

function cleanSummary(summary: AgainstSummary): AgainstSummary {
  const { headline, versions } = summary;
  return {
    ...summary,
    headline: cleanText(headline, LONG_TEXT),
    versions: { base: cleanText(versions.base), change: cleanText(versions.change) },
  };
}

function sideOf({ record, href, problems }: ComparedRun): RunSide {
  return {
    id: cleanText(record.id, 80),
    argument: runArgument(record),
    createdAt: record.createdAt,
    commandLine: cleanText(record.commandLine, LONG_TEXT),
    href,
    warnings: record.warnings.length,
    problems: problems.map(({ message }) => cleanText(message)),
  };
}

/** Lengths of bars can be compared only if they are on one scale. */
function onOneAxis(before: WallChart, after: WallChart): Pair<WallChart> {
  const { axisMs, ticksMs } = before.axisMs > after.axisMs ? before : after;
  return { before: { ...before, axisMs, ticksMs }, after: { ...after, axisMs, ticksMs } };
}

/** Variants of either run, those of the later one first, each in the order of its run. */
function variantsOf(before: RunRecord, after: RunRecord): VariantName[] {
  return [...new Set([...after.variants, ...before.variants].map(({ name }) => name))];
}

function rowPairs(before: RunRecord, after: RunRecord): RowPair[] {
  const [earlier, later] = [before, after].map((record) => summaryRows(record, savedVerdict(record)));
  return variantsOf(before, after).map((variant) => {
    const of = (rows: readonly SummaryRow[] = []) => rows.find((row) => row.variant === variant) ?? null;
    return { variant, sides: { before: of(earlier), after: of(later) } };
  });
}

function breakdownPairs(before: RunRecord, after: RunRecord): BreakdownPair[] {
  const [earlier, later] = [breakdownBars(before), breakdownBars(after)];
  return variantsOf(before, after).flatMap((variant) => {
    const of = (bars: readonly BreakdownBar[]) => bars.find((bar) => bar.variant === variant) ?? null;
    const bars = { before: of(earlier), after: of(later) };
    return bars.before === null && bars.after === null ? [] : [{ variant, bars }];
  });
}

function profilePairs(before: ComparedRun, after: ComparedRun): ProfilePair[] {
  const [earlier, later] = [measuredFlames(before), measuredFlames(after)];
  return variantsOf(before.record, after.record).flatMap((variant): ProfilePair[] => {
    const [one, other] = [earlier.get(variant) ?? null, later.get(variant) ?? null];
    if (one === null && other === null) return [];
    const difference = one === null || other === null ? null : differenceView(one, other);
    return [{ variant, flames: { before: one, after: other }, difference }];
  });
}

function measuredFlames({ record, flames }: ComparedRun): Map<VariantName, Side> {
  return new Map(
    variantViews(record, flames).flatMap(({ variant, flame, jobs }) =>
      flame === null ? [] : [[variant, { data: flame, jobs }] as const],
    ),
  );
}

function factRows(before: RunRecord, after: RunRecord): FactRow[] {
  const facts = (record: RunRecord): Fact[] => [...environmentFacts(record), ...optionFacts(record)];
  const [earlier, later] = [facts(before), facts(after)];
  const valueIn = (some: readonly Fact[], label: string) =>
    some.find((fact) => fact.label === label)?.value ?? '';
  return [...new Set([...later, ...earlier].map(({ label }) => label))].map((label) => ({
    label,
    before: valueIn(earlier, label),
    after: valueIn(later, label),
  }));
}
