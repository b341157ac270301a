import { formatMicros, NONE } from '../../../core/format.ts';

const ENOUGH_SAMPLES = 10;

/** Whether a time has enough samples; a long one counts once. @param squares Σ of squared sample times */
export function isSure(time: number, squares: number): boolean {
  return time ** 2 >= ENOUGH_SAMPLES * squares;
}

/** Own time for one job as people see it: a dash for none, and a mark where it rests on few samples. */
export function ownTime(us: number | null | undefined, isSure: boolean): string {
  if (us === null || us === undefined || us === 0) return NONE;
  return isSure ? formatMicros(us) : `~${formatMicros(us)}`;
}

export const FEW_SAMPLES = '~ marks fewer than ten samples';
