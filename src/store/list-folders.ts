import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { exists } from './exists.ts';
import { timeOfRunId } from './run-id.ts';

export interface Listing<R> {
  readonly id: string;
  /** Null: there is a folder, but `problem` says why its record cannot be read. */
  readonly record: R | null;
  readonly problem: string | null;
  readonly hasReport: boolean;
}

interface FolderKind<R> {
  /** Of the record: run.json or sweep.json. */
  readonly file: string;
  isOne(dir: string, id: string): Promise<boolean>;
  /** As it is now: who was killed could not write that down. */
  read(dir: string): Promise<R>;
}

/** More folders than this are not looked at: a list of them helps nobody, and each costs a file to parse. */
const MAX_FOLDERS = 2_000;
/** Of all their records together, bytes: reading them takes some ten seconds. A usual one has 0.1 MB. */
const MAX_BYTES = 512 * 1024 * 1024;

/** What `of` makes of each folder in `outDir`, newest first, one record in memory at a time, `maxBytes` in all. Never rejects. */
export async function listFolders<R extends { readonly createdAt: string }, T>(
  outDir: string,
  kind: FolderKind<R>,
  of: (listing: Listing<R>) => T,
  maxBytes = MAX_BYTES,
): Promise<T[]> {
  const found: { readonly id: string; readonly time: number; readonly made: T }[] = [];
  let room = maxBytes;
  for (const id of await candidates(outDir)) {
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

/** Ids sort by time, so the newest stay. */
async function candidates(outDir: string): Promise<string[]> {
  const entries = await readdir(outDir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
    .reverse()
    .slice(0, MAX_FOLDERS);
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
