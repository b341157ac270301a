import { axisRange } from '../analysis/verdict/sweep/wording.ts';
import type { SweepRecord } from '../core/documents/sweep-record.ts';
import { EXIT, messageOf } from '../core/errors.ts';
import { formatPlural } from '../core/format.ts';
import type { ExperimentHooks } from '../orchestrator/experiment/session.ts';
import type { SweepRequest } from '../orchestrator/sweep/define.ts';
import { runSweep, type SweepResult } from '../orchestrator/sweep/run-sweep.ts';
import { loadRun } from '../output/pages/run/load.ts';
import { renderRunPage } from '../output/pages/run/page.ts';
import { renderSweepSummary } from '../output/terminal/sweep-summary.ts';
import { runView } from '../output/view/run.ts';
import type { SweepFolder } from '../store/sweep-folder.ts';
import { measuring, reportIssues } from './measuring.ts';
import type { DisplayOptions } from './options.ts';
import { writeJson, writeOut } from './output.ts';
import { shownPath } from './paths.ts';
import { SWEEP_DISPLAYS, type SweepDisplay } from './progress/sweep-display.ts';
import { spanText } from './progress/wording.ts';
import { publishSweep } from './publish.ts';
import { complaintText, unwrittenText } from './report-error.ts';
import { textStyle } from './terminal.ts';

/** What a point takes besides its rounds: start, warm-up, the probe of the server, its report; ms. */
const POINT_OVERHEAD_MS = 5_000;

export function executeSweep(request: SweepRequest, options: DisplayOptions): Promise<number> {
  return measuring(SWEEP_DISPLAYS, options, async (display, hooks, stop) => {
    const { record, folder } = await measure(request, display, hooks);
    display.event({ type: 'phase', phase: 'report', detail: null });
    const report = await publish(folder, record, display);
    const stopped = stop.exitCode();
    if (stopped !== null && record.status === 'completed') {
      // Stopped while the report was written: the record must agree with the exit code.
      record.exitCode = stopped;
      const unwritten = (thrown: unknown) => display.print(complaintText({ message: messageOf(thrown) }));
      await folder.writeRecord(record).catch(unwritten);
    }
    hooks.idle();
    display.close();
    await tellResult(record, folder, report, options);
    if (report === null && record.exitCode === EXIT.ok) return EXIT.usage;
    return stop.exitCode() ?? record.exitCode ?? EXIT.usage;
  });
}

function measure(request: SweepRequest, display: SweepDisplay, hooks: ExperimentHooks): Promise<SweepResult> {
  let sweep: SweepRecord | null = null;
  return runSweep(request, {
    ...hooks,
    onStart(record, folder, kept) {
      sweep = record;
      display.started(startLines(record, folder, kept));
    },
    onPoint(point, place) {
      const remainingMs = place.remainingMs ?? aboutMs(sweep!, place.total - place.index);
      display.point(sweep!, point, { ...place, remainingMs });
    },
    async onRun(folder) {
      try {
        const { record, flames, found } = await loadRun(folder.dir);
        await folder.writeText('report.html', renderRunPage(runView(record, flames, found)));
      } catch (thrown) {
        display.print(unwrittenText(`the report of ${folder.id}`, thrown));
      }
    },
    onPointDone: (point) => display.pointDone(sweep!, point),
  });
}

/** What a sweep is likely to take, ms, if no round is very long; null if its rounds are given by number: nobody knows how long one takes. */
function aboutMs({ definition }: SweepRecord, points: number): number | null {
  return definition.rounds === null ? points * (definition.maxTimeMs + POINT_OVERHEAD_MS) : null;
}

function startLines(record: SweepRecord, folder: SweepFolder, kept: number): string[] {
  const { definition, points } = record;
  const likely = aboutMs(record, points.length - kept);
  const title = [
    definition.workload.name,
    formatPlural(points.length, 'point'),
    ...definition.axes.map(axisRange),
    ...(likely === null ? [] : [`about ${spanText(likely)}`]),
  ].join(' · ');
  if (kept === 0) return [title, shownPath(folder.dir)];
  return [
    title,
    `Continuing ${shownPath(folder.dir)}: ${kept} of ${points.length} points are done. (--fresh starts over.)`,
  ];
}

async function publish(
  folder: SweepFolder,
  record: SweepRecord,
  display: SweepDisplay,
): Promise<string | null> {
  const published = await publishSweep(folder);
  reportIssues(published, record, 'sweep', display);
  return published.report;
}

async function tellResult(
  record: SweepRecord,
  folder: SweepFolder,
  report: string | null,
  options: DisplayOptions,
): Promise<void> {
  if (options.json) {
    await writeJson(record);
  } else if (record.points.some(({ result }) => result !== null)) {
    const reportPath = report === null ? null : shownPath(report);
    const shown = { ...textStyle(process.stdout), reportPath, details: options.details };
    await writeOut([renderSweepSummary(record, shown)]);
  }
  if (record.failure !== null) {
    process.stderr.write(complaintText(record.failure));
  } else if (record.status === 'stopped') {
    const left = record.points.filter(({ result }) => result === null).length;
    process.stderr.write(
      complaintText({
        message: `the sweep was stopped with ${left} of ${record.points.length} points left`,
        advice: `Run the same command again to continue. Results so far: ${shownPath(folder.dir)}.`,
      }),
    );
  }
}
