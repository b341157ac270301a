import type { RunFolder } from '../artifacts/run-folder.ts';
import { pageFiles } from '../export/page-files.ts';
import { type LoadedRun, loadRun, renderLoadedRun } from '../report/render-run.ts';

/**
 * The report of a run from what its folder holds, and nothing else: a later call gives the same bytes.
 *
 * @param loaded what `loadRun` made of it, if it has been loaded already.
 */
export async function renderRun(folder: RunFolder, loaded?: LoadedRun): Promise<string> {
  const run = loaded ?? (await loadRun(folder.dir));
  return renderLoadedRun(run, await pageFiles(folder, run.record));
}
