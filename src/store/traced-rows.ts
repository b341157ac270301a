import type { TrialTrace } from '../core/documents/breakdown.ts';
import { SCHEMA_VERSION } from '../core/documents/schema-version.ts';
import { OUTCOMES } from '../core/outcomes.ts';
import type { VariantName } from '../core/variants.ts';
import { JOB_COLUMNS, JobTable, ROW_BYTES } from '../engine/measurement/job-table.ts';
import { TRACE_COLUMNS, TRACE_ROW_BYTES, TraceTable } from '../engine/measurement/trace-table.ts';
import type { RunFolder } from './run-folder.ts';
import { readTrial, type TrialPlace, writeTrial } from './trial-file.ts';

/** The rows of a traced trial: what became of each job, and how it went there. */
export interface TracedRows {
  readonly jobs: JobTable;
  readonly trace: TraceTable;
}

/** Writes a trial of `jobs/<variant>.trace.bin`: the trace table, then the job table. See `writeTrial`. */
export function writeTracedRows(place: TrialPlace, { jobs, trace }: TracedRows): void {
  writeTrial(place, [trace.raw(), jobs.raw()]);
}

/** Reads a trial back; null if the file does not hold all of it. */
export function readTracedRows(place: TrialPlace, rows: number): TracedRows | null {
  const raw = readTrial(place, rows * (TRACE_ROW_BYTES + ROW_BYTES));
  if (raw === null) return null;
  return {
    trace: new TraceTable(rows, raw.buffer),
    jobs: new JobTable(rows, raw.buffer, rows * TRACE_ROW_BYTES),
  };
}

/** Leaves a single trial in `jobs/<variant>.trace.bin`, with a description beside it for whoever reads it later. */
export async function keepTracedRows(
  folder: RunFolder,
  variant: VariantName,
  rows: TracedRows,
  trial: TrialTrace,
): Promise<void> {
  const { bin, json } = tracedFiles(variant, rows, trial);
  await folder.writeText(tracedFile(variant, 'bin'), bin);
  await folder.writeText(tracedFile(variant, 'json'), json);
}

/** What is kept of a traced trial: its rows as they lie in memory, and what they are. */
export function tracedFiles(
  variant: VariantName,
  { jobs, trace }: TracedRows,
  trial: TrialTrace,
): { readonly bin: Uint8Array; readonly json: string } {
  const description = {
    schemaVersion: SCHEMA_VERSION,
    variant,
    layout: 'one traced trial: columns one after another, little-endian',
    rows: jobs.rows,
    rowBytes: TRACE_ROW_BYTES + ROW_BYTES,
    columns: [
      ...TRACE_COLUMNS.map(({ name, unit }) => ({ name, type: 'float64', bytes: 8, unit })),
      ...JOB_COLUMNS,
    ],
    outcomes: OUTCOMES,
    /** Moments on the clock of process.hrtime(), ns; GC pauses are start and length. */
    startNs: trial.startNs,
    endNs: trial.endNs,
    threads: trial.threads.map(({ thread, work, gc, loop, attempts }) => ({
      ...{ thread, work, gc },
      ...(loop && { loop }),
      ...(attempts && { attempts }),
    })),
    ...(trial.workers && {
      workers: trial.workers.map(({ threads, host, pid }) => ({ threads, host, pid })),
    }),
  };
  return { bin: Buffer.concat([trace.raw(), jobs.raw()]), json: `${JSON.stringify(description)}\n` };
}

export function tracedFile(variant: VariantName, kind: 'bin' | 'json'): string {
  return `jobs/${variant}.trace.${kind}`;
}
