import { cleanText } from '../../core/clean-text.ts';
import { formatMs, formatPlural, NONE } from '../../core/format.ts';
import { comparisonLead, type RecordingComparison } from '../view/compare-recordings.ts';
import { placedName } from '../view/run/functions.ts';
import { changeText } from '../view/run/top-changes.ts';
import type { CompareOptions } from './compare.ts';
import { gridLines } from './grid.ts';
import { styleFor, wrapText } from './style.ts';
import { usableWidth } from './summary.ts';

const MAX_THREADS = 6;
const MAX_FUNCTIONS = 5;
const MAX_LABEL = 30;

/** At most 25 lines, unless every thread is asked for. */
export function renderRecordingComparison(
  comparison: RecordingComparison,
  { colour, width, details }: CompareOptions,
): string {
  const style = styleFor(colour);
  const fold = (text: string, hanging = ''): string[] =>
    wrapText(cleanText(text), usableWidth(width), '', hanging);
  const { headline, sentences } = comparisonLead(comparison);
  const threads = details ? comparison.threads : comparison.threads.slice(0, MAX_THREADS);
  const more = comparison.threads.length - threads.length;
  const functions = comparison.difference.rows.filter(({ isNoise }) => !isNoise).slice(0, MAX_FUNCTIONS);
  const lines = [
    ...fold(headline).map(style.bold),
    ...sentences.flatMap((sentence) => fold(sentence)),
    '',
    ...gridLines(
      ['thread', 'busy', 'after', 'CPU', 'after', 'stalls', 'after'],
      threads.map(({ label, sides }) => [
        cleanText(label, MAX_LABEL),
        ...sides.map((thread) => formatMs(thread?.busyMs)),
        ...sides.map((thread) => formatMs(thread?.cpuMs)),
        ...sides.map((thread) => (thread === null ? NONE : String(thread.stalls.count))),
      ]),
    ),
    ...(more > 0 ? [`and ${formatPlural(more, 'more thread')}`] : []),
    ...(functions.length === 0 ? [] : ['']),
    ...functions.flatMap((row) => fold(`${changeText(row)} in ${placedName(row)}`, '  ')),
  ];
  return `${lines.join('\n')}\n`;
}
