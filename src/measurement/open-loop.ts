import { OUTCOME_CODE } from '../types/outcomes.ts';
import type { OpenLoopSpan } from '../types/run-record.ts';
import { NS_PER_MS, NS_PER_S } from '../types/units.ts';
import type { JobTable } from './job-table.ts';
import { summariseTimes } from './latency.ts';

export interface OpenLoopBlock {
  readonly table: JobTable;
  /** Intended start of each position, ns on the table's clock. */
  readonly dueNs: Float64Array;
  /** Jobs a second that were asked for. */
  readonly rate: number;
  /** Whether the block went to its end: only then has a job that did not start been given up. */
  readonly complete: boolean;
}

/** What a block says of its schedule. Response times are of jobs that ended `ok`, lateness of all that started. */
export function summariseOpenLoop({ table, dueNs, rate, complete }: OpenLoopBlock): OpenLoopSpan {
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
