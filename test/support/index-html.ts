import type { RunListing } from '../../src/artifacts/list-runs.ts';
import type { SweepListing } from '../../src/artifacts/list-sweeps.ts';
import { runEntry, sweepEntry } from '../../src/report/index/entries.ts';
import { renderIndexHtml } from '../../src/report/index-page.ts';

/** The index of these runs and sweeps. */
export function indexHtml(
  runs: readonly RunListing[],
  sweeps: readonly SweepListing[] = [],
  comparisons: readonly string[] = [],
): string {
  return renderIndexHtml(runs.map(runEntry), sweeps.map(sweepEntry), comparisons);
}
