import { meanPhases } from '../../analysis/breakdown/phases.ts';
import type { NameFigures, RunRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { FOLDER_LIMITS } from '../../core/limits.ts';
import { OUTCOME_CODE } from '../../core/outcomes.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import { summariseTimes } from '../../engine/measurement/open-loop.ts';
import { readItemNames } from '../../store/item-names.ts';
import { readRows } from '../../store/job-rows.ts';
import type { RunFolder } from '../../store/run-folder.ts';
import { readTracedRows, tracedFile } from '../../store/traced-rows.ts';
import { fillPlan } from '../../workload/plan.ts';

/** Times of one variant that are kept, 8 bytes each. Of more, every n-th, starting at a different row in each trial. */
const MAX_TIMES = 2_000_000;

/** Names with rows of their own, and which row each position of the plan belongs to. */
interface Grouping {
  readonly names: readonly string[];
  /** Names in the last row, which has none of its own; 0: there is no such row. */
  readonly others: number;
  readonly rowOf: Uint8Array;
}

export async function describeNames(record: RunRecord, folder: RunFolder): Promise<void> {
  const grouping = await groupingOf(record, folder);
  if (grouping === null) return;
  for (const variant of record.variants) variant.byName = figuresOf(record, folder, variant, grouping);
}

/** Null where all jobs have one name, or names are not known. */
async function groupingOf({ spec, variants }: RunRecord, folder: RunFolder): Promise<Grouping | null> {
  const known = await readItemNames(folder);
  if (known === null || known.names.length < 2) return null;
  const nameOf = fillPlan(new Uint32Array(spec.jobs), spec.workload.items, spec.seed).map(
    (item) => known.items[item] ?? 0,
  );
  const present = [...new Set(nameOf)];
  if (present.length < 2) return null;
  const totals = new Float64Array(known.names.length);
  for (const variant of variants) {
    for (const { start, end, outcome, rows } of trialsOf(folder, variant, spec.jobs)) {
      for (let row = 0; row < rows; row++) {
        if (outcome[row] === OUTCOME_CODE.ok) totals[nameOf[row]!]! += end[row]! - start[row]!;
      }
    }
  }
  const byTotal = present.sort((a, b) => totals[b]! - totals[a]! || a - b);
  const own = byTotal.slice(0, FOLDER_LIMITS.namesWithRow);
  const rowOfName = new Map(own.map((name, row) => [name, row]));
  return {
    names: own.map((name) => known.names[name]!),
    others: byTotal.length - own.length,
    rowOf: Uint8Array.from(nameOf, (name) => rowOfName.get(name) ?? own.length),
  };
}

function figuresOf(
  { spec }: RunRecord,
  folder: RunFolder,
  variant: VariantRecord,
  { names, others, rowOf }: Grouping,
): NameFigures[] {
  const rows = names.length + (others > 0 ? 1 : 0);
  const jobs = new Uint32Array(rows);
  const failed = new Uint32Array(rows);
  const times = Array.from({ length: rows }, (): number[] => []);
  const stride = Math.ceil((variant.trials.length * spec.jobs) / MAX_TIMES);
  let trial = 0;
  for (const { start, end, outcome, rows: positions } of trialsOf(folder, variant, spec.jobs)) {
    for (let position = 0; position < positions; position++) {
      if (start[position] === 0) continue;
      const row = rowOf[position]!;
      jobs[row]!++;
      if (outcome[position] !== OUTCOME_CODE.ok) failed[row]!++;
      else if (position % stride === trial % stride) {
        times[row]!.push((end[position]! - start[position]!) / NS_PER_MS);
      }
    }
    trial++;
  }
  const phases = phasesOf(spec.jobs, folder, variant, rowOf, rows);
  return times.map((ms, row) => {
    const { p50, p90 } = summariseTimes(Float64Array.from(ms));
    return {
      name: names[row] ?? 'other names',
      names: row < names.length ? 1 : others,
      jobs: jobs[row]!,
      failed: failed[row]!,
      p50Ms: p50,
      p90Ms: p90,
      phasesMs: phases?.[row] ?? null,
    };
  });
}

function phasesOf(
  jobs: number,
  folder: RunFolder,
  { name, trace, concurrency, threads }: VariantRecord,
  rowOf: Uint8Array,
  rows: number,
): NameFigures['phasesMs'][] | null {
  if (trace === null) return null;
  const traced = readTracedRows({ file: folder.path(tracedFile(name, 'bin')), trial: 0 }, jobs);
  if (traced === null) return null;
  const tasksPerThread = Math.ceil(concurrency / threads);
  return meanPhases(traced.jobs, traced.trace, tasksPerThread, (position) => rowOf[position]!, rows);
}

/** The rows of its timed trials, one trial in memory at a time. */
function* trialsOf(folder: RunFolder, { name, trials }: VariantRecord, rows: number): Generator<JobTable> {
  const file = folder.path('jobs', `${name}.bin`);
  for (let trial = 0; trial < trials.length; trial++) {
    const table = readRows({ file, trial, rows });
    if (table !== null) yield table;
  }
}
