import type { Region, ThreadInfo } from '../core/documents/v8-profiles.ts';
import { FOLDER_LIMITS } from '../core/limits.ts';

/**
 * What a saved profile says of its thread; null if it does not, or not in the form that is known here. What is
 * no part of that form is left out.
 */
export function threadInfo(value: unknown): ThreadInfo | null {
  if (!isRecord(value)) return null;
  const { thread, label, variant, load, turns, displayRoot, threadmillRoot, packages } = value;
  if (!isThread(thread) || typeof label !== 'string' || typeof variant !== 'string') return null;
  return {
    thread,
    label,
    variant,
    ...(isRegion(load) ? { load: { startUs: load.startUs, endUs: load.endUs } } : {}),
    ...(Array.isArray(turns) && turns.every(isRegion) ? { turns } : {}),
    ...(typeof displayRoot === 'string' ? { displayRoot } : {}),
    ...(typeof threadmillRoot === 'string' ? { threadmillRoot } : {}),
    ...(isRecord(packages) ? { packages: textsOf(packages) } : {}),
  };
}

function textsOf(record: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isThread(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= FOLDER_LIMITS.threadNumber;
}

function isRegion(value: unknown): value is Region {
  return isRecord(value) && isInstant(value.startUs) && isInstant(value.endUs);
}

function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= FOLDER_LIMITS.figure;
}
