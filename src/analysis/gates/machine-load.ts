import type { RunRecord } from '../../core/documents/run-record.ts';

/** Of the CPUs. When others use more, the walls of a run are theirs as well as its own. */
export const BUSY_SHARE = 0.1;
/** Of the CPUs. How much a cache or a core is shared changes CPU times and speedups. */
const APART = 0.2;

/** Share of the CPUs that others took from a run, 0 to 1: in the timed trials or, if unknown, just before the run. */
export function takenShareOf({ machineLoad, environment }: RunRecord): number {
  const { othersShare, stealShare } = machineLoad;
  // Records of older versions have negative shares.
  return Math.min(1, Math.max(0, othersShare ?? environment.backgroundLoad) + (stealShare ?? 0));
}

export function isBusy(record: RunRecord): boolean {
  return takenShareOf(record) > BUSY_SHARE;
}

export function loadDiffers(before: RunRecord, after: RunRecord): boolean {
  return Math.abs(takenShareOf(before) - takenShareOf(after)) > APART;
}
