/** So many turns of every slot leave a steady part that is most of the trial. */
const TURNS = 10;
/** The steady part begins after the second turn, and wants as much again. */
export const MIN_TURNS = 4;
/** A trial need not be longer than this for the sake of its steady part, ms. */
const LONG_ENOUGH_MS = 1_000;
/** Below this a single long job weighs too much, whatever the concurrency. */
const MIN_JOBS = 12;
/** To receive, parse and aggregate a byte of JSON, about. */
const MS_PER_BYTE = 15e-6;
/** Mean latency of the embedded server's APIs, ms. */
const USUAL_LATENCY_MS = 35;

interface PlanLengthOptions {
  readonly concurrency: number;
  /** Length after which the workload's list of items repeats itself. */
  readonly period: number;
  readonly latencyMs: number | null;
  readonly cpuMs: number;
  readonly payloadBytes: number | null;
}

/**
 * Jobs of a point. In proportion to its concurrency, so that every slot has as many turns at each point: with
 * one length for all, the end of a trial, where ever fewer slots have work, would be a greater part of it the
 * higher the concurrency, and would pass for contention. A multiple of `period`, so that the mix of jobs is
 * the same. Fewer turns, but never less than four, where CPU work, payload or latency make them long.
 */
export function planLength({
  concurrency,
  period,
  latencyMs,
  cpuMs,
  payloadBytes,
}: PlanLengthOptions): number {
  const turnMs = Math.max(
    latencyMs ?? USUAL_LATENCY_MS,
    concurrency * (cpuMs + MS_PER_BYTE * (payloadBytes ?? 0)),
  );
  const turns = Math.min(TURNS, Math.max(MIN_TURNS, Math.floor(LONG_ENOUGH_MS / turnMs)));
  return Math.ceil(Math.max(MIN_JOBS, turns * concurrency) / period) * period;
}

/** The least number of items after which the list of names repeats itself; all of them if it never does. */
export function periodOf(names: readonly (string | number)[]): number {
  for (let period = 1; period <= names.length / 2; period++) {
    if (names.length % period !== 0) continue;
    if (names.every((name, index) => name === names[index % period])) return period;
  }
  return Math.max(1, names.length);
}
