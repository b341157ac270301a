import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunFolder } from '../artifacts/run-folder.ts';
import { readProfileOfThread } from '../artifacts/thread-profiles.ts';
import { messageOf, ThreadmillError } from '../errors.ts';
import { FlameBuilder } from '../profile/flame-tree.ts';
import type { FlameData } from '../types/flame.ts';
import { type RunRecord, runRecordSchema, type Warning } from '../types/run-record.ts';
import type { VariantName } from '../types/variant-names.ts';
import { renderReportHtml } from './html.ts';
import { loadLatencies } from './load-latencies.ts';
import { loadTimelines } from './load-timelines.ts';
import { buildReportView } from './view-model.ts';

/**
 * The report of a run from what its folder holds, and nothing else: a later call gives the same bytes. It
 * reads only. Profiles that can't be read become a warning, for the rest of the report is still worth having.
 */
export async function renderRun(runDir: string): Promise<string> {
  const record = await readRecord(runDir);
  const loaded: Loaded[] = [];
  for (const { name } of record.variants) loaded.push(await loadFlame(runDir, name));
  const { timelines, problems } = await loadTimelines(RunFolder.open(runDir), record);
  const warnings = [...record.warnings, ...loaded.flatMap((each) => each.problems), ...problems];
  const flames = loaded.flatMap(({ flame }) => (flame === null ? [] : [flame]));
  const latencies = loadLatencies(runDir, record);
  return renderReportHtml(buildReportView({ ...record, warnings }, flames, { timelines, latencies }));
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

interface Loaded {
  readonly flame: FlameData | null;
  readonly problems: readonly Warning[];
}

/** One profile after another: what is kept of each is its call tree, not its samples. */
async function loadFlame(runDir: string, variant: VariantName): Promise<Loaded> {
  const folder = join(runDir, variant, 'threads');
  const flame = new FlameBuilder(variant);
  const problems: Warning[] = [];
  for (const file of await profilesIn(folder)) {
    try {
      flame.add(await readProfileOfThread(join(folder, file), 'it'));
    } catch (error) {
      problems.push({
        code: 'profile-unreadable',
        message: `${variant}/threads/${file} cannot be read: ${messageOf(error)}`,
        advice: 'Profile again; the flamegraph lacks this thread.',
        variant,
      });
    }
  }
  const data = flame.data();
  return { flame: data.threads.length === 0 ? null : data, problems };
}

/** Sorted: a file system lists in any order, and the report must not depend on it. */
async function profilesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile')).sort();
  } catch {
    return [];
  }
}
