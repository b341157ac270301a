import { formatMicros, NONE } from '../format.ts';
import type { HotVariant } from './hot.ts';

/** Own time for one job as people see it: a dash for none, and a mark where it rests on few samples. */
export function ownTime(us: number | null | undefined, { surePerJobUs }: HotVariant): string {
  if (us === null || us === undefined || us === 0) return NONE;
  return us < surePerJobUs ? `~${formatMicros(us)}` : formatMicros(us);
}

export const FEW_SAMPLES = '~ rests on fewer than ten samples';
