import type { BlockTrace } from '../core/documents/breakdown.ts';
import { OUTCOMES } from '../core/outcomes.ts';
import type { VariantName } from '../core/variants.ts';
import { JOB_COLUMNS, JobTable, ROW_BYTES } from '../engine/measurement/job-table.ts';
import { TRACE_COLUMNS, TRACE_ROW_BYTES, TraceTable } from '../engine/measurement/trace-table.ts';
import { type BlockPlace, readBlock, writeBlock } from './block-file.ts';
import type { RunFolder } from './run-folder.ts';

/** The rows of a traced block: what became of each job, and how it went there. */
export interface TracedRows {
  readonly jobs: JobTable;
  readonly trace: TraceTable;
}

/** Writes a block of `jobs/<variant>.trace.bin`: the trace table, then the job table. See `writeBlock`. */
export function writeTracedRows(place: BlockPlace, { jobs, trace }: TracedRows): void {
  writeBlock(place, [trace.raw(), jobs.raw()]);
}

/** Reads a block back; null if the file does not hold all of it. */
export function readTracedRows(place: BlockPlace, rows: number): TracedRows | null {
  const raw = readBlock(place, rows * (TRACE_ROW_BYTES + ROW_BYTES));
  if (raw === null) return null;
  return {
    trace: new TraceTable(rows, raw.buffer),
    jobs: new JobTable(rows, raw.buffer, rows * TRACE_ROW_BYTES),
  };
}

/** Leaves a single block in `jobs/<variant>.trace.bin`, with a description beside it for whoever reads it later. */
export async function keepTracedRows(
  folder: RunFolder,
  variant: VariantName,
  rows: TracedRows,
  block: BlockTrace,
): Promise<void> {
  const { bin, json } = tracedFiles(variant, rows, block);
  await folder.writeText(tracedFile(variant, 'bin'), bin);
  await folder.writeText(tracedFile(variant, 'json'), json);
}

/** What is kept of a traced block: its rows as they lie in memory, and what they are. */
export function tracedFiles(
  variant: VariantName,
  { jobs, trace }: TracedRows,
  block: BlockTrace,
): { readonly bin: Uint8Array; readonly json: string } {
  const description = {
    schemaVersion: 1,
    variant,
    layout: 'one traced block: columns one after another, little-endian',
    rows: jobs.rows,
    rowBytes: TRACE_ROW_BYTES + ROW_BYTES,
    columns: [
      ...TRACE_COLUMNS.map(({ name, unit }) => ({ name, type: 'float64', bytes: 8, unit })),
      ...JOB_COLUMNS,
    ],
    outcomes: OUTCOMES,
    /** Moments on the clock of process.hrtime(), ns; GC pauses are start and length. */
    startNs: block.startNs,
    endNs: block.endNs,
    threads: block.threads.map(({ thread, work, gc, loop }) => ({ thread, work, gc, ...(loop && { loop }) })),
  };
  return { bin: Buffer.concat([trace.raw(), jobs.raw()]), json: `${JSON.stringify(description)}\n` };
}

export function tracedFile(variant: VariantName, kind: 'bin' | 'json'): string {
  return `jobs/${variant}.trace.${kind}`;
}
