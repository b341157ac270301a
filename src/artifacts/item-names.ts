import { readFile } from 'node:fs/promises';
import type { ItemNames } from '../types/item-names.ts';
import type { RunFolder } from './run-folder.ts';

const FILE = 'workload/items.json';

/** Saves what the workload calls its items, for whoever names jobs later. */
export async function writeItemNames(folder: RunFolder, { names, items }: ItemNames): Promise<void> {
  await folder.writeText(FILE, `${JSON.stringify({ schemaVersion: 2, names, items })}\n`);
}

/** Name of each item of a run's workload; null if they were too many to keep, or the file is not what it should be. */
export async function readItemNames(folder: RunFolder): Promise<ItemNames | null> {
  let saved: unknown;
  try {
    saved = JSON.parse(await readFile(folder.path(FILE), 'utf8'));
  } catch {
    return null;
  }
  if (typeof saved !== 'object' || saved === null) return null;
  const { names, items } = saved as Readonly<Record<string, unknown>>;
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) return null;
  if (
    !Array.isArray(items) ||
    !items.every((index) => Number.isInteger(index) && names[index] !== undefined)
  ) {
    return null;
  }
  return { names, items };
}
