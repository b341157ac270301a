import { renderIndexHtml } from '../../src/output/pages/index/page.ts';
import { runEntry, sweepEntry } from '../../src/output/pages/index/view.ts';
import type { RunListing, SweepListing } from '../../src/store/list-folders.ts';

/** The index of these runs and sweeps. */
export function indexHtml(
  runs: readonly RunListing[],
  sweeps: readonly SweepListing[] = [],
  comparisons: readonly string[] = [],
): string {
  return renderIndexHtml(runs.map(runEntry), sweeps.map(sweepEntry), comparisons);
}
