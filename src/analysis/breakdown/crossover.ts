import type { Crossover } from '../../core/documents/run-record.ts';
import { median } from '../../core/statistics/quantile.ts';
import type { JobLoad } from './bottleneck.ts';

export interface CrossoverInput {
  readonly loads: readonly JobLoad[];
  readonly jobs: number;
  /** Jobs in flight at once on the event loop. */
  readonly concurrency: number;
  /** CPU of the event loop's thread for all jobs, ms. */
  readonly cpuMs: number;
  /** CPU that the same trial takes elsewhere: in the embedded server, in libuv's and V8's threads, ms. */
  readonly elsewhereCpuMs: number;
  /** The least wall by the server, and by libuv's pool, ms; 0 where unknown. */
  readonly serverMs: number;
  readonly libuvMs: number;
  readonly workers: number;
  readonly availableCpus: number;
  /** CPUs that other programs, or the hypervisor, used meanwhile; never negative. */
  readonly takenCpus: number;
}

/** Jobs whose times differ by less, in `JobLoad.spread`, are in step: see `crossoverOf`. */
const IN_STEP = 0.1;
/** A second thread has to have at least half a CPU to gain anything that shows. */
const MIN_CPUS = 1.5;

/**
 * From how much CPU for each job threads pay, by the asymptotic bounds of a closed system (Denning & Buzen, "The
 * Operational Analysis of Queueing Network Models", Computing Surveys 10, 1978; Lazowska and others, "Quantitative
 * System Performance", 1984, ch. 5). One event loop has one thread, so threads begin to pay where the CPU of all
 * jobs, N·c, takes longer than whatever threads do not shorten:
 *
 * - the chains of jobs: with K in flight and Σw of waits in all, N·c overtakes (Σw + N·c) ÷ K at
 *   c = Σw ÷ N ÷ (K − 1), and the longest wait plus c at c = longest ÷ (N − 1);
 * - the server, and libuv's pool, which threads share: S at c = S ÷ N;
 * - the CPUs: with E of CPU elsewhere and A of them free, (N·c + E) ÷ A at c = E ÷ N ÷ (A − 1).
 *
 * The chains take it that jobs wait and compute at different moments. Jobs that all wait about as long stay in step
 * instead: undici uses a connection again only in the next turn of the event loop, so all responses of one turn are
 * processed before any request follows. Threads then pay long before that point, and the estimate is withheld.
 *
 * An estimate: near that point jobs queue up behind each other, and messages between threads cost CPU as well.
 * Null where nothing overlaps, and where nothing is in the way of threads.
 */
export function crossoverOf(input: CrossoverInput): Crossover | null {
  const { loads, jobs } = input;
  const places = Math.min(input.concurrency, jobs);
  const freeCpus = input.availableCpus - input.takenCpus;
  if (places < 2) return null;
  const nowMs = input.cpuMs / jobs;
  const byChains = typical(loads, ({ waitingMs }) => waitingMs) / jobs / (places - 1);
  const byLongest = typical(loads, (load) => longestWaitMs(load, jobs)) / (jobs - 1);
  const byShared = Math.max(input.serverMs, input.libuvMs) / jobs;
  const byCpus = freeCpus > 1 ? input.elsewhereCpuMs / jobs / (freeCpus - 1) : 0;
  const atMs = Math.max(byChains, byLongest, byShared, byCpus);
  if (!(atMs > 0)) return null;
  const inStep = byChains >= Math.max(byShared, byCpus) && typical(loads, ({ spread }) => spread) < IN_STEP;
  return { nowMs, atMs, withheld: withheldOf(input, freeCpus) ?? (inStep ? 'jobs-in-step' : null) };
}

function typical(loads: readonly JobLoad[], of: (load: JobLoad) => number): number {
  return median(loads.map(of)) ?? 0;
}

/** What each job computes is not known: the longest is taken to compute as much as the others. */
function longestWaitMs({ totalMs, waitingMs, longestMs }: JobLoad, jobs: number): number {
  return Math.min(waitingMs, Math.max(0, longestMs - (totalMs - waitingMs) / jobs));
}

function withheldOf({ availableCpus, workers }: CrossoverInput, freeCpus: number): Crossover['withheld'] {
  if (availableCpus < MIN_CPUS) return 'one-cpu';
  if (workers < 2) return 'one-worker';
  return freeCpus < MIN_CPUS ? 'cpu-taken' : null;
}
