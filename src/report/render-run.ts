import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunFolder } from '../artifacts/run-folder.ts';
import { ThreadmillError } from '../errors.ts';
import { type RunRecord, runRecordSchema } from '../types/run-record.ts';
import { renderReportHtml } from './html.ts';
import { loadAllocations } from './load-allocations.ts';
import { loadFlames } from './load-flames.ts';
import { loadLatencies } from './load-latencies.ts';
import { loadSources } from './load-sources.ts';
import { loadTimelines } from './load-timelines.ts';
import { buildReportView } from './view-model.ts';

/**
 * The report of a run from what its folder holds, and nothing else: a later call gives the same bytes. It
 * reads only. Profiles that can't be read become a warning, for the rest of the report is still worth having.
 */
export async function renderRun(runDir: string): Promise<string> {
  const record = await readRecord(runDir);
  const { flames, problems } = await loadFlames(runDir, record);
  const loaded = await loadTimelines(RunFolder.open(runDir), record);
  const allocated = await loadAllocations(runDir, record);
  const warnings = [...record.warnings, ...problems, ...loaded.problems, ...allocated.problems];
  return renderReportHtml(
    buildReportView({ ...record, warnings }, flames, {
      timelines: loaded.timelines,
      latencies: loadLatencies(runDir, record),
      sources: await loadSources(runDir, record),
      allocations: allocated.allocations,
    }),
  );
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
