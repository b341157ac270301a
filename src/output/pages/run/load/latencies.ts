import { existsSync } from 'node:fs';
import { comparable } from '../../../../analysis/comparable.ts';
import type { RunRecord, VariantRecord, Warning } from '../../../../core/documents/run-record.ts';
import { ThreadmillError } from '../../../../core/errors.ts';
import { OUTCOME_CODE } from '../../../../core/outcomes.ts';
import { sortNumbers } from '../../../../core/statistics/quantile.ts';
import { NS_PER_MS } from '../../../../core/units.ts';
import { problemOf } from '../../../../core/warnings.ts';
import { RowWindows, type Window } from '../../../../store/row-windows.ts';
import type { RunFolder } from '../../../../store/run-folder.ts';
import { evenly } from '../../../view/evenly.ts';
import { type LatencySeries, latencySeries, type VariantLatencies } from '../../../view/run/latencies.ts';

interface LatencyLimits {
  /** Times that are kept, 8 bytes each. Of more, every n-th, starting at a different row in each trial. */
  readonly times: number;
  /** Rows that are read: 0.7 GB of a file. Above that, evenly spaced trials are left out. */
  readonly rows: number;
}

const LATENCY_LIMITS: LatencyLimits = { times: 2_000_000, rows: 20_000_000 };

/** The distribution of job times per variant, from the rows; a few thousand rows are in memory at a time. */
export function loadLatencies(
  folder: RunFolder,
  record: RunRecord,
  problems: Warning[],
  limits: LatencyLimits = LATENCY_LIMITS,
): VariantLatencies[] {
  return record.variants.flatMap((variant): VariantLatencies[] => {
    const counted = variant.trials.flatMap((trial, index) => (comparable(trial) ? [index] : []));
    if (counted.length === 0) return [];
    try {
      return [ofVariant({ folder, record, variant, counted, limits })];
    } catch (thrown) {
      if (!(thrown instanceof ThreadmillError)) throw thrown;
      problems.push(problemOf('rows-unreadable', thrown));
      return [];
    }
  });
}

interface Source {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly variant: VariantRecord;
  /** Numbers of the trials that count. */
  readonly counted: readonly number[];
  readonly limits: LatencyLimits;
}

/** @throws ThreadmillError 'run-unreadable' if rows are there that no run writes. */
function ofVariant({ folder, record, variant, counted, limits }: Source): VariantLatencies {
  const { jobs, load } = record.spec;
  const chosen = evenly(counted, Math.max(1, Math.floor(limits.rows / jobs)));
  const stride = Math.ceil((chosen.length * jobs) / limits.times);
  const service = new Times(Math.ceil((chosen.length * jobs) / stride) + chosen.length);
  const response = load.kind === 'open' ? new Times(service.room) : null;
  let read = 0;
  const name = `jobs/${variant.name}.bin`;
  const file = folder.path(name);
  const windows = existsSync(file) ? new RowWindows(file, jobs, response !== null, name) : null;
  try {
    for (const [index, trial] of chosen.entries()) {
      if (windows === null || !windows.has(trial)) continue;
      for (const window of windows.of(trial)) {
        service.take(window, window.table.start, index % stride, stride);
        if (window.dueNs !== null) response?.take(window, window.dueNs, index % stride, stride);
      }
      read += 1;
    }
  } finally {
    windows?.close();
  }
  return {
    variant: variant.name,
    trials: read,
    missing: chosen.length - read,
    leftOut: counted.length - chosen.length,
    sampled: stride > 1,
    service: service.series(),
    response: response?.series() ?? null,
  };
}

/** Spans of jobs, ms: all of them, or a part with the shortest and longest of all. */
class Times {
  readonly room: number;
  readonly #ms: Float64Array;
  #count = 0;
  #least = Number.POSITIVE_INFINITY;
  #longest = 0;

  constructor(room: number) {
    this.room = room;
    this.#ms = new Float64Array(room);
  }

  /** From `fromNs` to the end of each job that ended `ok`; kept are those at `first`, `first + stride` and so on. */
  take({ from, table }: Window, fromNs: Float64Array, first: number, stride: number): void {
    const { rows, end, outcome } = table;
    for (let row = 0; row < rows; row++) {
      if (outcome[row] !== OUTCOME_CODE.ok) continue;
      const ms = (end[row]! - fromNs[row]!) / NS_PER_MS;
      this.#least = Math.min(this.#least, ms);
      this.#longest = Math.max(this.#longest, ms);
      if ((from + row) % stride === first) this.#ms[this.#count++] = ms;
    }
  }

  series(): LatencySeries | null {
    if (this.#count === 0) return null;
    return latencySeries(sortNumbers(this.#ms.subarray(0, this.#count)), this.#least, this.#longest);
  }
}
