import { formatCount, formatPlural } from '../../core/format.ts';
import { type CallLevels, MAX_ROWS } from './calls.ts';
import { workName } from './describe.ts';
import type { TimelineModel } from './model.ts';
import type { Drawn } from './scene.ts';

/** What the picture leaves out at this zoom, in words; empty if it shows everything. */
export function detailNotes(
  { mergedJobs, mergedCalls, messages, withMessages }: Drawn,
  { timeline }: Pick<TimelineModel, 'timeline'>,
): string[] {
  const merged = [
    mergedJobs > 0 ? formatPlural(mergedJobs, workName(timeline)) : null,
    mergedCalls > 0 ? formatPlural(mergedCalls, 'call') : null,
  ].filter((part) => part !== null);
  return [
    merged.length === 0
      ? null
      : `Narrower than a pixel and drawn merged: ${merged.join(' and ')}. ${mergedJobs > 0 && timeline.jobs.phases.phase.length > 0 ? 'A merged column shows the share of time in each phase. ' : ''}Columns are paler where less ran. Zoom in to separate them.`,
    withMessages > messages
      ? `Messages between threads are not drawn for the ${formatCount(withMessages)} or more jobs in view: zoom in, or select one.`
      : null,
  ].filter((note) => note !== null);
}

/** Which calls are not drawn at all. */
export function levelsNote({ threads }: TimelineModel, levels: CallLevels): string[] {
  const deepest = threads.reduce((most, { calls }) => Math.max(most, calls?.deepest ?? 0), 0);
  if (deepest === 0) return [];
  const cut = deepest > MAX_ROWS[levels] ? ` Of ${deepest} levels the innermost are cut.` : '';
  const folded = 'Call rows show your functions, their callers, and the innermost function.';
  return levels === 'own' ? [`${folded}${cut}`] : cut === '' ? [] : [cut.trim()];
}
