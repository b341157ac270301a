import { renderIndexPage } from '../../src/output/pages/index/page.ts';
import { indexView, runEntry, sweepEntry } from '../../src/output/view/index.ts';
import type { RunListing, SweepListing } from '../../src/store/list-folders.ts';

/** The index of these runs and sweeps. */
export function indexHtml(
  runs: readonly RunListing[],
  sweeps: readonly SweepListing[] = [],
  comparisons: readonly string[] = [],
): string {
  return renderIndexPage(
    indexView({ runs: runs.map(runEntry), sweeps: sweeps.map(sweepEntry), comparisons: [...comparisons] }),
  );
}
