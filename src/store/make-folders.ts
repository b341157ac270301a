import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './output-errors.ts';

/** Makes folders; resolves with the new ones, the innermost first. Node's recursive mkdir never returns below /proc. */
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
