import type { LatencySummary, OpenLoopSpan } from '../../core/documents/run-record.ts';
import { OUTCOME_CODE } from '../../core/outcomes.ts';
import { supportedPercentile } from '../../core/statistics/percentile-support.ts';
import { quantile, sortNumbers } from '../../core/statistics/quantile.ts';
import { NS_PER_MS, NS_PER_S } from '../../core/units.ts';
import type { JobTable } from './job-table.ts';

/** Below the 100 that support it a p90 is a first impression; of fewer than these it lies between the two longest. */
const MIN_FOR_P90 = 10;

/** Percentiles of the time from start to end of the jobs that ended `ok`, ms. */
export function summariseLatency(table: JobTable): LatencySummary {
  const latencies = new Float64Array(table.rows);
  let count = 0;
  for (let row = 0; row < table.rows; row++) {
    if (table.outcome[row] !== OUTCOME_CODE.ok) continue;
    latencies[count++] = (table.end[row]! - table.start[row]!) / NS_PER_MS;
  }
  return summariseTimes(latencies.subarray(0, count));
}

/** Percentiles of times in ms, in any order; those that they are too few to support are null. */
export function summariseTimes(times: Float64Array): LatencySummary {
  const sorted = sortNumbers(times);
  return {
    p50: quantile(sorted, 0.5),
    p90: sorted.length < MIN_FOR_P90 ? null : quantile(sorted, 0.9),
    p99: supportedPercentile(sorted, 99),
    p999: supportedPercentile(sorted, 99.9),
    max: quantile(sorted, 1),
  };
}

interface OpenLoopTrial {
  readonly table: JobTable;
  /** Intended start of each position, ns on the table's clock. */
  readonly dueNs: Float64Array;
  readonly rate: number;
  /** Whether the trial went to its end: only then has a job that did not start been given up. */
  readonly complete: boolean;
}

/** What a trial says of its schedule. Response times are of jobs that ended `ok`, lateness of all that started. */
export function summariseOpenLoop({ table, dueNs, rate, complete }: OpenLoopTrial): OpenLoopSpan {
  const responses = new Float64Array(table.rows);
  const lateness = new Float64Array(table.rows);
  const starts = new Range();
  const dues = new Range();
  let ok = 0;
  let started = 0;
  let total = 0;
  for (let row = 0; row < table.rows; row++) {
    const due = dueNs[row]!;
    const start = table.start[row]!;
    dues.add(due);
    if (start === 0) continue;
    starts.add(start);
    lateness[started++] = (start - due) / NS_PER_MS;
    if (table.outcome[row] !== OUTCOME_CODE.ok) continue;
    const response = (table.end[row]! - due) / NS_PER_MS;
    total += response;
    responses[ok++] = response;
  }
  return {
    responseMs: summariseTimes(responses.subarray(0, ok)),
    meanResponseMs: ok === 0 ? null : total / ok,
    latenessMs: summariseTimes(lateness.subarray(0, started)),
    offeredPerSecond: dues.perSecond ?? rate,
    achievedPerSecond: starts.perSecond,
    unsent: complete ? table.rows - started : 0,
  };
}

/** How many there are between the first and the last, for their rate. */
class Range {
  #count = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  add(ns: number): void {
    this.#count++;
    if (ns < this.#first) this.#first = ns;
    if (ns > this.#last) this.#last = ns;
  }

  /** Null where all are at one moment, or there are none. */
  get perSecond(): number | null {
    const span = this.#last - this.#first;
    return span > 0 ? ((this.#count - 1) / span) * NS_PER_S : null;
  }
}
