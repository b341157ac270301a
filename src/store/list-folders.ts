import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { exists } from './exists.ts';
import { timeOfRunId } from './run-id.ts';

export interface Listing<R> {
  readonly id: string;
  /** Null if the record cannot be read; `problem` says why. */
  readonly record: R | null;
  readonly problem: string | null;
  readonly hasReport: boolean;
}

interface FolderKind<R> {
  /** File name of the record: run.json, sweep.json or recording.json. */
  readonly file: string;
  isOne(dir: string, id: string): Promise<boolean>;
  /** Corrects the status of a run whose process was killed. */
  read(dir: string): Promise<R>;
}

/** Older folders are left out of lists: nobody reads such a list, and each folder costs a file to parse. */
const MAX_FOLDERS = 2_000;
/** Size limit of all records together, bytes: about ten seconds of reading. A usual record has 0.1 MB. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Maps each folder of a kind in `outDir`, newest first, with one record in memory at a time. Never rejects.
 * @param extent `newest` stops at the limits above; `all` has no limit
 */
export async function listFolders<R extends { readonly createdAt: string }, T>(
  outDir: string,
  kind: FolderKind<R>,
  of: (listing: Listing<R>) => T,
  extent: 'newest' | 'all' = 'newest',
): Promise<T[]> {
  const found: { readonly id: string; readonly time: number; readonly made: T }[] = [];
  const isAll = extent === 'all';
  let room = isAll ? Number.POSITIVE_INFINITY : MAX_BYTES;
  for (const id of (await candidates(outDir)).slice(0, isAll ? undefined : MAX_FOLDERS)) {
    const dir = join(outDir, id);
    if (!(await kind.isOne(dir, id))) continue;
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
