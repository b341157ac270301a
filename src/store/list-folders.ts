import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recording } from '../core/documents/recording.ts';
import type { RunRecord } from '../core/documents/run-record.ts';
import type { SweepRecord } from '../core/documents/sweep-record.ts';
import { messageOf } from '../core/errors.ts';
import { exists } from './exists.ts';
import { isLive } from './liveness.ts';
import { RECORDING_FILE, RecordingFolder } from './recording-folder.ts';
import { RECORD_FILE, RunFolder } from './run-folder.ts';
import { isRecordingId, isSweepId, RUN_ID_PATTERN, timeOfRunId } from './run-id.ts';
import { SWEEP_FILE, SweepFolder } from './sweep-folder.ts';

interface Listing<R> {
  readonly id: string;
  /** Null if the record cannot be read; `problem` says why. */
  readonly record: R | null;
  readonly problem: string | null;
  readonly hasReport: boolean;
}

export type RunListing = Listing<RunRecord>;
export type SweepListing = Listing<SweepRecord>;
export type RecordingListing = Listing<Recording>;

/** `newest` stops at the limits below; `all` has no limit. */
type Extent = 'newest' | 'all';

/** Maps every run in `outDir`; see `listFolders`. */
export function listRuns<T>(outDir: string, of: (listing: RunListing) => T, extent?: Extent): Promise<T[]> {
  return listFolders(outDir, { file: RECORD_FILE, isOne: isRun, read: readRun }, of, extent);
}

/** Maps every sweep in `outDir`; see `listFolders`. */
export function listSweeps<T>(
  outDir: string,
  of: (listing: SweepListing) => T,
  extent?: Extent,
): Promise<T[]> {
  return listFolders(outDir, { file: SWEEP_FILE, read: readSweep }, of, extent);
}

/** Maps every recording in `outDir`; see `listFolders`. A recording in progress is not listed. */
export function listRecordings<T>(
  outDir: string,
  of: (listing: RecordingListing) => T,
  extent?: Extent,
): Promise<T[]> {
  const read = (dir: string): Promise<Recording> => RecordingFolder.open(dir).readRecord();
  return listFolders(outDir, { file: RECORDING_FILE, read }, of, extent);
}

/** A folder of another name is a run if it has a run.json: people rename what they want to keep. */
async function isRun(dir: string, id: string): Promise<boolean> {
  if (isSweepId(id) || isRecordingId(id)) return false;
  for (const other of [SWEEP_FILE, RECORDING_FILE]) if (await exists(join(dir, other))) return false;
  return RUN_ID_PATTERN.test(id) || exists(join(dir, RECORD_FILE));
}

async function readRun(dir: string): Promise<RunRecord> {
  const record = await RunFolder.open(dir).readRecord();
  return record.status === 'running' && !isLive(record) ? { ...record, status: 'aborted' } : record;
}

async function readSweep(dir: string): Promise<SweepRecord> {
  const record = await SweepFolder.open(dir).readRecord();
  return record.status === 'running' && !isSweepLive(record) ? { ...record, status: 'stopped' } : record;
}

/** Whether a process is at work on the sweep right now. */
export function isSweepLive({ status, pid, sessions }: SweepRecord): boolean {
  return status === 'running' && isLive({ status, pid, createdAt: sessions.at(-1)!.startedAt });
}

/** Other runs and sweeps that were at work since `sinceMs`. Of one that was killed only the beginning is known. */
export async function runsAtWorkSince(sinceMs: number, outDir: string, ownId: string): Promise<string[]> {
  const atWork = ({ id, record }: RunListing | SweepListing): string[] => {
    if (id === ownId || record === null) return [];
    const begun = 'sessions' in record ? record.sessions.at(-1)!.startedAt : record.createdAt;
    const isAtWork = record.status === 'running' || Date.parse(record.finishedAt ?? begun) >= sinceMs;
    return isAtWork ? [id] : [];
  };
  return [...(await listRuns(outDir, atWork)), ...(await listSweeps(outDir, atWork))].flat();
}

interface FolderKind<R> {
  /** File name of the record: run.json, sweep.json or recording.json. */
  readonly file: string;
  /** Without it a folder with that file is one. */
  isOne?(dir: string, id: string): Promise<boolean>;
  /** Corrects the status of a run whose process was killed. */
  read(dir: string): Promise<R>;
}

/** Older folders are left out of lists: nobody reads such a list, and each folder costs a file to parse. */
const MAX_FOLDERS = 2_000;
/** Size limit of all records together, bytes: about ten seconds of reading. A usual record has 0.1 MB. */
const MAX_BYTES = 512 * 1024 * 1024;

/** Maps each folder of a kind in `outDir`, newest first, with one record in memory at a time. Never rejects. */
async function listFolders<R extends { readonly createdAt: string }, T>(
  outDir: string,
  kind: FolderKind<R>,
  of: (listing: Listing<R>) => T,
  extent: Extent = 'newest',
): Promise<T[]> {
  const found: { readonly id: string; readonly time: number; readonly made: T }[] = [];
  const isAll = extent === 'all';
  let room = isAll ? Number.POSITIVE_INFINITY : MAX_BYTES;
  for (const id of (await candidates(outDir)).slice(0, isAll ? undefined : MAX_FOLDERS)) {
    const dir = join(outDir, id);
    if (!(await (kind.isOne?.(dir, id) ?? exists(join(dir, kind.file))))) continue;
    const { size = 0 } = (await stat(join(dir, kind.file)).catch(() => null)) ?? {};
    const hasRoom = size <= room;
    if (hasRoom) room -= size;
    const { record, problem } = hasRoom ? await recordOf(dir, kind) : notRead(kind.file);
    const time = record === null ? (timeOfRunId(id) ?? 0) : Date.parse(record.createdAt);
    const hasReport = await exists(join(dir, 'report.html'));
    found.push({ id, time, made: of({ id, record, problem, hasReport }) });
  }
  return found.sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1)).map(({ made }) => made);
}

/** Newest first: ids sort by time. */
async function candidates(outDir: string): Promise<string[]> {
  const entries = await readdir(outDir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
    .reverse();
}

type Found<R> = Pick<Listing<R>, 'record' | 'problem'>;

async function recordOf<R>(dir: string, kind: FolderKind<R>): Promise<Found<R>> {
  try {
    return { record: await kind.read(dir), problem: null };
  } catch (thrown) {
    return { record: null, problem: messageOf(thrown) };
  }
}

function notRead(file: string): Found<never> {
  const problem = `${file} was not read: those of all folders here are larger than ${MAX_BYTES / 2 ** 20} MiB`;
  return { record: null, problem };
}
