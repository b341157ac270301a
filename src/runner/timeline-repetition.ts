import type { TrialTrace } from '../core/documents/breakdown.ts';
import { FOLDER_LIMITS } from '../core/limits.ts';
import { createClock } from '../engine/measurement/clock.ts';
import { endOfTurn } from '../engine/measurement/thread-probe.ts';
import { TraceTable } from '../engine/measurement/trace-table.ts';
import { fillOrder } from '../workload/plan.ts';
import type { OpenedVariant } from './open-variant.ts';

/** A plan that takes longer, ms, is not repeated for the timeline; nor is one with more jobs than a traced trial can have. */
const LONGEST_PLAN_MS = 30_000;

/** Tracing and profiling slow a plan down. Beyond this factor and these ms it counts as hung. */
const TIMES_AS_LONG = 2;
const GRACE_MS = 5_000;

const clock = createClock();

interface TimelineRepetition {
  readonly table: TraceTable;
  readonly trial: TrialTrace;
}

/** Why the plan is not run once more for the timeline; null if it is. `planMs` is how long it has taken. */
export function timelineRefusal({ spec }: OpenedVariant, planMs: number): string | null {
  if (spec.jobs > FOLDER_LIMITS.tracedJobs)
    return `${spec.jobs} jobs are more than ${FOLDER_LIMITS.tracedJobs}`;
  if (planMs > LONGEST_PLAN_MS)
    return `the plan takes ${Math.round(planMs)} ms, more than ${LONGEST_PLAN_MS} ms`;
  return null;
}

/** Runs the plan once more, traced, with loops watched. Resolves to the repetition, or to the reason why there is none. */
export async function repeatForTimeline(
  { running, pacing, state, spec }: OpenedVariant,
  round: number,
  planMs: number,
): Promise<TimelineRepetition | string> {
  const table = TraceTable.shared(state.jobs);
  state.reset();
  fillOrder(state.order, spec.seed, round);
  pacing?.reset(round);
  const limitMs = planMs * TIMES_AS_LONG + GRACE_MS;
  const limit = setTimeout(() => state.stop(), limitMs);
  try {
    await running.connect();
    await running.prepare(table.buffer as SharedArrayBuffer, true);
    await pacing?.ready();
    const now = clock();
    const startNs = pacing?.begin(now) ?? now;
    await running.runPlan();
    const endNs = clock();
    const { stopped } = state;
    await endOfTurn();
    const { traces } = await running.report();
    if (stopped) return `it was not done after ${Math.round(limitMs)} ms`;
    return { table, trial: { startNs, endNs, threads: traces } };
  } finally {
    clearTimeout(limit);
  }
}
