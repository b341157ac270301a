import type { RunRecord } from '../../core/documents/run-record.ts';
import type { RunFolder } from '../../store/run-folder.ts';
import { type KeepTrial, type SavedJob, savedJobs } from '../../store/saved-jobs.ts';
import { inChunks } from '../export/chunks.ts';
import { type Cell, csvLine } from './cell.ts';

/** Heads and what stands below them. Times are ms from the first start of the trial. */
const COLUMNS: readonly (readonly [string, (job: SavedJob) => Cell])[] = [
  ['variant', ({ variant }) => variant],
  ['round', ({ round }) => round],
  ['order', ({ order }) => order],
  ['position', ({ position }) => position],
  ['item', ({ item }) => item],
  ['name', ({ name }) => name],
  ['due_ms', ({ dueMs }) => dueMs],
  ['start_ms', ({ startMs }) => startMs],
  ['end_ms', ({ endMs }) => endMs],
  ['latency_ms', ({ startMs, endMs }) => between(startMs, endMs)],
  ['response_ms', ({ dueMs, endMs }) => between(dueMs, endMs)],
  ['outcome', ({ outcome }) => outcome],
  ['status', ({ status }) => status],
  ['bytes', ({ bytes }) => bytes],
  ['digest', ({ digest }) => digest.toString(16).padStart(8, '0')],
  ['thread', ({ thread }) => thread],
];

/** To the nanosecond: the difference of two decimals is rarely one. */
function between(fromMs: number | null, toMs: number | null): number | null {
  return fromMs === null || toMs === null ? null : Math.round((toMs - fromMs) * 1e6) / 1e6;
}

interface SavedRun {
  readonly folder: RunFolder;
  readonly record: RunRecord;
}

/** A header, then one line per job of each timed trial, in pieces. @param keep which trials; default: all */
export async function* jobLines(runs: readonly SavedRun[], keep?: KeepTrial): AsyncGenerator<string> {
  yield csvLine(['run', ...COLUMNS.map(([head]) => head)]);
  for (const { folder, record } of runs)
    yield* inChunks(lines(record.id, await savedJobs(folder, record, keep)));
}

function* lines(run: string, jobs: Iterable<SavedJob>): Generator<string> {
  for (const job of jobs) yield csvLine([run, ...COLUMNS.map(([, cell]) => cell(job))]);
}
