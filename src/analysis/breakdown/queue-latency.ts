import { QUEUE_PARTS, type QueuePart } from '../../core/documents/breakdown.ts';
import type { TraceRecord } from '../../core/documents/run-record.ts';
import { mean } from '../../core/statistics/mean.ts';
import { quantile, sortNumbers } from '../../core/statistics/quantile.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import type { TraceTable } from '../../engine/measurement/trace-table.ts';
import { handedOver } from './phases.ts';

/**
 * What the time of each job on a queue went into, ms, over the jobs whose result came back. Parts of a job are at least
 * 0 and add up. Requests side by side take no more than their job. Undefined: no job came from a queue.
 * @param slotsPerThread jobs in flight at each thread of a worker
 */
export function queueLatency(
  jobs: JobTable,
  trace: TraceTable,
  slotsPerThread: number,
): TraceRecord['queue'] {
  const { columns } = trace;
  const { queuedAt, returnedAt, starts, dns, tcp, tls, send, wait, download } = columns;
  const sentAt = handedOver(jobs, trace, slotsPerThread);
  const times: Record<QueuePart, number[]> = { backlog: [], handOver: [], network: [], run: [], return: [] };
  for (let row = 0; row < jobs.rows; row++) {
    const [start, end] = [jobs.start[row]!, jobs.end[row]!];
    if (starts[row] === 0 || queuedAt[row] === 0 || returnedAt[row] === 0 || start === 0) continue;
    const requests = [dns, tcp, tls, send, wait, download].reduce((sum, column) => sum + column[row]!, 0);
    const network = Math.min(Math.max(0, end - start), requests);
    times.backlog.push(sentAt[row]! - queuedAt[row]!);
    times.handOver.push(start - sentAt[row]!);
    times.network.push(network);
    times.run.push(end - start - network);
    times.return.push(returnedAt[row]! - end);
  }
  if (times.run.length === 0) return undefined;
  return QUEUE_PARTS.map((part) => {
    // Clocks of two machines may differ by a little.
    const ms = times[part].map((ns) => Math.max(0, ns) / NS_PER_MS);
    const sorted = sortNumbers(ms);
    const at = (share: number) => quantile(sorted, share)!;
    return { part, meanMs: mean(ms), p50: at(0.5), p90: at(0.9), max: at(1) };
  });
}
