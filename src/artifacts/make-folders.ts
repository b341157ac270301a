import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './output-errors.ts';

/**
 * Makes a folder and its parents. Node's own `mkdir({recursive: true})` never returns where a parent exists
 * but takes no folders and says ENOENT, as `/proc` does.
 */
export async function makeFolders(dir: string): Promise<void> {
  try {
    await mkdir(dir);
  } catch (thrown) {
    const code = errnoOf(thrown);
    // A file in its place shows itself with the first write into it.
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(dir) === dir) throw thrown;
    await makeFolders(dirname(dir));
    await mkdir(dir).catch((again: unknown) => {
      if (errnoOf(again) !== 'EEXIST') throw again;
    });
  }
}
