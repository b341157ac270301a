import { readFile } from 'node:fs/promises';
import { redactStart } from '../redaction.ts';
import type { RunFolder } from './run-folder.ts';

const FILE = 'workload/items.json';
const LONGEST_NAME = 400;

/** Saves what the workload calls its items, for whoever names jobs later; secrets are removed. */
export async function writeItemNames(folder: RunFolder, names: readonly string[]): Promise<void> {
  const items = names.map((name) => redactStart(name, LONGEST_NAME));
  await folder.writeText(FILE, `${JSON.stringify({ schemaVersion: 1, items })}\n`);
}

/** Name of each item of a run's workload; null if they were too many to list. */
export async function readItemNames(folder: RunFolder): Promise<readonly string[] | null> {
  let saved: unknown;
  try {
    saved = JSON.parse(await readFile(folder.path(FILE), 'utf8'));
  } catch {
    return null;
  }
  const items = typeof saved === 'object' && saved !== null && 'items' in saved ? saved.items : null;
  return Array.isArray(items) && items.every((item) => typeof item === 'string') ? items : null;
}
