import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunFolder } from '../artifacts/run-folder.ts';
import { ThreadmillError } from '../errors.ts';
import type { FlameData } from '../types/flame.ts';
import type { PageFile } from '../types/page-file.ts';
import { type RunRecord, runRecordSchema } from '../types/run-record.ts';
import { renderReportHtml } from './html.ts';
import { loadAllocations } from './load-allocations.ts';
import { loadFlames } from './load-flames.ts';
import { loadLatencies } from './load-latencies.ts';
import { loadSources } from './load-sources.ts';
import { loadTimelines } from './load-timelines.ts';
import { buildReportView, type FoundInFolder } from './view-model.ts';

/** What a run folder holds, as far as reports and summaries show it. */
export interface LoadedRun {
  /** With a warning for each file that can't be read, for the rest is still worth having. */
  readonly record: RunRecord;
  readonly flames: readonly FlameData[];
  readonly found: Omit<FoundInFolder, 'files'>;
}

/** @param files what other programs read, as the page holds it. */
export function renderLoadedRun({ record, flames, found }: LoadedRun, files: readonly PageFile[]): string {
  return renderReportHtml(buildReportView(record, flames, { ...found, files }));
}

/** Reads only. */
export async function loadRun(runDir: string): Promise<LoadedRun> {
  const record = await readRecord(runDir);
  const { flames, problems } = await loadFlames(runDir, record);
  const { timelines, ...loaded } = await loadTimelines(RunFolder.open(runDir), record);
  const { allocations, ...allocated } = await loadAllocations(runDir, record);
  const latencies = loadLatencies(runDir, record);
  const sources = await loadSources(runDir, record);
  const warnings = [...record.warnings, ...problems, ...loaded.problems, ...allocated.problems];
  return { record: { ...record, warnings }, flames, found: { timelines, latencies, sources, allocations } };
}

async function readRecord(runDir: string): Promise<RunRecord> {
  const path = join(runDir, 'run.json');
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ThreadmillError('run-unreadable', `Cannot read ${path}`, {
      advice: 'Name a folder that Threadmill made; `threadmill report` alone takes the newest.',
      cause,
    });
  }
  const parsed = runRecordSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? '' : `: ${issue.path.join('.') || 'the file'}: ${issue.message}`;
  throw new ThreadmillError('run-unreadable', `${path} is not a run that this version reads${where}`, {
    advice: 'Draw the report with the version of Threadmill that made the run.',
  });
}
