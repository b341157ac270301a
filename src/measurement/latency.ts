import { supportedPercentile } from '../statistics/percentile-support.ts';
import { quantile, sortNumbers } from '../statistics/quantile.ts';
import type { LatencySummary } from '../types/run-record.ts';
import { NS_PER_MS } from '../types/units.ts';
import type { JobTable } from './job-table.ts';

/** Below the 100 that support it a p90 is a first impression; of fewer than these it lies between the two longest. */
const FEWEST_FOR_P90 = 10;

/** Percentiles of the time from start to end of the jobs that ended `ok`, ms. */
export function summariseLatency(table: JobTable, okCode: number): LatencySummary {
  const latencies = new Float64Array(table.rows);
  let count = 0;
  for (let row = 0; row < table.rows; row++) {
    if (table.outcome[row] !== okCode) continue;
    latencies[count++] = (table.end[row]! - table.start[row]!) / NS_PER_MS;
  }
  return summariseTimes(latencies.subarray(0, count));
}

/** Percentiles of times in ms, in any order; those that they are too few to support are null. */
export function summariseTimes(times: Float64Array): LatencySummary {
  const sorted = sortNumbers(times);
  return {
    p50: quantile(sorted, 0.5),
    p90: sorted.length < FEWEST_FOR_P90 ? null : quantile(sorted, 0.9),
    p99: supportedPercentile(sorted, 99),
    p999: supportedPercentile(sorted, 99.9),
    max: quantile(sorted, 1),
  };
}
