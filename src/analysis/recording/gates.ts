import type { RecordedGate, Recording } from '../../core/documents/recording.ts';
import { EXIT } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import { beyond } from '../gates/evaluate.ts';
import { type GateProblem, type Operator, problem, splitGate, thresholdOf } from '../gates/parse-gate.ts';
import { UNITS } from '../metric-units.ts';
import { lastingThreads } from './verdict.ts';

interface Metric {
  readonly unit: RecordedGate['unit'];
  /** Null where it was not recorded. */
  of(recording: Recording): number | null;
}

const METRICS: Readonly<Record<string, Metric>> = {
  /** The longest one. */
  stall: {
    unit: 'ms',
    of: ({ stalls, threads: all }) => {
      if (all.every(({ lag }) => lag === null)) return null;
      return Math.max(0, ...stalls.map(({ startUs, endUs }) => (endUs - startUs) / 1_000));
    },
  },
  /** Of the worst thread. */
  lag: { unit: 'ms', of: ({ threads }) => most(threads.map(({ lag }) => lag?.maxMs ?? null)) },
  /** Busy share of the busiest thread, short-lived threads aside. */
  busy: {
    unit: '%',
    of: ({ threads }) =>
      most(lastingThreads(threads).map(({ busyMs, sampledMs }) => percent(busyMs, sampledMs))),
  },
  /** Of the busy time of all threads. */
  gc: {
    unit: '%',
    of: ({ threads }) => {
      const sampled = threads.filter(({ samples }) => samples > 0);
      return percent(
        sumOf(sampled, ({ gc }) => gc.totalMs),
        sumOf(sampled, ({ busyMs }) => busyMs),
      );
    },
  },
  /** Of the time in which threads wanted to run: they waited for a CPU. */
  'cpu-wait': {
    unit: '%',
    of: ({ threads }) => {
      const waitMs = sumOf(threads, ({ cpuWaitMs }) => cpuWaitMs ?? 0);
      return percent(waitMs, waitMs + sumOf(threads, ({ cpuMs }) => cpuMs ?? 0));
    },
  },
};

/** What `record --fail-if` was given. */
export interface RecordingGate {
  readonly expression: string;
  readonly metric: string;
  readonly operator: Operator;
  readonly threshold: number;
}

/** Reads `<metric> <operator> <number><unit>`: `stall > 200ms`. */
export function parseRecordingGate(expression: string): RecordingGate | GateProblem {
  const parts = splitGate(expression);
  if (parts === null) {
    return problem('expected <metric> > <number><unit>, for example stall > 200ms');
  }
  const { subject: metric, operator } = parts;
  const found = Object.hasOwn(METRICS, metric) ? METRICS[metric] : undefined;
  if (found === undefined) {
    return problem(
      `there is no metric ${JSON.stringify(metric)} of a recording`,
      metric,
      Object.keys(METRICS),
    );
  }
  const threshold = thresholdOf(
    parts,
    metric,
    found.unit,
    Object.keys(UNITS[found.unit].suffixes).join(', '),
  );
  return typeof threshold === 'number'
    ? { expression: expression.trim(), metric, operator, threshold }
    : threshold;
}

/** One recording has one value: a gate fails by it, and is inconclusive without it. */
export function evaluateRecordingGate(
  { expression, metric, operator, threshold }: RecordingGate,
  recording: Recording,
): RecordedGate {
  const { unit, of } = METRICS[metric]!;
  const value = of(recording);
  const outcome = value === null ? 'inconclusive' : beyond(operator, value, threshold) ? 'failed' : 'passed';
  return { expression, outcome, unit, value };
}

/** Length from which stalls must be recorded to evaluate the gates, ms. */
export function stallMsFor(gates: readonly RecordingGate[], stallMs: number): number {
  const thresholds = gates.filter(({ metric }) => metric === 'stall').map(({ threshold }) => threshold);
  return Math.max(LIMITS.stallMs, Math.min(stallMs, ...thresholds));
}

/** `failed: 312 ms` */
export function recordedGateText({ outcome, unit, value }: RecordedGate): string {
  return `${outcome}: ${value === null ? 'not recorded' : UNITS[unit].format(value)}`;
}

/** That of the gates alone. */
export function recordingExitCode(gates: readonly RecordedGate[]): number {
  const has = (wanted: RecordedGate['outcome']): boolean => gates.some(({ outcome }) => outcome === wanted);
  return has('failed') ? EXIT.gateFailed : has('inconclusive') ? EXIT.inconclusive : EXIT.ok;
}

function most(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function percent(part: number, whole: number): number | null {
  return whole > 0 ? (100 * part) / whole : null;
}
