import { FOLDER_LIMITS } from '../core/limits.ts';
import { OUTCOME_CODE, OUTCOMES } from '../core/outcomes.ts';
import type { JobTable } from '../engine/measurement/job-table.ts';
import { TRACE_COLUMNS, type TraceTable } from '../engine/measurement/trace-table.ts';
import { sidecarUnreadable } from './read-json.ts';

/** Refuses rows as no run writes them: files may be damaged, or hostile. @throws 'run-unreadable' */
export function checkJobRows(table: JobTable, file: string, first = 0): void {
  const { start, end, bytes, outcome } = table;
  checkColumn(start, 'start', file, first);
  checkColumn(end, 'end', file, first);
  checkColumn(bytes, 'bytes', file, first, FOLDER_LIMITS.responseBytes);
  for (let row = 0; row < table.rows; row++) {
    const code = outcome[row]!;
    if (code >= OUTCOMES.length) throw wrong(file, first + row, `outcome ${code} is not known`);
    if (code !== OUTCOME_CODE.ok) continue;
    if (start[row]! > 0 && end[row]! >= start[row]!) continue;
    throw wrong(file, first + row, `it ended ok at ${end[row]}, but its start is ${start[row]}`);
  }
}

export function checkTraceRows({ columns }: TraceTable, file: string): void {
  for (const { name } of TRACE_COLUMNS) checkColumn(columns[name], name, file);
}

/** Refuses a time or an amount that a double does not count. */
export function checkColumn(
  column: Float64Array,
  name: string,
  file: string,
  first = 0,
  most: number = FOLDER_LIMITS.figure,
): void {
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!;
    if (Math.abs(value) <= most) continue;
    throw wrong(file, first + row, `${name} is ${Number.isFinite(value) ? value : 'not a finite number'}`);
  }
}

function wrong(file: string, row: number, what: string): Error {
  return sidecarUnreadable(file, `in row ${row} ${what}`);
}
