import type { Limit, RunRecord, VariantRecord } from '../../types/run-record.ts';

/** CPU of one job: as it is, and from which on threads pay, ms. */
export interface Crossover {
  readonly nowMs: number;
  readonly atMs: number;
}

/**
 * The asymptotic bounds of a closed system (Denning & Buzen, "The Operational Analysis of Queueing Network
 * Models", Computing Surveys 10, 1978; Lazowska and others, "Quantitative System Performance", 1984, ch. 5): a
 * plan takes at least as long as its longest chain of jobs at this concurrency, and at least as long as its CPU
 * on as many threads as share it. One event loop has one thread, so threads begin to pay where the CPU of all
 * jobs takes longer than that chain. A job of the chain waits and computes: with N jobs, c of CPU each and K in
 * flight, of Σw waits in all, N·c overtakes (Σw + N·c) ÷ K at c = Σw ÷ N ÷ (K − 1), and the longest wait plus c
 * at c = longest ÷ (N − 1); both have to be overtaken.
 *
 * An estimate: near that point jobs queue up behind each other, and messages between threads cost CPU as well.
 * Null without a traced pass of event-loop, and where nothing overlaps.
 */
export function crossoverOf(record: RunRecord): Crossover | null {
  const { variants, spec } = record;
  const loop = variants.find(({ name }) => name === 'event-loop');
  const limit = loop?.trace?.limit;
  if (loop === undefined || limit == null) return null;
  const places = Math.min(loop.concurrency, spec.jobs);
  if (places < 2) return null;
  const nowMs = ownCpuMs(loop, limit) / spec.jobs;
  const totalMs = totalOfJobs(record) ?? limit.waitsMs * places;
  const byLoad = (totalMs / spec.jobs - nowMs) / (places - 1);
  const byLongest = isLongestJob(record, loop, limit) ? (limit.waitsMs - nowMs) / (spec.jobs - 1) : 0;
  const atMs = Math.max(byLoad, byLongest);
  return atMs > 0 ? { nowMs, atMs } : null;
}

/** The limit counts the server's CPU too where that is on the same machine and the greater part. */
function ownCpuMs({ summary }: VariantRecord, { cpuMs }: Limit): number {
  return Math.min(cpuMs, summary?.cpuMs ?? Number.POSITIVE_INFINITY);
}

/** How long all jobs take one after another, ms; null unless a variant that did so was traced. */
function totalOfJobs({ variants }: RunRecord): number | null {
  return variants.find(({ concurrency }) => concurrency === 1)?.trace?.limit?.waitsMs ?? null;
}

/** Whether the waits of the limit are those of the longest single job, which no concurrency shortens. */
export function isLongestJob(record: RunRecord, { concurrency }: VariantRecord, { waitsMs }: Limit): boolean {
  const totalMs = totalOfJobs(record);
  return totalMs !== null && concurrency > 1 && waitsMs > 1.001 * (totalMs / concurrency);
}
