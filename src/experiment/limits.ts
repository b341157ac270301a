import { limitOf } from '../accounting/limit.ts';
import { serverRate } from '../accounting/server-rate.ts';
import { readTracedRows, type TracedRows, tracedFile } from '../artifacts/traced-rows.ts';
import { median } from '../statistics/quantile.ts';
import { comparable } from '../types/comparable-blocks.ts';
import type { BlockRecord, VariantRecord } from '../types/run-record.ts';
import type { Session } from './session.ts';

const NS_PER_MS = 1e6;

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
  const jobsMs = jobTimes(rows);
  const requests = rows.trace.columns.requests.reduce((sum, count) => sum + count, 0);
  const requestsPerSecond = serverRate(record);
  for (const variant of record.variants) {
    if (variant.trace === null || variant.summary === null) continue;
    const limit = limitOf({
      jobsMs,
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

/** From start to end, without the time for which the client had no connection free, ms. */
function jobTimes({ jobs, trace }: TracedRows): number[] {
  return Array.from({ length: jobs.rows }, (_, position) => {
    const lasted = jobs.end[position]! - jobs.start[position]! - trace.columns.clientQueue[position]!;
    return Math.max(0, lasted) / NS_PER_MS;
  });
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
