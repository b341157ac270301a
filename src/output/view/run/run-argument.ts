import { keyOf } from '../../../analysis/sweep/axes.ts';
import { cleanText } from '../../../core/clean-text.ts';
import type { RunRecord } from '../../../core/documents/run-record.ts';
import { DEFAULT_OUT } from '../../../core/limits.ts';

/** A run as an argument of commands: its folder, or its id in the default folder. Not quoted for a shell. */
export function runArgument({ id, out, sweep }: Pick<RunRecord, 'id' | 'out' | 'sweep'>): string {
  if (sweep === null) return folderArgument({ id, out });
  const axes = sweep.at.map(({ axis, value }) => ({ name: axis, values: [value] }));
  const key = keyOf(
    axes,
    sweep.at.map(({ value }) => value),
  );
  return `${below(out)}${cleanText(sweep.id, 80)}/points/${key}`;
}

/** The same of a run or a sweep that is no part of another. */
export function folderArgument({ id, out }: Pick<RunRecord, 'id' | 'out'>): string {
  return `${out === DEFAULT_OUT ? '' : below(out)}${cleanText(id, 80)}`;
}

function below(out: string): string {
  const folder = cleanText(out, 1_000).replace(/\/+$/, '');
  // Else it would be an option.
  return `${folder.startsWith('-') ? './' : ''}${folder}/`;
}
