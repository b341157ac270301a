import { readFile } from 'node:fs/promises';
import type { GcPause, LoopTrace } from '../types/block-trace.ts';
import type { VariantName } from '../types/variant-names.ts';
import type { RunFolder } from './run-folder.ts';
import { readTracedRows, type TracedRows, tracedFile } from './traced-rows.ts';

/** A traced block that a run keeps of a variant. */
export interface TracedBlock extends TracedRows {
  /** What its wall is between, ns on the clock of process.hrtime(). */
  readonly startNs: number;
  readonly endNs: number;
  readonly gc: readonly { readonly thread: number; readonly pauses: readonly GcPause[] }[];
  /** Of threads whose event loop was watched. */
  readonly loops: readonly { readonly thread: number; readonly loop: LoopTrace }[];
}

/** The one of the traced pass. Null if the run has none of the variant, or its files are not whole. */
export function readTracedBlock(
  folder: RunFolder,
  variant: VariantName,
  jobs: number,
): Promise<TracedBlock | null> {
  return readBlock(folder.path(tracedFile(variant, 'bin')), folder.path(tracedFile(variant, 'json')), jobs);
}

/** The one that was profiled as well, by the `threads` capture; null likewise. */
export function readProfiledBlock(
  folder: RunFolder,
  variant: VariantName,
  jobs: number,
): Promise<TracedBlock | null> {
  const file = (kind: 'bin' | 'json') => folder.path(variant, 'threads', 'timeline', `trace.${kind}`);
  return readBlock(file('bin'), file('json'), jobs);
}

async function readBlock(bin: string, json: string, jobs: number): Promise<TracedBlock | null> {
  const rows = readTracedRows({ file: bin, block: 0 }, jobs);
  if (rows === null) return null;
  let described: unknown;
  try {
    described = JSON.parse(await readFile(json, 'utf8'));
  } catch {
    return null;
  }
  if (typeof described !== 'object' || described === null) return null;
  const { startNs, endNs, threads } = described as Partial<Record<string, unknown>>;
  if (typeof startNs !== 'number' || typeof endNs !== 'number' || !Array.isArray(threads)) return null;
  const told: unknown[] = threads;
  const gc: TracedBlock['gc'][number][] = [];
  const loops: TracedBlock['loops'][number][] = [];
  for (const each of told) {
    if (typeof each !== 'object' || each === null) continue;
    const { thread, gc: pauses, loop } = each as Partial<Record<string, unknown>>;
    if (typeof thread !== 'number') continue;
    if (Array.isArray(pauses)) gc.push({ thread, pauses: pauses.filter(isPause) });
    if (isLoop(loop)) loops.push({ thread, loop });
  }
  return { ...rows, startNs, endNs, gc, loops };
}

function isPause(value: unknown): value is GcPause {
  return isNumbers(value) && value.length === 2;
}

function isLoop(value: unknown): value is LoopTrace {
  if (typeof value !== 'object' || value === null) return false;
  const { dueNs, delayNs } = value as Partial<Record<string, unknown>>;
  return isNumbers(dueNs) && isNumbers(delayNs) && dueNs.length === delayNs.length;
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'number');
}
