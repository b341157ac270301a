import type { InFlight } from '../../core/documents/run-record.ts';
import { sortNumbers } from '../../core/statistics/quantile.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { JobTable } from './job-table.ts';

/**
 * Mean jobs in flight while there were enough to fill every slot of a closed loop: from the start that could have
 * filled the last of `asked` slots to the last start. The integral over time, L of Little's law (Operations Research
 * 9, 1961); a slot that waits for its next job makes it less than `asked`. Null: too few jobs, or all started at one
 * moment.
 */
export function summariseInFlight(table: JobTable, asked: number): InFlight | null {
  const starts = sortNumbers(table.start.filter((start) => start !== 0));
  const from = starts[asked - 1];
  const to = starts[starts.length - 1];
  if (starts.length <= asked || from === undefined || to === undefined || to <= from) return null;
  let inFlightNs = 0;
  for (let row = 0; row < table.rows; row++) {
    const start = table.start[row]!;
    if (start === 0) continue;
    inFlightNs += Math.max(0, Math.min(table.end[row]!, to) - Math.max(start, from));
  }
  return { asked, mean: inFlightNs / (to - from), spanMs: (to - from) / NS_PER_MS };
}
