import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Whole, or piece by piece, so that it need not fit in memory. */
type FileContent = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/** The last write of each file that has one going on. */
const pending = new Map<string, Promise<void>>();

/** Writes beside its place, then renames; writes of one file queue. write-file-atomic leaves stumps on full disks. */
export async function writeWhole(file: string, content: FileContent): Promise<void> {
  const before = pending.get(file) ?? Promise.resolve();
  const mine = before.catch(() => {}).then(() => replace(file, content));
  pending.set(file, mine);
  try {
    await mine;
  } finally {
    if (pending.get(file) === mine) pending.delete(file);
  }
}

async function replace(file: string, content: FileContent): Promise<void> {
  const fresh = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  const removeAtExit = () => rmSync(fresh, { force: true });
  process.once('exit', removeAtExit);
  try {
    const handle = await open(fresh, 'wx');
    try {
      const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
      // Goes on where the last one ended, and writes all of it: `write` may take a part only.
      for await (const piece of pieces) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
  } catch (thrown) {
    await rm(fresh, { force: true });
    throw thrown;
  } finally {
    process.off('exit', removeAtExit);
  }
}
