import { againstSummary } from '../analysis/against/summary.ts';
import type { ExperimentRequest } from '../core/documents/request.ts';
import type { RunRecord } from '../core/documents/run-record.ts';
import { EXIT, messageOf } from '../core/errors.ts';
import { runExperiment } from '../orchestrator/experiment/experiment.ts';
import { jobLines } from '../output/csv/jobs.ts';
import { trialLines } from '../output/csv/trials.ts';
import { renderAgainstMarkdown } from '../output/markdown/against.ts';
import { renderRunMarkdown } from '../output/markdown/run.ts';
import { loadTracedTimelines } from '../output/pages/run/load/timelines.ts';
import { renderAgainst } from '../output/terminal/against.ts';
import { renderSummary } from '../output/terminal/summary.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { type JudgingOptions, prepareJudging } from './judging.ts';
import { type DisplayKinds, measuring, reportIssues } from './measuring.ts';
import type { DisplayOptions } from './options.ts';
import { writeJson, writeOut } from './output.ts';
import { shownPath } from './paths.ts';
import { type Display, SilentDisplay } from './progress/display.ts';
import { LineDisplay } from './progress/lines.ts';
import { TerminalDisplay } from './progress/terminal.ts';
import { type PublishedRun, publishRun } from './publish.ts';
import { complaintText } from './report-error.ts';
import { textStyle } from './terminal.ts';

export const RUN_DISPLAYS: DisplayKinds<Display> = {
  Silent: SilentDisplay,
  Lines: LineDisplay,
  Terminal: TerminalDisplay,
};

/** bench and profile: one experiment, its report, its summary. Resolves with the exit code. */
export function executeRun(
  request: ExperimentRequest,
  options: DisplayOptions,
  judging: JudgingOptions,
): Promise<number> {
  return measuring(RUN_DISPLAYS, options, async (display, hooks, stop) => {
    const judged = await prepareJudging(request, judging);
    const { record, folder } = await runExperiment(judged.request, { ...judged.hooks, ...hooks });
    display.event({ type: 'phase', phase: 'report', detail: null });
    let published = await publish(folder, record, display);
    const stopped = stop.exitCode();
    if (stopped !== null && record.status === 'completed') {
      // Stopped while the report was written: the record must agree with the exit code.
      Object.assign(record, { status: 'aborted', exitCode: stopped } satisfies Partial<RunRecord>);
      await rewrite(folder, record, display);
      published = await publish(folder, record, display);
    }
    hooks.idle();
    display.close();
    await tellResult(record, folder, published, options);
    if (published.report === null && record.exitCode === EXIT.ok) return EXIT.usage;
    return stop.exitCode() ?? record.exitCode ?? EXIT.usage;
  });
}

async function publish(folder: RunFolder, record: RunRecord, display: Display): Promise<PublishedRun> {
  const published = await publishRun(folder);
  reportIssues(published, record, 'run', display);
  if (record.against !== null && published.functions.length > 0) {
    record.against.functions = [...published.functions];
    await rewrite(folder, record, display);
  }
  return published;
}

async function rewrite(folder: RunFolder, record: RunRecord, display: Display): Promise<void> {
  try {
    await folder.writeRecord(record);
  } catch (thrown) {
    display.print(complaintText({ message: messageOf(thrown) }));
  }
}

async function tellResult(
  record: RunRecord,
  folder: RunFolder,
  { report, loaded }: PublishedRun,
  options: DisplayOptions,
): Promise<void> {
  const versions = againstSummary(record);
  if (options.json) {
    await writeJson(record);
  } else if (options.markdown) {
    const markdown = versions === null ? renderRunMarkdown(record) : renderAgainstMarkdown(record, versions);
    await writeOut([markdown]);
  } else if (options.csv === 'trials') {
    await writeOut(trialLines([record]));
  } else if (options.csv === 'jobs') {
    await writeOut(jobLines([{ folder, record }]));
  } else if (record.variants.some((variant) => variant.trials.length > 0 || variant.state === 'failed')) {
    const shown = { ...textStyle(process.stdout), reportPath: report === null ? null : shownPath(report) };
    if (versions !== null) {
      await writeOut([renderAgainst(record, versions, shown)]);
    } else {
      const timelines = await loadTracedTimelines(folder, record);
      const { flames = [], found } = loaded ?? {};
      const beside = { flames, timelines, allocations: found?.allocations ?? [] };
      await writeOut([renderSummary(record, { ...shown, details: options.details }, beside)]);
    }
  }
  if (record.failure !== null) {
    process.stderr.write(complaintText(record.failure));
  } else if (record.status === 'aborted') {
    const advice = `Results so far: ${shownPath(folder.dir)}.`;
    process.stderr.write(complaintText({ message: 'the run was stopped before its end', advice }));
  }
}
