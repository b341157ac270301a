import { pageFiles } from '../output/export/page-files.ts';
import { type LoadedRun, loadRun, renderLoadedRun } from '../output/pages/run/load.ts';
import type { RunFolder } from '../store/run-folder.ts';

/**
 * The report of a run from what its folder holds, and nothing else: a later call gives the same bytes.
 *
 * @param loaded what `loadRun` made of it, if it has been loaded already.
 */
export async function renderRun(folder: RunFolder, loaded?: LoadedRun): Promise<string> {
  const run = loaded ?? (await loadRun(folder.dir));
  return renderLoadedRun(run, await pageFiles(folder, run.record));
}
