import { dirname, join, relative, resolve, sep } from 'node:path';
import { Command, Option } from 'commander';
import { historyOf, runFigures } from '../analysis/history/series.ts';
import { ThreadmillError } from '../core/errors.ts';
import { historyLines } from '../output/csv/history.ts';
import { renderHistoryPage } from '../output/pages/history/page.ts';
import { relativeHref } from '../output/pages/run/view/captures.ts';
import { renderHistory } from '../output/terminal/history.ts';
import { listRuns } from '../store/list-runs.ts';
import { HISTORY_EXAMPLES, withExamples } from './help.ts';
import { writeOut } from './output.ts';
import { shownPath } from './paths.ts';
import { outOption } from './run-options.ts';
import { PLAIN_WIDTH, wantsColour } from './terminal.ts';
import { path } from './values.ts';
import { HISTORY_PAGE, pageTarget, writePage } from './write-page.ts';

interface HistoryOptions {
  readonly out: string;
  readonly withBusy?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly output?: string;
  readonly force?: boolean;
}

export function historyCommand(done: (code: number) => void): Command {
  const option = (flags: string, description: string) => new Option(flags, description).helpGroup('Output:');
  const command = new Command('history')
    .description('How wall and CPU per job changed from run to run, and with which commit.')
    .argument('[workload]', 'only workloads with this in their name')
    .addOption(new Option('--with-busy', 'count runs on a busy machine as well'))
    .addOption(outOption())
    .addOption(option('--json', 'every series as JSON on stdout').conflicts('csv'))
    .addOption(option('--csv', 'a line for each run and quantity as CSV on stdout'))
    .addOption(
      option('--output <path>', 'where to write the page: a file or a folder').argParser(path('--output')),
    )
    .addOption(option('--force', 'write over a file that is no such page'))
    .action(async (workload: string | undefined, options: HistoryOptions) => {
      await show(workload ?? '', options);
      done(0);
    });
  return withExamples(command, HISTORY_EXAMPLES);
}

async function show(
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
        advice: 'Name a part of a workload’s name, or none, or another folder with --out.',
      },
    );
  }
  if (json) return writeOut([`${JSON.stringify(history, null, 2)}\n`]);
  if (csv) return writeOut(historyLines(history));
  const page = pageTarget('history', HISTORY_PAGE, outDir, {
    output: output ?? null,
    force: force === true,
  });
  const href = (...to: string[]) =>
    relativeHref(relative(dirname(page), join(outDir, ...to)).replaceAll(sep, '/'));
  const hrefOf = (id: string) => (reports.has(id) ? href(id, 'report.html') : null);
  if (history.series.length > 0)
    await writePage(page, renderHistoryPage(history, href('index.html'), hrefOf));
  const { stdout } = process;
  await writeOut([
    renderHistory(history, {
      colour: wantsColour(stdout, process.env),
      width: stdout.columns ?? PLAIN_WIDTH,
      reportPath: shownPath(page),
    }),
  ]);
}
