import { SCHEMA_VERSION } from '../core/documents/schema-version.ts';
import type { ItemNames } from '../core/item-names.ts';
import { exists } from './exists.ts';
import { readSidecar, sidecarUnreadable } from './read-json.ts';
import type { RunFolder } from './run-folder.ts';

const FILE = 'workload/items.json';

export async function writeItemNames(folder: RunFolder, { names, items }: ItemNames): Promise<void> {
  await folder.writeText(FILE, `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, names, items })}\n`);
}

/** Names of the items; null if they were too many to keep. @throws ThreadmillError 'run-unreadable' */
export async function readItemNames(folder: RunFolder): Promise<ItemNames | null> {
  if (!(await exists(folder.path(FILE)))) return null;
  const saved = await readSidecar(folder.path(FILE), FILE);
  const { names, items } = (saved ?? {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw sidecarUnreadable(FILE, '`names` is not a list of names');
  }
  if (!Array.isArray(items) || !items.every((index) => Number.isInteger(index) && index in names)) {
    throw sidecarUnreadable(FILE, '`items` is not a list of indices of `names`');
  }
  return { names, items };
}
