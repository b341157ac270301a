import type { JobTable } from '../measurement/job-table.ts';
import type { TraceTable } from '../measurement/trace-table.ts';

/**
 * When each job was sent to the thread that ran it, ns; 0 for one that came by no message. A job may have been
 * given to the pool long before: until a task of its thread is done it waits for its turn, which is no cost of
 * handing it over. A pool keeps so many tasks at each thread, first come first served: the first ones are sent
 * at once, and each later one when the main thread hears that another is done there.
 */
export function handedOver(jobs: JobTable, { columns }: TraceTable, tasksPerThread: number): Float64Array {
  const { queuedAt, returnedAt } = columns;
  const sentAt = new Float64Array(jobs.rows);
  const byThread = new Map<number, number[]>();
  for (let position = 0; position < jobs.rows; position++) {
    if (queuedAt[position] === 0 || jobs.start[position] === 0) continue;
    const thread = jobs.thread[position]!;
    const mine = byThread.get(thread);
    if (mine === undefined) byThread.set(thread, [position]);
    else mine.push(position);
  }
  for (const positions of byThread.values()) {
    positions.sort((a, b) => jobs.start[a]! - jobs.start[b]!);
    const returns = Float64Array.from(positions, (position) => returnedAt[position]!).sort();
    for (const [turn, position] of positions.entries()) {
      const freed = turn < tasksPerThread ? 0 : returns[turn - tasksPerThread]!;
      sentAt[position] = Math.min(jobs.start[position]!, Math.max(queuedAt[position]!, freed));
    }
  }
  return sentAt;
}
