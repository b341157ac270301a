import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  listRecordings,
  listRuns,
  listSweeps,
  type RecordingListing,
  type RunListing,
  type SweepListing,
} from './list-folders.ts';
import { RECORDING_FILE, RecordingFolder } from './recording-folder.ts';
import { RECORD_FILE, RunFolder } from './run-folder.ts';
import { RUN_ID_PATTERN } from './run-id.ts';
import { SWEEP_FILE, SweepFolder } from './sweep-folder.ts';

/** A run without an end may belong to a process on another machine or in another container, which saves it at times. */
const SILENT_MS = 3_600_000;

/** A folder of a run, a sweep or a recording that may go. */
export interface Surplus {
  readonly folder: RunFolder | SweepFolder | RecordingFolder;
  readonly kind: 'run' | 'sweep' | 'recording';
  readonly workload: string;
  /** Sizes of its files. */
  readonly bytes: number;
}

export interface Pruning {
  /** Oldest last. */
  readonly surplus: readonly Surplus[];
  /** Folders among the newest `keep` of their workload. */
  readonly kept: number;
  /** Folders that are neither counted nor deleted, by reason. */
  readonly untouched: Readonly<Record<'running' | 'renamed' | 'unreadable', number>>;
}

interface Candidate extends Omit<Surplus, 'bytes'> {
  readonly file: string;
  /** `unknown`: the record has no end, but its process is not on this machine. */
  readonly state: 'running' | 'unknown' | 'ended';
}

/**
 * Finds what to delete so that the newest `keep` of each workload stay; runs, sweeps and recordings count separately.
 * Renamed folders, unreadable records and running processes are left alone. Other folders and links are ignored.
 * Deletes nothing.
 */
export async function findSurplus(outDir: string, keep: number): Promise<Pruning> {
  const untouched = { running: 0, renamed: 0, unreadable: 0 };
  const surplus: Surplus[] = [];
  let kept = 0;
  const counts = new Map<string, number>();
  for (const each of await candidates(outDir)) {
    if (each === 'renamed' || each === 'unreadable') untouched[each]++;
    else if (each.state === 'running' || (each.state === 'unknown' && (await isRecent(each)))) {
      untouched.running++;
    } else {
      const { folder, kind, workload } = each;
      const group = `${kind} ${workload}`;
      const count = (counts.get(group) ?? 0) + 1;
      counts.set(group, count);
      if (count <= keep) kept++;
      else surplus.push({ folder, kind, workload, bytes: await bytesIn(folder.dir) });
    }
  }
  return { surplus, kept, untouched };
}

/** Newest first within each kind. */
async function candidates(outDir: string): Promise<(Candidate | 'renamed' | 'unreadable')[]> {
  const of =
    <L extends RunListing | SweepListing | RecordingListing>(
      candidate: (record: NonNullable<L['record']>, dir: string) => Candidate,
    ) =>
    ({ id, record }: L) => {
      if (!RUN_ID_PATTERN.test(id)) return 'renamed';
      return record === null ? 'unreadable' : candidate(record, join(outDir, id));
    };
  const runs = of<RunListing>(({ spec, status, finishedAt }, dir) => ({
    ...{ folder: RunFolder.open(dir), kind: 'run', workload: spec.workload.name },
    ...{ file: RECORD_FILE, state: stateOf(status, finishedAt) },
  }));
  const sweeps = of<SweepListing>(({ definition, status, finishedAt }, dir) => ({
    ...{ folder: SweepFolder.open(dir), kind: 'sweep', workload: definition.workload.name },
    ...{ file: SWEEP_FILE, state: stateOf(status, finishedAt) },
  }));
  const recordings = of<RecordingListing>(({ name }, dir) => ({
    ...{ folder: RecordingFolder.open(dir), kind: 'recording', workload: name },
    ...{ file: RECORDING_FILE, state: 'ended' },
  }));
  return [
    ...(await listRuns(outDir, runs, 'all')),
    ...(await listSweeps(outDir, sweeps, 'all')),
    ...(await listRecordings(outDir, recordings, 'all')),
  ];
}

function stateOf(status: string, finishedAt: string | null): Candidate['state'] {
  if (status === 'running') return 'running';
  return finishedAt === null ? 'unknown' : 'ended';
}

async function isRecent({ folder, file }: Candidate): Promise<boolean> {
  return Date.now() - (await lstat(folder.path(file))).mtimeMs < SILENT_MS;
}

/** Links are not followed. */
async function bytesIn(dir: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile())
      bytes += (await lstat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return bytes;
}
