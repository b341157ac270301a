import { readdir, realpath } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ThreadmillError } from '../core/errors.ts';
import { isFile } from './exists.ts';
import { listRecordings, type RecordingListing } from './list-recordings.ts';
import type { RunListing } from './list-runs.ts';
import { listRuns } from './list-runs.ts';
import type { SweepListing } from './list-sweeps.ts';
import { listSweeps } from './list-sweeps.ts';
import { readLatest } from './output-folder.ts';
import { RECORDING_FILE, RecordingFolder } from './recording-folder.ts';
import { RECORD_FILE, RunFolder } from './run-folder.ts';
import { SWEEP_FILE, SweepFolder } from './sweep-folder.ts';

/**
 * Refuses a folder of a run or a sweep that holds anything but files and folders. It may be somebody else's: a link
 * could lead to any file of this machine, whose text would end in a page that is passed on, and a pipe is waited for.
 *
 * @throws ThreadmillError 'run-unreadable' that names the first such thing.
 */
export async function refuseLinks(dir: string): Promise<void> {
  // What is not there is told by whoever reads it.
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
  const dir = await find(outDir, name, [RECORD_FILE], () => newestFirst(outDir, false));
  await refuseLinks(dir);
  return RunFolder.open(dir);
}

/** The same, and sweeps and recordings are found as well. */
export async function resolveReported(outDir: string, name: string | undefined): Promise<Reported> {
  const files = [RECORD_FILE, SWEEP_FILE, RECORDING_FILE];
  const dir = await find(outDir, name, files, () => newestFirst(outDir, true));
  await refuseLinks(dir);
  if (await isFile(join(dir, RECORDING_FILE))) {
    return { kind: 'recording', folder: RecordingFolder.open(dir) };
  }
  return (await isFile(join(dir, SWEEP_FILE)))
    ? { kind: 'sweep', folder: SweepFolder.open(dir) }
    : { kind: 'run', folder: RunFolder.open(dir) };
}

interface Listed {
  readonly id: string;
  readonly readable: boolean;
  readonly createdAt: string;
}

async function newestFirst(outDir: string, withOthers: boolean): Promise<Listed[]> {
  const listing = ({ id, record }: RunListing | SweepListing | RecordingListing): Listed => {
    return { id, readable: record !== null, createdAt: record?.createdAt ?? '' };
  };
  const runs = await listRuns(outDir, listing);
  if (!withOthers) return runs;
  const others = [...(await listSweeps(outDir, listing)), ...(await listRecordings(outDir, listing))];
  return [...runs, ...others].sort((one, other) => order(other) - order(one));
}

function order({ createdAt }: Listed): number {
  return createdAt === '' ? 0 : Date.parse(createdAt);
}

/** Path of the folder that is meant; one by its path holds one of `files`. */
async function find(
  outDir: string,
  name: string | undefined,
  files: readonly string[],
  list: () => Promise<readonly Listed[]>,
): Promise<string> {
  if (name === 'latest') {
    const latest = await readLatest(outDir);
    // After a sweep or a recording it points there; who wants a run gets the newest.
    const others = [SWEEP_FILE, RECORDING_FILE].filter((file) => !files.includes(file));
    if (latest !== null && !(await holdsAny(join(outDir, latest), others))) return join(outDir, latest);
  } else if (name !== undefined && (await holdsAny(name, files))) {
    // `profiles/latest` is a link, and the run has a name of its own.
    return realpath(name);
  }

  const listed = await list();
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
  for (const path of [name, join(outDir, name)]) {
    if (await isFile(join(path, SWEEP_FILE))) throw isSweep(path);
    if (await isFile(join(path, RECORDING_FILE))) throw isRecording(path);
  }
  throw notFound(`there is no run "${name}" in ${resolve(outDir)}`, listed);
}

function isSweep(path: string): ThreadmillError {
  return new ThreadmillError('run-not-found', `${path} is a sweep, and a run is wanted`, {
    advice: `Each of its points is a run: name a folder in ${join(path, 'points')}.`,
  });
}

function isRecording(path: string): ThreadmillError {
  return new ThreadmillError('run-not-found', `${path} is a recording, and a run is wanted`, {
    advice: 'Runs are made by `threadmill bench` and `threadmill profile`.',
  });
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
