import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file piece by piece, so that it need not fit in memory; it appears whole or not at all, beside its
 * place first and then renamed.
 */
export async function writeChunks(file: string, chunks: AsyncIterable<string | Uint8Array>): Promise<void> {
  const fresh = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  const removeAtExit = () => rmSync(fresh, { force: true });
  process.once('exit', removeAtExit);
  try {
    const handle = await open(fresh, 'wx');
    try {
      // Goes on where the last one ended, and writes all of it: `write` may take a part only.
      for await (const chunk of chunks) await handle.writeFile(chunk);
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
