import { type JobLoad, limitOf } from '../accounting/limit.ts';
import { serverRate } from '../accounting/server-rate.ts';
import { readRows } from '../artifacts/job-rows.ts';
import { readTracedRows, type TracedRows, tracedFile } from '../artifacts/traced-rows.ts';
import type { JobTable } from '../measurement/job-table.ts';
import { median } from '../statistics/quantile.ts';
import { comparable } from '../types/comparable-blocks.ts';
import type { BlockRecord, VariantRecord } from '../types/run-record.ts';
import { NS_PER_MS } from '../types/units.ts';
import type { Session } from './session.ts';

/**
 * Fills in `limit` of every variant that was traced, once the timed blocks are summed up. There is none
 * where the schedule, and not the work, sets the wall.
 */
export function fillLimits({ record, folder }: Pick<Session, 'record' | 'folder'>): void {
  const { load, jobs } = record.spec;
  if (load.kind === 'open' || load.maxRate !== null) return;
  const reference = referenceOf(record.variants);
  if (reference === null) return;
  const rows = readTracedRows({ file: folder.path(tracedFile(reference.name, 'bin')), block: 0 }, jobs);
  if (rows === null) return;
  const loads = reference.concurrency === 1 ? timedLoads(reference, folder, jobs) : [tracedLoad(rows)];
  const requests = rows.trace.columns.requests.reduce((sum, count) => sum + count, 0);
  const requestsPerSecond = serverRate(record);
  for (const variant of record.variants) {
    if (variant.trace === null || variant.summary === null) continue;
    const limit = limitOf({
      loads,
      concurrency: variant.concurrency,
      ...cpuOf(variant),
      threads: variant.threads,
      cpus: record.environment.cpus,
      // A workload whose requests nobody has seen makes one for each job, if it makes any.
      requests: requests === 0 ? jobs : requests,
      requestsPerSecond,
      wallMs: variant.summary.wallMs.estimate,
    });
    variant.trace.limit = limit === null ? null : { ...limit, reference: reference.name };
  }
}

/** Jobs are in each other's way least where the fewest are in flight. */
function referenceOf(variants: readonly VariantRecord[]): VariantRecord | null {
  return variants.reduce<VariantRecord | null>((fewest, variant) => {
    if (variant.trace === null) return fewest;
    return fewest === null || variant.concurrency < fewest.concurrency ? variant : fewest;
  }, null);
}

/** Where jobs run one at a time nothing but themselves is in their times. */
function timedLoads({ name, blocks }: VariantRecord, folder: Session['folder'], jobs: number): JobLoad[] {
  return blocks.flatMap((block, number) => {
    if (!comparable(block)) return [];
    const rows = readRows({ file: folder.path('jobs', `${name}.bin`), block: number, rows: jobs });
    return rows === null ? [] : [loadOf(rows, (position) => rows.end[position]! - rows.start[position]!)];
  });
}

/**
 * Where several are in flight, a job's time also holds what the thread did for others meanwhile. What it had
 * nothing to do for is certainly waiting; with the job's own computing that is the least it takes by itself.
 */
function tracedLoad({ jobs, trace }: TracedRows): JobLoad {
  const { loopIdle, process } = trace.columns;
  return loadOf(jobs, (position) =>
    Math.min(jobs.end[position]! - jobs.start[position]!, loopIdle[position]! + process[position]!),
  );
}

function loadOf({ rows }: JobTable, lastedNs: (position: number) => number): JobLoad {
  let total = 0;
  let longest = 0;
  for (let position = 0; position < rows; position++) {
    const ns = lastedNs(position);
    total += ns;
    longest = Math.max(longest, ns);
  }
  return { totalMs: total / NS_PER_MS, longestMs: longest / NS_PER_MS };
}

/** Of a typical timed block, ms. */
function cpuOf({ blocks }: VariantRecord): { cpuMs: number | null; machineCpuMs: number | null } {
  const usable = blocks.filter(comparable);
  return {
    cpuMs: median(usable.map(jobThreadsCpu)),
    machineCpuMs: median(usable.flatMap((block) => processCpu(block) ?? [])),
  };
}

function jobThreadsCpu({ threads }: BlockRecord): number {
  const runsJobs = threads.length === 1 ? threads : threads.filter(({ thread }) => thread > 0);
  return runsJobs.reduce((sum, { cpu, eventLoop }) => sum + (cpu?.cpuMs ?? eventLoop.activeMs), 0);
}

/** The runner with all its threads, and the embedded server: what this machine computed for the block. */
function processCpu({ cpuUserMs, cpuSystemMs, server }: BlockRecord): number | null {
  if (cpuUserMs === null || cpuSystemMs === null) return null;
  return cpuUserMs + cpuSystemMs + (server?.cpuMs ?? 0);
}
