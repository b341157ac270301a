import type { ThreadInfo } from '../types/cpu-profile.ts';

/**
 * What a saved profile says of its thread; null if it does not, or not in the form that is known here. What is
 * no part of that form is left out.
 */
export function threadInfo(value: unknown): ThreadInfo | null {
  if (!isRecord(value)) return null;
  const { thread, label, variant, load, displayRoot, threadmillRoot, packages } = value;
  if (typeof thread !== 'number' || typeof label !== 'string' || typeof variant !== 'string') return null;
  return {
    thread,
    label,
    variant,
    ...(isRegion(load) ? { load: { startUs: load.startUs, endUs: load.endUs } } : {}),
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

function isRegion(value: unknown): value is { startUs: number; endUs: number } {
  return isRecord(value) && Number.isFinite(value.startUs) && Number.isFinite(value.endUs);
}
