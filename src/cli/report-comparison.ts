import { existsSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { ThreadmillError } from '../core/errors.ts';
import { type GivenRun, loadComparison } from '../output/pages/compare/load.ts';
import { renderComparePage } from '../output/pages/compare/page.ts';
import { type EndedRun, readEndedRun, refuseUnlike } from './earlier-run.ts';
import { showPage } from './open-page.ts';
import { publishIndex } from './publish.ts';
import { type PagePlace, pageTarget, writePage } from './write-page.ts';

/** Draws two runs in one page, beside the run folders if nowhere else. */
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
  const before = await readEndedRun(outDir, one);
  const after = await readEndedRun(outDir, other);
  refuseUnlike(before.record, after.record, 'Run both with the same options, on the same workload.');
  const target = pageTarget(
    'comparison',
    `compare-${fileNamePart(before)}-${fileNamePart(after)}.html`,
    outDir,
    place,
  );
  await writePage(
    target,
    renderComparePage(await loadComparison(given(before, target), given(after, target))),
  );
  if (dirname(target) === outDir) await publishIndex(outDir);
  await showPage(target, open);
}

/** A run's id as it is, unless somebody has put something else into its record. */
function fileNamePart({ record }: EndedRun): string {
  return record.id.replace(/[^\w.-]/g, '_').slice(0, 80);
}

function given({ record, folder }: EndedRun, page: string): GivenRun {
  const report = folder.path('report.html');
  return {
    record,
    dir: folder.dir,
    report: existsSync(report) ? relative(dirname(page), report).replaceAll(sep, '/') : null,
  };
}
