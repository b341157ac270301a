import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { messageOf, ThreadmillError } from '../errors.ts';
import { JOB_COLUMNS, JobTable, ROW_BYTES } from '../measurement/job-table.ts';
import { type ItemNames, nameOfItem } from '../types/item-names.ts';
import { OUTCOMES, type Outcome } from '../types/outcomes.ts';
import type { BlockRecord, RunRecord } from '../types/run-record.ts';
import { NS_PER_MS } from '../types/units.ts';
import type { VariantName } from '../types/variant-names.ts';
import { fillPlan } from '../workload/plan.ts';
import { readItemNames } from './item-names.ts';
import { describeDue } from './job-rows.ts';
import { errnoOf } from './output-errors.ts';
import type { RunFolder } from './run-folder.ts';

/** Rows that are in memory at once; a block may have millions. */
const WINDOW_ROWS = 8_192;

/** One job of one timed block. */
export interface SavedJob {
  /** `check` is the double of the baseline (`--check`). */
  readonly variant: VariantName | 'check';
  readonly round: number;
  /** Of its block within the round, 0-based. */
  readonly order: number;
  /** In the plan, 0-based: the same job in every block. */
  readonly position: number;
  /** Which entry of the workload's list it is, and that one's name; null where names were not kept. */
  readonly item: number;
  readonly name: string | null;
  /** When it was meant to start, from the first start of the block, ms; null but with `--rate`. */
  readonly dueMs: number | null;
  /** Likewise when it did; null for a job that never started, or never ended. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly outcome: Outcome;
  /** HTTP status; null where there is none. */
  readonly status: number | null;
  readonly bytes: number;
  /** CRC-32 of the result; 0 for none. */
  readonly digest: number;
  /** 0 is the main thread, workers count from 1. */
  readonly thread: number;
}

/**
 * Every job of every timed block of a run, in the order of variants, rounds and positions. It is read piece by
 * piece: memory does not grow with the number of jobs, but for four bytes each. Throws 'run-unreadable' if the
 * files are not what run.json says.
 */
export async function savedJobs(folder: RunFolder, record: RunRecord): Promise<Iterable<SavedJob>> {
  const { spec, variants, check } = record;
  const names = await readItemNames(folder);
  const plan = fillPlan(new Uint32Array(spec.jobs), spec.workload.items, spec.seed);
  const arms = [
    ...variants.map(({ name, blocks }) => ({ key: name, blocks })),
    ...(check === null ? [] : [{ key: 'check' as const, blocks: check.arm.blocks }]),
  ];
  return (function* () {
    for (const { key, blocks } of arms) {
      if (blocks.length > 0) yield* jobsOf({ folder, record, variant: key, blocks, plan, names });
    }
  })();
}

interface Arm {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly variant: SavedJob['variant'];
  readonly blocks: readonly BlockRecord[];
  readonly plan: Uint32Array;
  readonly names: ItemNames | null;
}

function* jobsOf({ folder, record, variant, blocks, plan, names }: Arm): Generator<SavedJob> {
  checkLayout(folder, variant);
  const path = folder.path('jobs', `${variant}.bin`);
  const file = open(path);
  const due = record.spec.load.kind === 'open' ? open(folder.path('jobs', describeDue(path).file)) : null;
  try {
    for (const [number, { round, order, lost }] of blocks.entries()) {
      const rows = { file, start: number * plan.length * ROW_BYTES, count: plan.length };
      if (!isThere(rows)) {
        // The runner died before it could write them.
        if (lost !== null) continue;
        throw unreadable(path, `it lacks the rows of round ${round}`);
      }
      const firstNs = firstStart(rows);
      for (const { from, table } of windowsOf(rows)) {
        const dues = due === null ? null : duesOf(due, number * plan.length + from, table.rows);
        for (let row = 0; row < table.rows; row++) {
          const position = from + row;
          const item = plan[position]!;
          const name = names === null ? null : nameOfItem(names, item);
          const dueMs = dues === null ? null : Math.round(dues[row]! - firstNs) / NS_PER_MS;
          yield { variant, round, order, position, item, name, dueMs, ...jobOf(table, row, firstNs) };
        }
      }
    }
  } finally {
    closeSync(file);
    if (due !== null) closeSync(due);
  }
}

/** Intended starts, ns: one float64 for each row. */
function duesOf(file: number, first: number, count: number): Float64Array {
  const dues = new Float64Array(count);
  fill(file, new Uint8Array(dues.buffer), first * dues.BYTES_PER_ELEMENT);
  return dues;
}

type Row = Omit<SavedJob, 'variant' | 'round' | 'order' | 'position' | 'item' | 'name' | 'dueMs'>;

function jobOf(table: JobTable, row: number, firstNs: number): Row {
  const since = (ns: number) => (ns === 0 ? null : Math.round(ns - firstNs) / NS_PER_MS);
  const status = table.status[row]!;
  return {
    startMs: since(table.start[row]!),
    endMs: since(table.end[row]!),
    outcome: OUTCOMES[table.outcome[row]!] ?? 'not-started',
    status: status === 0 ? null : status,
    bytes: table.bytes[row]!,
    digest: table.digest[row]!,
    thread: table.thread[row]!,
  };
}

/** The rows of one block in an open file. */
interface BlockRows {
  readonly file: number;
  /** Where they begin, bytes. */
  readonly start: number;
  readonly count: number;
}

function isThere({ file, start, count }: BlockRows): boolean {
  return fstatSync(file).size >= start + count * ROW_BYTES;
}

/** Earliest start, ns; 0 if nothing started. */
function firstStart(rows: BlockRows): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { table } of windowsOf(rows)) {
    for (const start of table.start) if (start > 0 && start < first) first = start;
  }
  return Number.isFinite(first) ? first : 0;
}

/** A window at a time; within the block each column lies apart from the others. */
function* windowsOf({ file, start, count }: BlockRows): Generator<{ from: number; table: JobTable }> {
  for (let from = 0; from < count; from += WINDOW_ROWS) {
    const rows = Math.min(WINDOW_ROWS, count - from);
    const raw = new Uint8Array(rows * ROW_BYTES);
    let column = start;
    let into = 0;
    for (const { bytes } of JOB_COLUMNS) {
      fill(file, raw.subarray(into, into + rows * bytes), column + from * bytes);
      column += count * bytes;
      into += rows * bytes;
    }
    yield { from, table: new JobTable(rows, raw.buffer) };
  }
}

function fill(file: number, into: Uint8Array, position: number): void {
  let done = 0;
  while (done < into.length) {
    const got = readSync(file, into, done, into.length - done, position + done);
    if (got === 0) throw new Error('the file became shorter while it was read');
    done += got;
  }
}

/** The description beside the rows says how they lie; another version may have laid them otherwise. */
function checkLayout(folder: RunFolder, variant: SavedJob['variant']): void {
  const path = folder.path('jobs', `${variant}.json`);
  let described: { rowBytes?: unknown; columns?: unknown };
  try {
    described = JSON.parse(readFileSync(path, 'utf8'));
  } catch (thrown) {
    throw unreadable(path, errnoOf(thrown) === 'ENOENT' ? 'there is no such file' : messageOf(thrown));
  }
  const same = JSON.stringify(described.columns) === JSON.stringify(JOB_COLUMNS);
  if (described.rowBytes !== ROW_BYTES || !same) {
    throw unreadable(path, 'its columns are not those that this Threadmill writes');
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (thrown) {
    throw unreadable(path, errnoOf(thrown) === 'ENOENT' ? 'there is no such file' : messageOf(thrown));
  }
}

function unreadable(path: string, why: string): ThreadmillError {
  return new ThreadmillError('run-unreadable', `cannot read ${path}: ${why}`, {
    advice: 'Was something removed from the run folder? A CSV of blocks needs run.json only.',
  });
}
