import type { Verdict } from '../../../../analysis/verdict/verdict.ts';
import type { CaptureName } from '../../../../core/captures.ts';
import type { ComparedQuantity } from '../../../../core/documents/comparable.ts';
import type { GateResult, RunComparison } from '../../../../core/documents/comparison.ts';
import type { FlameData } from '../../../../core/documents/flame.ts';
import type {
  Estimate,
  LatencySummary,
  OpenLoopSummary,
  RunRecord,
} from '../../../../core/documents/run-record.ts';
import type { Timeline } from '../../../../core/documents/timeline.ts';
import type { ExportFormat } from '../../../../core/export-formats.ts';
import type { Outcome } from '../../../../core/outcomes.ts';
import type { VariantName } from '../../../../core/variants.ts';
import type { PageDownload, PageSavedFile } from '../../../markup/page-data.ts';
import type { AllocationsView } from './allocations.ts';
import type { AccountBar, PairRow, WallChart } from './charts.ts';
import type { DifferentialView } from './differential.ts';
import type { FailuresView } from './failures.ts';
import type { HotView } from './hot.ts';
import type { VariantLatencies } from './latencies.ts';
import type { NamesView } from './names.ts';
import type { WarningPlace } from './warning-places.ts';

export type * from './charts.ts';
export type { FailuresView } from './failures.ts';

/**
 * Everything that a report shows, in the order in which it is shown. Figures are raw, with their unit in the
 * name; text is clean (one line, no control characters, no credentials) but not escaped for any medium.
 */
export interface ReportView {
  readonly title: string;
  readonly verdict: Verdict;
  readonly banners: readonly Banner[];
  readonly run: RunFacts;
  /** Which point of a sweep it is, in words; null for a run of its own. */
  readonly sweepPoint: string | null;
  readonly baseline: VariantName;
  /** What variants are compared by; with `response` the run had a schedule. */
  readonly compared: ComparedQuantity;
  readonly rows: readonly SummaryRow[];
  /** Against the run that `--baseline` named; null without one. */
  readonly changes: RunComparison | null;
  /** What became of each `--fail-if`. */
  readonly gates: readonly GateResult[];
  readonly walls: WallChart;
  /** Every pair of variants; none where nothing may be claimed. */
  readonly pairs: readonly PairRow[];
  /** Of the variants with a traced pass. */
  readonly accounts: readonly AccountBar[];
  /** Of the variants with blocks that count; none where the run folder was not looked at. */
  readonly latencies: readonly VariantLatencies[];
  /** Null where all jobs have one name. */
  readonly names: NamesView | null;
  readonly warnings: readonly WarningView[];
  readonly mismatches: MismatchView;
  /** Null where every job ended `ok`. */
  readonly failures: FailuresView | null;
  readonly variants: readonly VariantView[];
  /** Of the two profiled variants that a reader will want to see side by side. */
  readonly differential: DifferentialView | null;
  /** Of the variants with an execution on one axis. */
  readonly timelines: readonly Timeline[];
  /** Null without profiles. */
  readonly hot: HotView | null;
  /** Null if no variant's allocations were sampled. */
  readonly allocations: AllocationsView | null;
  readonly environment: readonly Fact[];
  readonly options: readonly Fact[];
  readonly repeat: readonly RepeatStep[];
  readonly exports: ExportsView;
}

export interface Banner {
  readonly tone: 'bad' | 'caution';
  /** The warning that says the same; null for none. */
  readonly code: string | null;
  /** What happened to the run itself, or what its verdict and its lists say as well. */
  readonly about: 'run' | 'results';
  readonly title: string;
  readonly text: string;
  readonly advice: string | null;
}

export interface RunFacts {
  readonly id: string;
  readonly command: RunRecord['command'];
  readonly commandLine: string;
  readonly status: RunRecord['status'];
  readonly createdAt: string;
  readonly durationMs: number | null;
  readonly threadmill: string;
  readonly workload: string;
  readonly jobs: number;
  readonly concurrency: number;
  readonly rounds: number;
}

export interface OutcomeCount {
  readonly outcome: Outcome;
  readonly jobs: number;
}

export interface SummaryRow {
  readonly variant: VariantName;
  readonly isBaseline: boolean;
  /** What the verdict says to use. */
  readonly isRecommended: boolean;
  readonly threads: number;
  readonly concurrency: number;
  /** Rounds that count (completed and without failures), and rounds that were started. */
  readonly cleanBlocks: number;
  readonly startedBlocks: number;
  /** Some of its jobs failed, in every block: figures are of those that ended `ok`, and nothing is claimed from them. */
  readonly isPartial: boolean;
  /** What variants are compared by: the wall, or on a schedule the mean response time. */
  readonly comparedMs: Estimate | null;
  /** Against the baseline; null also where the comparison is void. */
  readonly speedup: Estimate | null;
  readonly jobsPerSecond: number | null;
  readonly latencyMs: LatencySummary;
  /** Null for a closed loop. */
  readonly open: OpenLoopSummary | null;
  readonly cpuMs: number | null;
  readonly peakRssBytes: number | null;
  readonly startupMs: number | null;
  readonly processStartMs: number | null;
  /** Over the timed blocks, all outcomes but `ok`. */
  readonly failed: readonly OutcomeCount[];
  readonly failedJobs: number;
  readonly plannedJobs: number;
  /** Why the row is incomplete, if it is. */
  readonly note: string | null;
}

export interface WarningView {
  readonly code: string;
  /** The section that it is shown in; null for a code that no section is known for. */
  readonly place: WarningPlace | null;
  readonly message: string;
  readonly advice: string;
  readonly variant: VariantName | null;
}

export interface MismatchView {
  readonly compared: number;
  readonly differing: number;
  readonly examples: readonly {
    readonly variant: VariantName;
    readonly round: number;
    readonly position: number;
    readonly name: string;
    readonly expected: string;
    readonly actual: string;
  }[];
}

export type CaptureView =
  | {
      readonly available: true;
      readonly capture: CaptureName;
      readonly title: string;
      /** Relative to the report, as shown; and the same encoded for a link, null if it leaves the run folder. */
      readonly path: string;
      readonly href: string | null;
      readonly threads: 'all' | 'some' | 'main';
      /** The same in words: `all threads`, `not all threads`, `main thread only`, `one of 3 threads`. */
      readonly coverage: string;
      readonly loadMs: number | null;
      readonly repeats: number | null;
      readonly caveat: string | null;
    }
  | {
      readonly available: false;
      readonly capture: CaptureName;
      readonly reason: string;
      readonly advice: string | null;
    };

export interface VariantView {
  readonly variant: VariantName;
  readonly captures: readonly CaptureView[];
  readonly flame: FlameData | null;
  /** Jobs that ran while it was profiled; null where that is not known. */
  readonly jobs: number | null;
  /** Share of all threads' measured time that was idle; null without a flame. */
  readonly idleShare: number | null;
  readonly functions: readonly FunctionRow[];
}

/** One function over all threads. */
export interface FunctionRow {
  readonly name: string;
  readonly place: string | null;
  readonly category: string;
  readonly selfUs: number;
  readonly totalUs: number;
}

/** What can be taken from the report into other programs. */
export interface ExportsView {
  /** What is made of the page's own figures. */
  readonly downloads: readonly PageDownload[];
  /** What the run folder has enough for. */
  readonly formats: readonly FormatView[];
  /** The content of all that the formats offer. */
  readonly files: readonly PageSavedFile[];
}

/** A format of other programs: the files that can be saved from the page, and the command for all of them. */
export interface FormatView extends Pick<ExportFormat, 'name' | 'description' | 'opens'> {
  readonly command: string;
  readonly groups: readonly FileGroup[];
  /** Why the page does not have all of its files; null if it has. */
  readonly leftOut: string | null;
}

/** Files of one variant, or those that are of several. */
export interface FileGroup {
  readonly variant: VariantName | null;
  readonly files: readonly FileView[];
}

export interface FileView {
  /** Also the id of its content. */
  readonly fileName: string;
  /** What it is among the files of its group. */
  readonly label: string;
  readonly bytes: number;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface RepeatStep {
  readonly purpose: string;
  readonly command: string;
}
