import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './output-errors.ts';

/**
 * Makes a folder and its parents; resolves with those that were not there before, the innermost first. Node's own
 * `mkdir({recursive: true})` never returns where a parent exists but takes no folders and says ENOENT, as `/proc`
 * does.
 */
export async function makeFolders(dir: string): Promise<string[]> {
  try {
    await mkdir(dir);
    return [dir];
  } catch (thrown) {
    const code = errnoOf(thrown);
    // A file in its place shows itself with the first write into it.
    if (code === 'EEXIST') return [];
    if (code !== 'ENOENT' || dirname(dir) === dir) throw thrown;
    const parents = await makeFolders(dirname(dir));
    try {
      await mkdir(dir);
      return [dir, ...parents];
    } catch (again) {
      if (errnoOf(again) !== 'EEXIST') throw again;
      return parents;
    }
  }
}
