import { existsSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { ThreadmillError } from '../core/errors.ts';
import { redactArguments } from '../core/redaction.ts';
import { type GivenRun, loadCompare } from '../output/pages/compare/load.ts';
import { renderComparePage } from '../output/pages/compare/page.ts';
import { renderCompareRecordingsPage } from '../output/pages/compare-recordings/page.ts';
import { compareView } from '../output/view/compare.ts';
import { areRecordings, comparedRecordings } from './compared-recordings.ts';
import { type EndedRun, readEndedRun, refuseUnlike } from './earlier-run.ts';
import { showPage } from './open-page.ts';
import { publishIndex } from './publish.ts';
import { type PagePlace, pageTarget, writePage } from './write-page.ts';

/** Draws two runs, or two recordings, in one page, beside the run folders if nowhere else. */
export async function reportComparison(
  outDir: string,
  names: readonly string[],
  place: PagePlace,
  open: boolean,
): Promise<void> {
  const [one, other] = names;
  if (one === undefined || other === undefined || names.length > 2) {
    throw new ThreadmillError('usage', `--compare: two runs are needed, not ${names.length}`, {
      advice: 'Name the earlier one first: --compare 20261122T0917 latest.',
    });
  }
  if (await areRecordings(outDir, names)) return reportRecordings(outDir, [one, other], place, open);
  const before = await readEndedRun(outDir, one);
  const after = await readEndedRun(outDir, other);
  refuseUnlike(before.record, after.record, 'Run both with the same options, on the same workload.');
  const target = comparisonTarget(outDir, [before.record.id, after.record.id], place);
  const sides = await loadCompare(given(before, target), given(after, target));
  await show(target, renderComparePage(compareView(...sides)), outDir, open);
}

async function reportRecordings(
  outDir: string,
  names: readonly [string, string],
  place: PagePlace,
  open: boolean,
): Promise<void> {
  const comparison = await comparedRecordings(outDir, names);
  const ids = comparison.sides.map(({ recording }) => recording.id);
  const command = `threadmill ${redactArguments(['report', '--compare', ...ids])}`;
  const page = renderCompareRecordingsPage(comparison, command);
  await show(comparisonTarget(outDir, ids, place), page, outDir, open);
}

/** Ids as they are, unless somebody has put something else into a record. */
function comparisonTarget(outDir: string, ids: readonly string[], place: PagePlace): string {
  const [before, after] = ids.map((id) => id.replace(/[^\w.-]/g, '_').slice(0, 80));
  return pageTarget('comparison', `compare-${before}-${after}.html`, outDir, place);
}

async function show(target: string, page: string, outDir: string, open: boolean): Promise<void> {
  await writePage(target, page);
  if (dirname(target) === outDir) await publishIndex(outDir);
  await showPage(target, open);
}

function given({ record, folder }: EndedRun, page: string): GivenRun {
  const report = folder.path('report.html');
  return {
    record,
    dir: folder.dir,
    report: existsSync(report) ? relative(dirname(page), report).replaceAll(sep, '/') : null,
  };
}
