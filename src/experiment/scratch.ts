import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, ThreadmillError } from '../errors.ts';

const folders = new Set<string>();

/** A temporary folder. It goes with this process if `removeScratch` does not come first. */
export async function makeScratch(prefix: string): Promise<string> {
  let folder: string;
  try {
    folder = await mkdtemp(join(tmpdir(), prefix));
  } catch (thrown) {
    throw new ThreadmillError(
      'output-unwritable',
      `cannot make a temporary folder in ${tmpdir()}: ${messageOf(thrown)}`,
      { advice: 'Set TMPDIR to a folder that you may write to and that has room.', cause: thrown },
    );
  }
  if (folders.size === 0) process.on('exit', removeAll);
  folders.add(folder);
  return folder;
}

export async function removeScratch(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  folders.delete(folder);
  if (folders.size === 0) process.off('exit', removeAll);
}

/** After a second Ctrl+C, say. What worked in these folders has been killed by now: see `adopt`. */
function removeAll(): void {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
    } catch {
      // Nobody is left to be told, and the system clears such folders sooner or later.
    }
  }
}
