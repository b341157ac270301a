import type { RunRecord } from '../types/run-record.ts';

/** Of the CPUs. When others use more, the walls of a run are theirs as well as its own. */
export const BUSY_SHARE = 0.1;
/** What the hypervisor takes is gone for all: little of it shows in the walls already. */
export const STEAL_SHARE = 0.02;
/** Of the CPUs. How much a cache or a core is shared changes CPU times and speedups. */
const APART = 0.2;

/**
 * Share of the CPUs that other programs used, 0 to 1: in the timed blocks, or where that is not known, just before
 * the run.
 */
export function othersShareOf({ machineLoad, environment }: RunRecord): number {
  return machineLoad.othersShare ?? environment.backgroundLoad;
}

/** Whether other programs, or other machines, took so much CPU from a run that its walls are not its own. */
export function isBusy(record: RunRecord): boolean {
  return othersShareOf(record) > BUSY_SHARE || (record.machineLoad.stealShare ?? 0) > STEAL_SHARE;
}

/** Whether other programs used much more of the CPUs in one of the runs than in the other. */
export function loadDiffers(before: RunRecord, after: RunRecord): boolean {
  return Math.abs(othersShareOf(before) - othersShareOf(after)) > APART;
}
