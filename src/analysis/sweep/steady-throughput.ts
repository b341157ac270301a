import { NS_PER_S } from '../../core/units.ts';

/**
 * Jobs a second of a closed loop while every slot had work, from the starts of a trial's jobs in any order (ns)
 * and its wall (ms). Null for fewer than three turns of the slots, and for starts that say nothing.
 *
 * Jobs divided by the wall is too little: at the end ever fewer slots have a job, for up to the longest job's
 * time, whereas one slot alone has no such end. By the Universal Scalability Law that difference would pass
 * for contention; in a simulation of the default workload, ten turns each, it is 9% from 16 slots on. Starts
 * beyond the first of each slot are completions, too, until the last one. They are counted from the second
 * turn on, when the slots no longer begin together; the same simulation gives them within 2% of the truth.
 */
export function steadyThroughput(startsNs: ArrayLike<number>, slots: number, wallMs: number): number | null {
  const jobs = startsNs.length;
  if (jobs === 0 || !(wallMs > 0)) return null;
  if (slots === 1) return (jobs / wallMs) * 1e3;
  if (jobs < 3 * slots) return null;
  const sorted = Float64Array.from(startsNs).sort();
  const spanNs = sorted[jobs - 1]! - sorted[2 * slots - 1]!;
  return spanNs > 0 ? ((jobs - 2 * slots) / spanNs) * NS_PER_S : null;
}
