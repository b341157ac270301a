import { join } from 'node:path';
import type { FlameData } from '../../../core/documents/flame.ts';
import type { RunRecord, Warning } from '../../../core/documents/run-record.ts';
import { exists } from '../../../store/exists.ts';
import { RECORD_FILE, RunFolder } from '../../../store/run-folder.ts';
import type { FoundInFolder } from '../../view/run.ts';
import { loadLatencies } from './load/latencies.ts';
import { loadAllocations, loadFlames, loadSources } from './load/profiles.ts';
import { loadTimelines } from './load/timelines.ts';

/** What a run folder holds, as far as reports and summaries show it. */
export interface LoadedRun {
  /** With a warning for each file that can't be read, for the rest is still worth having. */
  readonly record: RunRecord;
  readonly flames: readonly FlameData[];
  readonly found: FoundInFolder;
}

/** Reads only. @param given its record, if it has been read already. */
export async function loadRun(runDir: string, given?: RunRecord): Promise<LoadedRun> {
  const folder = RunFolder.open(runDir);
  const record = given ?? (await folder.readRecord());
  const problems: Warning[] = [];
  const flames = await loadFlames(folder, record, problems);
  const timelines = await loadTimelines(folder, record, problems);
  const allocations = await loadAllocations(folder, record, problems);
  const latencies = loadLatencies(folder, record, problems);
  const sources = await loadSources(folder, record, problems);
  const warnings = [...record.warnings, ...problems];
  const isVersion = await exists(join(folder.outDir, RECORD_FILE));
  const found = { timelines, latencies, sources, allocations, isVersion };
  return { record: { ...record, warnings }, flames, found };
}
