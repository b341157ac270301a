import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../record/process-tree.ts';

/** The others go, the longest unused first. */
const KEPT = 5;

/** A cached folder for what takes long to make, by `parts` that its content depends on; appears only when whole. */
export async function cachedTree(
  commit: string,
  parts: readonly string[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const root = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'threadmill', 'versions');
  // Packages may be built for one Node.
  const depends = [...parts, process.versions.modules, process.platform, process.arch];
  const key = `${commit}-${createHash('sha256').update(depends.join('\0')).digest('hex').slice(0, 16)}`;
  const folder = join(root, key);
  if (!existsSync(folder)) {
    await mkdir(root, { recursive: true, mode: 0o700 });
    await removeLeftOvers(root);
    const partial = join(root, `.${process.pid}-${key}`);
    try {
      await mkdir(partial);
      await make(partial);
      // Another run may have been quicker.
      await rename(partial, folder).catch((thrown: unknown) => {
        if (!existsSync(folder)) throw thrown;
      });
    } finally {
      await rm(partial, { recursive: true, force: true, maxRetries: 3 });
    }
  }
  const now = new Date();
  await utimes(folder, now, now);
  await removeOldest(root);
  return folder;
}

/** Of processes that were killed. */
async function removeLeftOvers(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = /^\.(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(root, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

async function removeOldest(root: string): Promise<void> {
  const names = (await readdir(root)).filter((name) => !name.startsWith('.'));
  const entries = await Promise.all(
    names.map(async (name) => ({ name, usedMs: (await stat(join(root, name))).mtimeMs })),
  );
  const old = entries.sort((a, b) => b.usedMs - a.usedMs).slice(KEPT);
  for (const { name } of old) await rm(join(root, name), { recursive: true, force: true, maxRetries: 3 });
}
