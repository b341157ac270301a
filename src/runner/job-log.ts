import type { Logger } from 'pino';
import { OUTCOMES } from '../core/outcomes.ts';
import { NS_PER_MS } from '../core/units.ts';
import type { SharedState } from '../engine/measurement/shared-state.ts';

/** A log of a million lines helps nobody: the rows are in the table as well. */
const MAX_LINES = 10_000;

/** The last repetition, one line per job, written after the load so that logging is not profiled. */
export function logJobs(logger: Logger, state: SharedState): void {
  const { table, plan } = state;
  const startOf = (row: number) => table.start[row] || Number.MAX_VALUE;
  const order = Array.from(state.order.subarray(0, MAX_LINES)).sort((a, b) => startOf(a) - startOf(b));
  const first = order.length === 0 ? 0 : table.start[order[0]!]!;
  for (const row of order) {
    const started = table.start[row] !== 0;
    logger.debug(
      {
        job: row,
        item: plan[row],
        thread: table.thread[row],
        startMs: started ? round((table.start[row]! - first) / NS_PER_MS) : null,
        endMs: started ? round((table.end[row]! - first) / NS_PER_MS) : null,
        durationMs: started ? round((table.end[row]! - table.start[row]!) / NS_PER_MS) : null,
        status: table.status[row],
        outcome: OUTCOMES[table.outcome[row]!],
        bytes: table.bytes[row],
      },
      'job',
    );
  }
  if (table.rows > MAX_LINES) logger.debug({ left: table.rows - MAX_LINES }, 'further jobs are not listed');
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
