import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ThreadmillError } from '../errors.ts';
import { flameData } from '../profile/flame-tree.ts';
import { parseCpuProfile } from '../profile/parse-cpu-profile.ts';
import type { ThreadProfile } from '../types/cpu-profile.ts';
import type { FlameData } from '../types/flame.ts';
import { type RunRecord, runRecordSchema, type Warning } from '../types/run-record.ts';
import type { VariantName } from '../types/variant-names.ts';
import { renderReportHtml } from './html.ts';
import { buildReportView } from './view-model.ts';

/**
 * The report of a run from what its folder holds, and nothing else: a later call gives the same bytes. It
 * reads only. Profiles that can't be read become a warning, for the rest of the report is still worth having.
 */
export async function renderRun(runDir: string): Promise<string> {
  const record = await readRecord(runDir);
  const loaded = await Promise.all(record.variants.map(({ name }) => loadFlame(runDir, name)));
  const warnings = [...record.warnings, ...loaded.flatMap(({ problems }) => problems)];
  const flames = loaded.flatMap(({ flame }) => (flame === null ? [] : [flame]));
  return renderReportHtml(buildReportView({ ...record, warnings }, flames));
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

async function loadFlame(runDir: string, variant: VariantName): Promise<Loaded> {
  const folder = join(runDir, variant, 'threads');
  const profiles: ThreadProfile[] = [];
  const problems: Warning[] = [];
  for (const file of await profilesIn(folder)) {
    try {
      profiles.push(await readProfile(join(folder, file), variant));
    } catch (error) {
      problems.push({
        code: 'profile-unreadable',
        message: `${variant}/threads/${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        advice: 'Profile again; the flamegraph lacks this thread.',
        variant,
      });
    }
  }
  profiles.sort((a, b) => a.threadmill.thread - b.threadmill.thread);
  return { flame: profiles.length === 0 ? null : flameData(variant, profiles), problems };
}

/** Sorted: a file system lists in any order, and the report must not depend on it. */
async function profilesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile')).sort();
  } catch {
    return [];
  }
}

async function readProfile(path: string, variant: VariantName): Promise<ThreadProfile> {
  const content: unknown = JSON.parse(await readFile(path, 'utf8'));
  const profile = parseCpuProfile(content, 'it');
  if (isThreadProfile(profile)) return profile;
  throw new ThreadmillError('run-unreadable', `it does not say which thread of ${variant} it is from`);
}

function isThreadProfile(profile: object): profile is ThreadProfile {
  const own = 'threadmill' in profile ? profile.threadmill : null;
  return (
    typeof own === 'object' &&
    own !== null &&
    'thread' in own &&
    typeof own.thread === 'number' &&
    'label' in own &&
    typeof own.label === 'string'
  );
}
