import type { GateResult, RunComparison } from '../../../core/documents/comparison.ts';
import type { RunRecord } from '../../../core/documents/run-record.ts';
import type { ComparedQuantity } from '../../../core/documents/spec.ts';
import type { Timeline } from '../../../core/documents/timeline.ts';
import type { Verdict } from '../../../core/documents/verdict.ts';
import type { VariantName } from '../../../core/variants.ts';
import type { WarningPlace } from '../../../core/warnings.ts';
import type { AllocationsView } from './allocations.ts';
import type { VariantView } from './captures.ts';
import type { BreakdownBar, WallChart } from './charts.ts';
import type { ClientRow } from './clients.ts';
import type { DifferentialView } from './differential.ts';
import type { FailuresView } from './failures.ts';
import type { FaultsView } from './faults.ts';
import type { HotView } from './hot.ts';
import type { VariantLatencies } from './latencies.ts';
import type { MovedRow } from './moved.ts';
import type { NamesView } from './names.ts';
import type { QueueView } from './queue.ts';
import type { SummaryRow } from './rows.ts';
import type { WorkerRow } from './workers.ts';

export type { CaptureView, VariantView } from './captures.ts';
export type * from './charts.ts';
export type { FailuresView } from './failures.ts';
export type { FunctionRow } from './functions.ts';
export type { SummaryRow } from './rows.ts';

/**
 * Everything that a report shows, in the order in which it is shown. Figures are raw, with their unit in the
 * name; text is clean (one line, no control characters, no credentials) but not escaped for any medium.
 */
export interface ReportView {
  readonly title: string;
  readonly verdict: Verdict;
  readonly banners: readonly Banner[];
  readonly run: RunFacts;
  /** Whether it lies in the folder of another run, as the base of `--against` does. */
  readonly isVersion: boolean;
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
  /** Every pair of variants, `a` against `b`; none where nothing may be claimed. */
  readonly pairs: RunRecord['comparisons'];
  /** Of the variants with a traced pass. */
  readonly breakdowns: readonly BreakdownBar[];
  /** Of the traced variants that have more than one thread. */
  readonly moved: readonly MovedRow[];
  readonly workers: readonly WorkerRow[];
  /** Null for a run without a trial on a queue that counts. */
  readonly queue: QueueView | null;
  /** None for a run that compares no HTTP clients. */
  readonly clients: readonly ClientRow[];
  /** Of the variants with trials that count; none where the run folder was not looked at. */
  readonly latencies: readonly VariantLatencies[];
  /** Null where all jobs have one name. */
  readonly names: NamesView | null;
  readonly warnings: readonly WarningView[];
  readonly mismatches: MismatchView;
  /** Null where every job ended `ok`. */
  readonly failures: FailuresView | null;
  /** Null without `--fault`. */
  readonly faults: FaultsView | null;
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
  /** What the run folder has enough for. */
  readonly exports: readonly FormatView[];
}

export interface Banner {
  readonly tone: 'bad' | 'warning';
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
  readonly createdAt: string;
  readonly durationMs: number | null;
  readonly threadmill: string;
  readonly workload: string;
  readonly jobs: number;
  readonly concurrency: number;
  readonly rounds: number;
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

/** A format of other programs, and the command that writes the run in it. */
export interface FormatView {
  readonly name: string;
  readonly description: string;
  /** Programs that read it. */
  readonly opens: string;
  readonly command: string;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface RepeatStep {
  readonly purpose: string;
  readonly command: string;
}
