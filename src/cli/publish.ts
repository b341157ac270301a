import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangedFunction } from '../core/documents/against.ts';
import type { Recording } from '../core/documents/recording.ts';
import type { RunRecord } from '../core/documents/run-record.ts';
import { loadCompare } from '../output/pages/compare/load.ts';
import { renderComparePage } from '../output/pages/compare/page.ts';
import { loadIndex } from '../output/pages/index/load.ts';
import { renderIndexPage } from '../output/pages/index/page.ts';
import { loadRecording } from '../output/pages/recording/load.ts';
import { renderRecordingPage } from '../output/pages/recording/page.ts';
import { type LoadedRun, loadRun } from '../output/pages/run/load.ts';
import { renderRunPage } from '../output/pages/run/page.ts';
import { renderSweepPage } from '../output/pages/sweep/page.ts';
import { changedFunctions } from '../output/view/blame.ts';
import { compareView } from '../output/view/compare.ts';
import { indexView, runEntry } from '../output/view/index.ts';
import { type RecordingView, recordingView } from '../output/view/recording.ts';
import { runView } from '../output/view/run.ts';
import { sweepView } from '../output/view/sweep.ts';
import type { Folder } from '../store/folder.ts';
import { listRuns } from '../store/list-folders.ts';
import { publishLatest, writeIndex } from '../store/output-folder.ts';
import type { RecordingFolder } from '../store/recording-folder.ts';
import { RECORD_FILE, RunFolder } from '../store/run-folder.ts';
import type { SweepFolder } from '../store/sweep-folder.ts';

export interface Published {
  /** Absolute path of report.html; null if it could not be made. */
  readonly report: string | null;
  /** What went wrong on the way; the run itself is kept whatever happens here. */
  readonly problems: readonly { readonly what: string; readonly thrown: unknown }[];
}

export interface PublishedRun extends Published {
  /** What the report was drawn from, for whoever shows it elsewhere; null if it could not be read. */
  readonly loaded: LoadedRun | null;
  /** Of two versions (`--against`); empty without profiles. */
  readonly functions: readonly ChangedFunction[];
}

/**
 * Draws the report of a run and everything that leads to it: the index of all runs, and `latest`.
 * @param record its record, if it has been read already.
 */
export async function publishRun(folder: RunFolder, record?: RunRecord): Promise<PublishedRun> {
  let loaded: LoadedRun | null = null;
  let functions: readonly ChangedFunction[] = [];
  const published = await publish(folder, async () => {
    loaded = await loadRun(folder.dir, record);
    const { against, comparedWith } = loaded.record;
    const own = renderRunPage(runView(loaded.record, loaded.flames, loaded.found));
    if (against === null || comparedWith === null) return own;
    await folder.writeText(OWN_REPORT, own);
    const base = RunFolder.open(folder.path(against.folders.base));
    const sides = await loadCompare(
      { record: await base.readRecord(), dir: base.dir, report: null },
      { record: loaded.record, dir: folder.dir, report: OWN_REPORT },
    );
    const view = compareView(...sides);
    functions = changedFunctions(view.profiles);
    return renderComparePage(view, '../index.html');
  });
  return { ...published, loaded, functions };
}

/** Of a run with `--against`, whose report shows both versions. */
const OWN_REPORT = 'change.html';

/** The same for a sweep, and an index of its points, to which their reports lead back. */
export async function publishSweep(folder: SweepFolder): Promise<Published> {
  const published = await publish(folder, async () => renderSweepPage(sweepView(await folder.readRecord())));
  // A sweep that fails at its first point may have none.
  if (!existsSync(folder.pointsDir)) return published;
  try {
    await writeIndex(
      folder.pointsDir,
      renderIndexPage(indexView({ runs: await listRuns(folder.pointsDir, runEntry) })),
    );
  } catch (thrown) {
    return { ...published, problems: [...published.problems, { what: 'the index of its points', thrown }] };
  }
  return published;
}

interface PublishedRecording extends Published {
  /** What the report shows; null if it could not be made. */
  readonly view: RecordingView | null;
}

export async function publishRecording(
  folder: RecordingFolder,
  recording: Recording,
): Promise<PublishedRecording> {
  let view: RecordingView | null = null;
  const published = await publish(folder, async () => {
    view = recordingView(await loadRecording(folder, recording));
    return renderRecordingPage(view);
  });
  return { ...published, view };
}

/** The page that lists all runs, sweeps, recordings, and pages of two runs in a folder. */
export async function publishIndex(outDir: string): Promise<void> {
  await writeIndex(outDir, renderIndexPage(indexView(await loadIndex(outDir))));
}

async function publish(folder: Folder, render: () => Promise<string>): Promise<Published> {
  const problems: { what: string; thrown: unknown }[] = [];
  const attempt = async <T>(what: string, action: () => Promise<T>): Promise<T | null> => {
    try {
      return await action();
    } catch (thrown) {
      problems.push({ what, thrown });
      return null;
    }
  };
  const report = await attempt('the report', async () => folder.writeText('report.html', await render()));
  // The base of a run with `--against` lies within that: there is no index beside it, and no latest.
  if (existsSync(join(folder.outDir, RECORD_FILE))) return { report, problems };
  await attempt('the index of all runs', () => publishIndex(folder.outDir));
  await attempt('the link to the latest run', () => publishLatest(folder.outDir, folder.id));
  return { report, problems };
}
