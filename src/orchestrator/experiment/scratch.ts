import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import { endIdleGuard, setDuty } from '../../core/processes/guard.ts';

/** One for a process at a time. */
let scratch: string | null = null;

/** The temporary folder of a run. It goes with this process, however that ends, if not before. */
export async function makeScratch(): Promise<string> {
  const folder = join(tmpdir(), `threadmill-${randomUUID()}`);
  // First: a folder that is made when the process has been killed already would stay.
  setDuty('scratch', folder);
  try {
    // For this user only: what is bundled there is run.
    await mkdir(folder, { mode: 0o700 });
  } catch (thrown) {
    setDuty('scratch', '');
    await endIdleGuard();
    throw new ThreadmillError(
      'output-unwritable',
      `cannot make a temporary folder in ${tmpdir()}: ${messageOf(thrown)}`,
      { advice: 'Set TMPDIR to a folder that you may write to and that has room.', cause: thrown },
    );
  }
  scratch = folder;
  process.on('exit', removeAtExit);
  return folder;
}

export async function removeScratch(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  scratch = null;
  process.off('exit', removeAtExit);
  setDuty('scratch', '');
  await endIdleGuard();
}

/** After a second Ctrl+C, for example. Processes that used the folder have been killed: see `startNode`. */
function removeAtExit(): void {
  if (scratch === null) return;
  try {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  } catch {
    // Nobody is left to be told, and the guard tries once more.
  }
}
