import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, ThreadmillError } from '../errors.ts';
import { endGuard, startGuard } from './guard.ts';

const folders = new Set<string>();

/** The temporary folder of a run. It goes with this process, however that ends, if not before. */
export async function makeScratch(): Promise<string> {
  let folder: string;
  try {
    folder = await mkdtemp(join(tmpdir(), 'threadmill-'));
  } catch (thrown) {
    throw new ThreadmillError(
      'output-unwritable',
      `cannot make a temporary folder in ${tmpdir()}: ${messageOf(thrown)}`,
      { advice: 'Set TMPDIR to a folder that you may write to and that has room.', cause: thrown },
    );
  }
  if (folders.size === 0) process.on('exit', removeAll);
  folders.add(folder);
  startGuard(folder);
  return folder;
}

export async function removeScratch(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  folders.delete(folder);
  if (folders.size > 0) return;
  process.off('exit', removeAll);
  await endGuard();
}

/** After a second Ctrl+C, say. What worked in these folders has been killed by now: see `adopt`. */
function removeAll(): void {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
    } catch {
      // Nobody is left to be told, and the guard tries once more.
    }
  }
}
