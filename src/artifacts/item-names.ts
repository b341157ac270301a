import { redactText } from '../redaction.ts';
import { exists } from './exists.ts';
import { readSidecar, sidecarUnreadable } from './read-json.ts';
import type { RunFolder } from './run-folder.ts';

const FILE = 'workload/items.json';
const LONGEST_NAME = 400;

/** Saves what the workload calls its items, for whoever names jobs later; secrets are removed. */
export async function writeItemNames(folder: RunFolder, names: readonly string[]): Promise<void> {
  const items = names.map((name) => redactText(name).slice(0, LONGEST_NAME));
  await folder.writeText(FILE, `${JSON.stringify({ schemaVersion: 1, items })}\n`);
}

/**
 * Name of each item of a run's workload; null if they were too many to list.
 *
 * @throws ThreadmillError 'run-unreadable' if the file is there and is not what a run writes.
 */
export async function readItemNames(folder: RunFolder): Promise<readonly string[] | null> {
  if (!(await exists(folder.path(FILE)))) return null;
  const saved = await readSidecar(folder.path(FILE), FILE);
  const items = typeof saved === 'object' && saved !== null && 'items' in saved ? saved.items : null;
  if (Array.isArray(items) && items.every((item) => typeof item === 'string')) return items;
  throw sidecarUnreadable(FILE, '`items` is no list of names');
}
