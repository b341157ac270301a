import { dirname, join, relative, resolve, sep } from 'node:path';
import { historyOf, runFigures } from '../analysis/history/series.ts';
import { ThreadmillError } from '../core/errors.ts';
import { historyLines } from '../output/csv/history.ts';
import { renderHistoryPage } from '../output/pages/history/page.ts';
import { HISTORY_PAGE } from '../output/pages/index/load.ts';
import { renderHistory } from '../output/terminal/history.ts';
import { historyView } from '../output/view/history.ts';
import { relativeHref } from '../output/view/run/captures.ts';
import { listRuns } from '../store/list-folders.ts';
import { writeJson, writeOut } from './output.ts';
import { shownPath } from './paths.ts';
import { textStyle } from './terminal.ts';
import { pageTarget, writePage } from './write-page.ts';

export interface HistoryOptions {
  readonly out: string;
  readonly withBusy?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly output?: string;
  readonly force?: boolean;
}

export async function showHistory(
  workload: string,
  { out, withBusy, json, csv, output, force }: HistoryOptions,
): Promise<void> {
  const outDir = resolve(out);
  const reports = new Set<string>();
  const runs = await listRuns(outDir, ({ id, record, hasReport }) => {
    if (record === null || !record.spec.workload.name.includes(workload)) return [];
    if (hasReport) reports.add(id);
    return runFigures(id, record, withBusy) ?? [];
  });
  const history = historyOf(runs.flat());
  if (history.series.length === 0 && workload !== '') {
    throw new ThreadmillError(
      'run-not-found',
      `there is no run of a workload with "${workload}" in its name in ${outDir}`,
      {
        advice: 'Give a part of a workload’s name, omit it, or choose another folder with --out.',
      },
    );
  }
  if (json) return writeJson(history);
  if (csv) return writeOut(historyLines(history));
  const page = pageTarget('history', HISTORY_PAGE, outDir, {
    output: output ?? null,
    force: force === true,
  });
  const href = (...to: string[]) =>
    relativeHref(relative(dirname(page), join(outDir, ...to)).replaceAll(sep, '/'));
  const hrefOf = (id: string) => (reports.has(id) ? href(id, 'report.html') : null);
  if (history.series.length > 0)
    await writePage(page, renderHistoryPage(historyView(history, hrefOf), href('index.html')));
  await writeOut([renderHistory(history, { ...textStyle(process.stdout), reportPath: shownPath(page) })]);
}
