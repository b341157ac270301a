import { keyOf } from '../../sweep/axes.ts';
import type { RunRecord } from '../../types/run-record.ts';
import { cleanText } from '../clean-text.ts';

/** What commands know the run by: its id, or for a point of a sweep its folder below the usual one. */
export function runArgument({ id, sweep }: Pick<RunRecord, 'id' | 'sweep'>): string {
  if (sweep === null) return cleanText(id, 80);
  const axes = sweep.at.map(({ axis, value }) => ({ name: axis, values: [value] }));
  const key = keyOf(
    axes,
    sweep.at.map(({ value }) => value),
  );
  return `profiles/${cleanText(sweep.id, 80)}/points/${key}`;
}
