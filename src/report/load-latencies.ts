import { readDue, readRows } from '../artifacts/job-rows.ts';
import { RunFolder } from '../artifacts/run-folder.ts';
import { sortNumbers } from '../statistics/quantile.ts';
import { comparable } from '../types/comparable-blocks.ts';
import { OUTCOME_CODE } from '../types/outcomes.ts';
import type { RunRecord, VariantRecord } from '../types/run-record.ts';
import { NS_PER_MS } from '../types/units.ts';
import { type LatencySeries, latencySeries, type VariantLatencies } from './view/latencies.ts';

/** Times of one variant that are looked at, 8 bytes each. Of more, every so many in each block, others in the next. */
const MOST_TIMES = 2_000_000;

type Rows = NonNullable<ReturnType<typeof readRows>>;

/**
 * How the times of jobs are distributed, from the rows beside run.json: of each variant over all of its blocks that
 * count. One block is read at a time, and one variant is in memory at a time.
 *
 * @param most of a variant's times that are looked at.
 */
export function loadLatencies(runDir: string, record: RunRecord, most = MOST_TIMES): VariantLatencies[] {
  const folder = RunFolder.open(runDir);
  return record.variants.flatMap((variant) => {
    const counted = variant.blocks.filter(comparable).length;
    return counted === 0 ? [] : [ofVariant(folder, record, variant, most)];
  });
}

function ofVariant(
  folder: RunFolder,
  { spec }: RunRecord,
  { name, blocks }: VariantRecord,
  most: number,
): VariantLatencies {
  const file = folder.path('jobs', `${name}.bin`);
  const places = blocks.flatMap((block, index) =>
    comparable(block) ? [{ file, block: index, rows: spec.jobs }] : [],
  );
  const stride = Math.ceil((places.length * spec.jobs) / most);
  const service = new Times(Math.ceil((places.length * spec.jobs) / stride) + places.length);
  const response = spec.load.kind === 'open' ? new Times(service.room) : null;
  let read = 0;
  for (const [index, place] of places.entries()) {
    const table = readRows(place);
    const dueNs = response === null ? null : readDue(place);
    if (table === null || (response !== null && dueNs === null)) continue;
    read += 1;
    const first = index % stride;
    service.take(table, table.start, first, stride);
    if (dueNs !== null) response?.take(table, dueNs, first, stride);
  }
  return {
    variant: name,
    blocks: read,
    missing: places.length - read,
    jobs: read * spec.jobs,
    service: service.series(),
    response: response?.series() ?? null,
  };
}

/** Spans of jobs, ms: all of them, or a part and the longest of all. */
class Times {
  readonly room: number;
  readonly #ms: Float64Array;
  #count = 0;
  #longest = 0;

  constructor(room: number) {
    this.room = room;
    this.#ms = new Float64Array(room);
  }

  /** From `fromNs` to the end of each job that ended `ok`; kept are those at `first`, `first + stride` and so on. */
  take({ rows, end, outcome }: Rows, fromNs: Float64Array, first: number, stride: number): void {
    for (let row = 0; row < rows; row++) {
      if (outcome[row] !== OUTCOME_CODE.ok) continue;
      const ms = (end[row]! - fromNs[row]!) / NS_PER_MS;
      if (ms > this.#longest) this.#longest = ms;
      if (row % stride === first) this.#ms[this.#count++] = ms;
    }
  }

  series(): LatencySeries | null {
    if (this.#count === 0) return null;
    return latencySeries(sortNumbers(this.#ms.subarray(0, this.#count)), this.#longest);
  }
}
