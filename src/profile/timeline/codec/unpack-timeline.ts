import type {
  Curve,
  Timeline,
  TimelineCpu,
  TimelineJobs,
  TimelineThread,
} from '../../../core/documents/timeline.ts';
import { OUTCOMES } from '../../../core/outcomes.ts';
import { STEPS_PER_US } from './packed.ts';
import type { PackedTimeline, ThreadHead, TimelineHead } from './packed-timeline.ts';
import { unpackHead, unpackNumbers } from './unpack.ts';

/** Reverses `packTimeline`, in browsers and Node. Rejects with a RangeError if it is incomplete or inconsistent. */
export async function unpackTimeline({ variant, kind, head, numbers }: PackedTimeline): Promise<Timeline> {
  const described = await unpackHead<TimelineHead>(head, ['frames', 'threads', 'names', 'notes'], refused);
  const columns = new Columns(await unpackNumbers(numbers));
  const { wallUs, frames, names, began, queued, notes } = described;
  const jobs = jobsOf(columns, names, began);
  const inFlight = curveOf(columns);
  const timeline: Timeline = {
    variant,
    wallUs,
    kind,
    frames,
    jobs,
    inFlight,
    queued: queued ? curveOf(columns) : null,
    threads: described.threads.map((thread) => threadOf(columns, thread, frames.length)),
    notes,
  };
  columns.end();
  return timeline;
}

class Columns {
  readonly #columns: readonly Float64Array[];
  #next = 0;

  constructor(columns: readonly Float64Array[]) {
    this.#columns = columns;
  }

  /** @param length that it must have, if that is known */
  numbers(length?: number): Float64Array {
    const column = this.#columns[this.#next++];
    if (column === undefined) throw refused('columns are missing');
    if (length !== undefined && column.length !== length)
      throw refused('columns that belong together differ in length');
    return column;
  }

  /** µs, of whole steps. */
  times(length?: number): Float64Array {
    return this.numbers(length).map((steps) => steps / STEPS_PER_US);
  }

  /** Whole numbers from `low` to below `high`. */
  indices(low: number, high: number, length?: number): Int32Array {
    const column = this.numbers(length);
    if (!column.every((value) => value >= low && value < high))
      throw refused('something points to what is not there');
    return Int32Array.from(column);
  }

  end(): void {
    if (this.#next !== this.#columns.length) throw refused('there are too many columns');
  }
}

function jobsOf(columns: Columns, names: readonly string[], began: number): TimelineJobs {
  const most = 2 ** 31;
  const position = columns.indices(0, most);
  const rows = position.length;
  const name = columns.indices(0, names.length, rows);
  const thread = columns.indices(0, most, rows);
  const processedBy = columns.indices(0, most, rows);
  const lane = columns.indices(0, most, rows);
  const outcome = columns.indices(0, OUTCOMES.length, rows);
  const status = columns.indices(0, most, rows);
  const bytes = columns.numbers(rows);
  const start = columns.numbers(rows);
  const length = columns.numbers(rows);
  const waited = columns.numbers(rows);
  const returned = columns.numbers(rows);
  const phases = spansOf(columns, start);
  const phase = columns.indices(0, MAX_PHASES, phases.startUs.length);
  const attempts = spansOf(columns, start);
  const attemptCount = attempts.startUs.length;
  const us = (steps: number) => steps / STEPS_PER_US;
  return {
    rows,
    began,
    names,
    ...{ position, name, thread, processedBy, lane, outcome, status, bytes },
    queuedUs: start.map((at, row) => us(at - waited[row]!)),
    returnedUs: start.map((at, row) => us(at + returned[row]!)),
    startUs: start.map(us),
    endUs: start.map((at, row) => us(at + length[row]!)),
    phases: { ...phases, phase },
    attempts: {
      ...attempts,
      outcome: columns.indices(0, OUTCOMES.length, attemptCount),
      status: columns.indices(0, most, attemptCount),
    },
  };
}

/** Stretches of time of each job. @param start of the jobs, in steps */
function spansOf(
  columns: Columns,
  start: Float64Array,
): Pick<TimelineJobs['phases'], 'first' | 'startUs' | 'endUs'> {
  const rows = start.length;
  const counts = columns.indices(0, 2 ** 31, rows);
  const first = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) first[row + 1] = first[row]! + counts[row]!;
  const spanStart = columns.numbers();
  if (first[rows] !== spanStart.length) throw refused('its phases are not those of its jobs');
  for (let row = 0; row < rows; row++) {
    for (let i = first[row]!; i < first[row + 1]!; i++) spanStart[i]! += start[row]!;
  }
  const length = columns.numbers(spanStart.length);
  return {
    first,
    startUs: spanStart.map((at) => at / STEPS_PER_US),
    endUs: spanStart.map((at, i) => (at + length[i]!) / STEPS_PER_US),
  };
}

/** The list itself would bring the schema of run.json into the page: more than there will ever be. */
const MAX_PHASES = 64;

function curveOf(columns: Columns): Curve {
  const atUs = columns.times();
  return { atUs, value: columns.numbers(atUs.length) };
}

function threadOf(
  columns: Columns,
  { thread, label, cpu, delay, utilization }: ThreadHead,
  frames: number,
): TimelineThread {
  const startUs = columns.times();
  const lengthUs = columns.times(startUs.length);
  return {
    thread,
    label,
    gc: { startUs, lengthUs },
    cpu: cpu === null ? null : cpuOf(columns, cpu, frames),
    delayUs: delay ? curveOf(columns) : null,
    utilization: utilization ? curveOf(columns) : null,
  };
}

function cpuOf(columns: Columns, head: NonNullable<ThreadHead['cpu']>, frames: number): TimelineCpu {
  const frame = columns.indices(0, frames);
  const parent = columns.indices(-1, frame.length, frame.length);
  if (parent.some((above, node) => above >= node || above < 0 !== (node === 0))) {
    throw refused('calls come before their callers');
  }
  const node = columns.indices(0, frame.length);
  return { frame, parent, node, startUs: columns.times(node.length), ...head };
}

function refused(why: string): RangeError {
  return new RangeError(`the page's timeline can't be read: ${why}`);
}
