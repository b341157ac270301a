import { readdir, realpath } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ThreadmillError } from '../core/errors.ts';
import { isFile } from './exists.ts';
import {
  listRecordings,
  listRuns,
  listSweeps,
  type RecordingListing,
  type RunListing,
  type SweepListing,
} from './list-folders.ts';
import { readLatest } from './output-folder.ts';
import { RECORDING_FILE, RecordingFolder } from './recording-folder.ts';
import { RECORD_FILE, RunFolder } from './run-folder.ts';
import { SWEEP_FILE, SweepFolder } from './sweep-folder.ts';

/**
 * Refuses a folder of a run or a sweep that holds anything but files and folders. It may be somebody else's: a link
 * could lead to any file of this machine, whose text would end in a page that is passed on, and a pipe is waited for.
 * @throws ThreadmillError 'run-unreadable' that names the first such thing.
 */
async function refuseLinks(dir: string): Promise<void> {
  // Whoever reads a missing file reports it.
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (odd === undefined) return;
  const path = relative(dir, join(odd.parentPath, odd.name));
  const what = odd.isSymbolicLink() ? 'a symbolic link' : 'no file';
  throw new ThreadmillError('run-unreadable', `cannot read ${dir}: ${path} is ${what}`, {
    advice: 'A run folder has files of its own only. If you trust this one, put the file itself there.',
  });
}

const MAX_NAMED = 5;

/** What has a report: a run, a sweep of many, or a recording. */
export type Reported =
  | { readonly kind: 'run'; readonly folder: RunFolder }
  | { readonly kind: 'sweep'; readonly folder: SweepFolder }
  | { readonly kind: 'recording'; readonly folder: RecordingFolder };

/**
 * The run that a person means: an id or the unique start of one, the path of a run folder, `latest`, or
 * nothing at all for the newest readable one. Rejects with 'run-not-found', naming what there is, or with
 * 'run-unreadable' if links lead out of it.
 */
export async function resolveRun(outDir: string, name: string | undefined): Promise<RunFolder> {
  return RunFolder.open(await resolved(outDir, name, [RECORD_FILE]));
}

/** The same of recordings. */
export async function resolveRecording(outDir: string, name: string | undefined): Promise<RecordingFolder> {
  return RecordingFolder.open(await resolved(outDir, name, [RECORDING_FILE]));
}

/** The same of what has profiles: runs, and recordings. */
export async function resolveProfiled(
  outDir: string,
  name: string | undefined,
): Promise<Exclude<Reported, { kind: 'sweep' }>> {
  const dir = await resolved(outDir, name, [RECORD_FILE, RECORDING_FILE]);
  return (await isFile(join(dir, RECORDING_FILE)))
    ? { kind: 'recording', folder: RecordingFolder.open(dir) }
    : { kind: 'run', folder: RunFolder.open(dir) };
}

/** The same of whatever has a report. */
export async function resolveReported(outDir: string, name: string | undefined): Promise<Reported> {
  const dir = await resolved(outDir, name, ALL_FILES);
  if (await isFile(join(dir, RECORDING_FILE))) {
    return { kind: 'recording', folder: RecordingFolder.open(dir) };
  }
  return (await isFile(join(dir, SWEEP_FILE)))
    ? { kind: 'sweep', folder: SweepFolder.open(dir) }
    : { kind: 'run', folder: RunFolder.open(dir) };
}

const ALL_FILES = [RECORD_FILE, SWEEP_FILE, RECORDING_FILE] as const;

async function resolved(
  outDir: string,
  name: string | undefined,
  files: readonly (typeof ALL_FILES)[number][],
): Promise<string> {
  const dir = await find(outDir, name, files);
  await refuseLinks(dir);
  return dir;
}

interface Listed {
  readonly id: string;
  readonly readable: boolean;
  readonly createdAt: string;
}

async function newestFirst(outDir: string, files: readonly string[]): Promise<Listed[]> {
  const listing = ({ id, record }: RunListing | SweepListing | RecordingListing): Listed => {
    return { id, readable: record !== null, createdAt: record?.createdAt ?? '' };
  };
  const lists = [
    ...(files.includes(RECORD_FILE) ? [await listRuns(outDir, listing)] : []),
    ...(files.includes(SWEEP_FILE) ? [await listSweeps(outDir, listing)] : []),
    ...(files.includes(RECORDING_FILE) ? [await listRecordings(outDir, listing)] : []),
  ];
  return lists.length === 1 ? lists[0]! : lists.flat().sort((one, other) => order(other) - order(one));
}

function order({ createdAt }: Listed): number {
  return createdAt === '' ? 0 : Date.parse(createdAt);
}

/** Path of the folder that is meant; one by its path holds one of `files`. */
async function find(outDir: string, name: string | undefined, files: readonly string[]): Promise<string> {
  if (name === 'latest') {
    const latest = await readLatest(outDir);
    // It may point to something of another kind; then the newest of the wanted ones is meant.
    const others = ALL_FILES.filter((file) => !files.includes(file));
    if (latest !== null && !(await holdsAny(join(outDir, latest), others))) return join(outDir, latest);
  } else if (name !== undefined && (await holdsAny(name, files))) {
    // `profiles/latest` is a link, and the run has a name of its own.
    return realpath(name);
  }

  const listed = await newestFirst(outDir, files);
  if (name === undefined || name === 'latest') {
    const newest = listed.find(({ readable }) => readable);
    if (newest !== undefined) return join(outDir, newest.id);
    const what = listed.length === 0 ? 'there is no run' : 'no run can be read';
    throw notFound(`${what} in ${resolve(outDir)}`, listed);
  }

  const exact = listed.find(({ id }) => id === name);
  if (exact !== undefined) return join(outDir, exact.id);
  const matches = name === '' ? [] : listed.filter(({ id }) => id.startsWith(name));
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return join(outDir, only.id);
  if (matches.length > 1) throw notFound(`"${name}" fits ${matches.length} runs`, matches);
  const wanted = files.includes(RECORD_FILE) ? 'run' : 'recording';
  for (const path of [name, join(outDir, name)]) {
    const found = await Promise.all(ALL_FILES.map((file) => isFile(join(path, file))));
    const kind = (['run', 'sweep', 'recording'] as const)[found.indexOf(true)];
    if (kind !== undefined) throw ofOtherKind(path, kind, wanted);
  }
  throw notFound(`there is no run "${name}" in ${resolve(outDir)}`, listed);
}

function ofOtherKind(path: string, kind: 'run' | 'sweep' | 'recording', wanted: string): ThreadmillError {
  const advice = {
    run: 'Recordings are made by `threadmill record`.',
    sweep: `Each of its points is a run: name a folder in ${join(path, 'points')}.`,
    recording: 'Runs are made by `threadmill bench` and `threadmill profile`.',
  }[kind];
  return new ThreadmillError('run-not-found', `${path} is a ${kind}, not a ${wanted}`, { advice });
}

async function holdsAny(path: string, files: readonly string[]): Promise<boolean> {
  for (const file of files) if (await isFile(join(path, file))) return true;
  return false;
}

function notFound(message: string, listed: readonly Listed[]): ThreadmillError {
  const named = listed.slice(0, MAX_NAMED).map(({ id }) => id);
  const more = listed.length > named.length ? ` and ${listed.length - named.length} more` : '';
  return new ThreadmillError('run-not-found', message, {
    advice:
      named.length === 0
        ? 'Make one with `threadmill bench`, or name the folder with --out.'
        : `The newest first: ${named.join(', ')}${more}.`,
  });
}
