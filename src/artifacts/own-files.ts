import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ThreadmillError } from '../errors.ts';

/**
 * Refuses a folder of a run or a sweep that holds anything but files and folders. It may be somebody else's: a link
 * could lead to any file of this machine, whose text would end in a page that is passed on, and a pipe is waited for.
 *
 * @throws ThreadmillError 'run-unreadable' that names the first such thing.
 */
export async function refuseLinks(dir: string): Promise<void> {
  // What is not there is told by whoever reads it.
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (odd === undefined) return;
  const path = relative(dir, join(odd.parentPath, odd.name));
  const what = odd.isSymbolicLink() ? 'a symbolic link' : 'no file';
  throw new ThreadmillError('run-unreadable', `cannot read ${dir}: ${path} is ${what}`, {
    advice: 'A run folder has files of its own only. If you trust this one, put the file itself there.',
  });
}
