import { PHASES } from '../../core/documents/run-record.ts';
import type { TimelineJobs } from '../../core/documents/timeline.ts';
import { OUTCOME_CODE } from '../../core/outcomes.ts';
import { type Attempt, attemptsByJob } from './attempts.ts';
import type { TimelineTrial } from './axis.ts';
import { type Axis, axisOf } from './axis.ts';
import { packLanes } from './lanes.ts';
import { phaseSpans } from './phase-spans.ts';
import { byStart, endOf } from './steps.ts';

/** Of those that are kept where not all are: what a reader would look for. At most this share of them each. */
const SHARE_OF_FAILED = 0.1;
const SHARE_OF_LONGEST = 0.01;

export interface JobsChoice {
  readonly jobs: TimelineJobs;
  /** Of the rows kept, how many were chosen for failing, or for being the longest; null if all are kept. */
  readonly chosen: { readonly failed: number; readonly longest: number } | null;
}

/** The jobs that began; of more than `most`: failed ones, the longest ones, every n-th other. Lanes are those of all. */
export function timelineJobs(
  trial: TimelineTrial,
  nameOf: (position: number) => string,
  most: number,
): JobsChoice {
  const { jobs: table, trace } = trial;
  const axis = axisOf(trial);
  const began = byStart(table.start);
  const lanes = packLanes({
    thread: Int32Array.from(began, (row) => table.thread[row]!),
    start: Float64Array.from(began, (row) => axis.at(table.start[row]!)),
    end: Float64Array.from(began, (row) => axis.at(endOf(table, row))),
  });
  const { places, chosen } = choose(trial, began, most);
  const rows = places.map((place) => began[place]!);
  const names = new Map<string, number>();
  const idOf = (name: string): number => {
    const id = names.get(name) ?? names.size;
    if (id === names.size) names.set(name, id);
    return id;
  };
  const { queuedAt, returnedAt, starts, computedBy } = trace.columns;
  const name = Int32Array.from(rows, (row) =>
    idOf(starts[row]! > 1 ? `↻${starts[row]} ${nameOf(row)}` : nameOf(row)),
  );
  const attempts = attemptsByJob(trial);
  const moments = (column: Float64Array) => Float64Array.from(rows, (row) => axis.at(column[row]!));
  const jobs: TimelineJobs = {
    rows: rows.length,
    began: began.length,
    names: [...names.keys()],
    position: Int32Array.from(rows),
    name,
    thread: Int32Array.from(rows, (row) => table.thread[row]!),
    processedBy: Int32Array.from(rows, (row) => computedBy[row]! || table.thread[row]!),
    lane: Int32Array.from(places, (place) => lanes[place]!),
    outcome: Int32Array.from(rows, (row) => table.outcome[row]!),
    status: Int32Array.from(rows, (row) => table.status[row]!),
    bytes: Float64Array.from(rows, (row) => table.bytes[row]!),
    queuedUs: moments(queuedAt),
    returnedUs: moments(returnedAt),
    startUs: moments(table.start),
    endUs: Float64Array.from(rows, (row) => axis.at(endOf(table, row))),
    phases: phasesOf(trial, rows, axis, attempts),
    attempts: attemptColumns(rows, axis, attempts),
  };
  return { jobs, chosen };
}

function phasesOf(
  { jobs, trace }: TimelineTrial,
  rows: Uint32Array,
  axis: Axis,
  attempts: ReadonlyMap<number, unknown>,
): TimelineJobs['phases'] {
  const first = new Int32Array(rows.length + 1);
  const phase: number[] = [];
  const startUs: number[] = [];
  const endUs: number[] = [];
  rows.forEach((row, i) => {
    for (const { name, startNs, endNs } of phaseSpans(jobs, trace, row, attempts.has(row))) {
      phase.push(PHASES.indexOf(name));
      startUs.push(axis.at(startNs));
      endUs.push(axis.at(endNs));
    }
    first[i + 1] = phase.length;
  });
  return {
    first,
    phase: Int32Array.from(phase),
    startUs: Float64Array.from(startUs),
    endUs: Float64Array.from(endUs),
  };
}

function attemptColumns(
  rows: Uint32Array,
  axis: Axis,
  attempts: ReadonlyMap<number, readonly Attempt[]>,
): TimelineJobs['attempts'] {
  const first = new Int32Array(rows.length + 1);
  const all = [...rows].flatMap((row, i) => {
    const own = attempts.get(row) ?? [];
    first[i + 1] = first[i]! + own.length;
    return own;
  });
  return {
    first,
    outcome: Int32Array.from(all, ({ outcome }) => outcome),
    status: Int32Array.from(all, ({ status }) => status),
    startUs: Float64Array.from(all, ({ startNs }) => axis.at(startNs)),
    endUs: Float64Array.from(all, ({ endNs }) => axis.at(endNs)),
  };
}

interface Choice {
  /** Indices into the rows that began, in order. */
  readonly places: Uint32Array;
  readonly chosen: JobsChoice['chosen'];
}

function choose({ jobs }: TimelineTrial, began: Uint32Array, most: number): Choice {
  if (began.length <= most) return { places: Uint32Array.from(began.keys()), chosen: null };
  const kept = new Uint8Array(began.length);
  let failed = 0;
  for (let place = 0; place < began.length && failed < Math.floor(most * SHARE_OF_FAILED); place++) {
    if (jobs.outcome[began[place]!] === OUTCOME_CODE.ok) continue;
    kept[place] = 1;
    failed++;
  }
  const lengthOf = (place: number) => endOf(jobs, began[place]!) - jobs.start[began[place]!]!;
  const others = Uint32Array.from(began.keys()).filter((place) => kept[place] === 0);
  const longest = others
    .slice()
    .sort((a, b) => lengthOf(b) - lengthOf(a) || a - b)
    .subarray(0, Math.floor(most * SHARE_OF_LONGEST));
  for (const place of longest) kept[place] = 1;
  const rest = others.filter((place) => kept[place] === 0);
  const room = most - failed - longest.length;
  for (let i = 0; i < room; i++) kept[rest[Math.floor((i * rest.length) / room)]!] = 1;
  return {
    places: Uint32Array.from(kept.keys()).filter((place) => kept[place] === 1),
    chosen: { failed, longest: longest.length },
  };
}
