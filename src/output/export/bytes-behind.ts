import { stat } from 'node:fs/promises';
import { heapProfileFile } from '../../core/documents/v8-profiles.ts';
import { ROW_BYTES } from '../../engine/measurement/job-table.ts';
import { TRACE_ROW_BYTES } from '../../engine/measurement/trace-table.ts';
import { threadProfilePath } from '../../store/thread-profiles.ts';
import type { Exporter, Part, VariantPart } from './exporter.ts';
import type { RunSource } from './run-source.ts';

/** How much of the run folder is read to write a file, bytes; what is not there counts for nothing. */
export async function bytesBehind(
  source: RunSource,
  exporter: Pick<Exporter, 'needs'>,
  { variants }: Part,
): Promise<number> {
  let bytes = 0;
  for (const variant of variants) {
    for (const file of filesOf(source, exporter, variant)) bytes += await sizeOf(file);
    // Whoever writes trials alone reads no rows.
    if (exporter.needs !== 'trials') bytes += rowBytes(variant) * source.record.spec.jobs;
  }
  return bytes;
}

function filesOf(
  { folder }: RunSource,
  { needs }: Pick<Exporter, 'needs'>,
  { name, threads, trials }: VariantPart,
): string[] {
  if (needs === 'allocations') {
    return threads.map((thread) => folder.path(name, 'heap', heapProfileFile(thread)));
  }
  const part = trials.includes('profiled') ? 'timeline' : 'load';
  return threads.map((thread) => folder.path(threadProfilePath(name, thread, part)));
}

function rowBytes({ trials }: VariantPart): number {
  return trials.reduce<number>(
    (sum, choice) => sum + ROW_BYTES + (typeof choice === 'string' ? TRACE_ROW_BYTES : 0),
    0,
  );
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}
