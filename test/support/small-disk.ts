import { execFile } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * An empty file system in memory with these mount options (`size=200k`, `ro`), for as long as the test runs.
 * Null where this process may not mount anything: the test then has to skip, and say so.
 */
export async function mountedDisk(t: TestContext, options: string): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'threadmill-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', options, 'threadmill-test', folder]);
  } catch {
    await rmdir(folder);
    return null;
  }
  t.after(async () => {
    // Lazily: a process that is just ending may still have a file open there.
    await run('umount', ['--lazy', folder]);
    await rmdir(folder);
  });
  return folder;
}
