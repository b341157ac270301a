import { readFile } from 'node:fs/promises';
import type { GcPause } from '../types/block-trace.ts';
import type { VariantName } from '../types/variant-names.ts';
import type { RunFolder } from './run-folder.ts';
import { readTracedRows, type TracedRows, tracedFile } from './traced-rows.ts';

/** The traced block that a run keeps of a variant. */
export interface TracedBlock extends TracedRows {
  /** What its wall is between, ns on the clock of process.hrtime(). */
  readonly startNs: number;
  readonly endNs: number;
  readonly gc: readonly { readonly thread: number; readonly pauses: readonly GcPause[] }[];
}

/** Null if the run has none of the variant, or its files are not whole. */
export async function readTracedBlock(
  folder: RunFolder,
  variant: VariantName,
  jobs: number,
): Promise<TracedBlock | null> {
  const rows = readTracedRows({ file: folder.path(tracedFile(variant, 'bin')), block: 0 }, jobs);
  if (rows === null) return null;
  let described: unknown;
  try {
    described = JSON.parse(await readFile(folder.path(tracedFile(variant, 'json')), 'utf8'));
  } catch {
    return null;
  }
  if (typeof described !== 'object' || described === null) return null;
  const { startNs, endNs, threads } = described as Partial<Record<string, unknown>>;
  if (typeof startNs !== 'number' || typeof endNs !== 'number' || !Array.isArray(threads)) return null;
  const gc = threads.flatMap(({ thread, gc: pauses }) =>
    typeof thread === 'number' && Array.isArray(pauses) ? [{ thread, pauses: pauses.filter(isPause) }] : [],
  );
  return { ...rows, startNs, endNs, gc };
}

function isPause(value: unknown): value is GcPause {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number');
}
