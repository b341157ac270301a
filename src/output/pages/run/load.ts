import { join } from 'node:path';
import type { FlameData } from '../../../core/documents/flame.ts';
import type { RunRecord } from '../../../core/documents/run-record.ts';
import { exists } from '../../../store/exists.ts';
import { RECORD_FILE, RunFolder } from '../../../store/run-folder.ts';
import { loadAllocations } from './load/allocations.ts';
import { loadFlames } from './load/flames.ts';
import { loadLatencies } from './load/latencies.ts';
import { loadSources } from './load/sources.ts';
import { loadTimelines } from './load/timelines.ts';
import { renderReportHtml } from './page.ts';
import { buildReportView, type FoundInFolder } from './view.ts';

/** What a run folder holds, as far as reports and summaries show it. */
export interface LoadedRun {
  /** With a warning for each file that can't be read, for the rest is still worth having. */
  readonly record: RunRecord;
  readonly flames: readonly FlameData[];
  readonly found: FoundInFolder;
}

/** The page of a run: the same folder gives the same bytes. */
export function renderRun({ record, flames, found }: LoadedRun): string {
  return renderReportHtml(buildReportView(record, flames, found));
}

/** Reads only. @param given its record, if it has been read already. */
export async function loadRun(runDir: string, given?: RunRecord): Promise<LoadedRun> {
  const folder = RunFolder.open(runDir);
  const record = given ?? (await folder.readRecord());
  const { flames, ...flamed } = await loadFlames(runDir, record);
  const { timelines, ...timed } = await loadTimelines(folder, record);
  const { allocations, ...allocated } = await loadAllocations(runDir, record);
  const { latencies, ...rows } = loadLatencies(runDir, record);
  const { sources, ...lines } = await loadSources(runDir, record);
  const problems = [flamed, timed, allocated, rows, lines].flatMap((loaded) => loaded.problems);
  const warnings = [...record.warnings, ...problems];
  const isVersion = await exists(join(folder.outDir, RECORD_FILE));
  const found = { timelines, latencies, sources, allocations, isVersion };
  return { record: { ...record, warnings }, flames, found };
}
