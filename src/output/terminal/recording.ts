import { GATE_MARKS } from '../../analysis/gates/wording.ts';
import { recordedGateText } from '../../analysis/recording/gates.ts';
import {
  blockedIn,
  NOT_SAMPLED,
  stallsText,
  verdictWords,
  WAIT_NAMES,
} from '../../analysis/recording/wording.ts';
import { cleanText } from '../../core/clean-text.ts';
import type { RecordedThread, Recording } from '../../core/documents/recording.ts';
import { formatCount, formatMs, formatPlural, formatShare } from '../../core/format.ts';
import { frameLabel } from '../../profile/folded-name.ts';
import type { RecordingView } from '../view/recording.ts';
import { placedName } from '../view/run/functions.ts';
import { gridLines } from './grid.ts';
import { styleFor, wrapText } from './style.ts';

const MAX_WIDTH = 80;
const MAX_THREADS = 6;
const MAX_FUNCTIONS = 3;
const MAX_LABEL = 30;

/** At most 25 lines, notes and gates aside. */
export function renderRecordingSummary(
  { recording, functions }: RecordingView,
  {
    colour,
    width,
    report,
  }: { readonly colour: boolean; readonly width: number; readonly report: string | null },
): string {
  const style = styleFor(colour);
  const columns = Math.min(width, MAX_WIDTH);
  const [first] = recording.verdicts;
  const { headline, advice } = verdictWords(first!);
  const fold = (text: string, indent = '', hanging = indent): string[] =>
    wrapText(cleanText(text), columns, indent, hanging).slice(0, 2);
  const lines = [
    ...fold(headline).map(style.bold),
    ...fold(advice),
    '',
    ...threadLines(recording.threads),
    '',
    ...hotLines(functions).flatMap((line, index) =>
      fold(line, index === 0 ? 'Hot:    ' : '        ', '          '),
    ),
    ...fold(stallText(recording), 'Stalls: ', '          '),
    ...waitLines(recording).flatMap((line) => fold(line, 'Waits:  ', '          ')),
    ...recording.warnings.slice(0, 2).flatMap(({ message }) => fold(message, 'Note:   ', '          ')),
    ...recording.gates
      .slice(0, 3)
      .flatMap((gate) =>
        fold(
          `${GATE_MARKS[gate.outcome]} ${cleanText(gate.expression, 60)} – ${recordedGateText(gate)}`,
          'Gate:   ',
          '          ',
        ),
      ),
    ...(report === null ? [] : [`Report: ${report}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function threadLines(threads: readonly RecordedThread[]): string[] {
  const shown = [...threads].sort((a, b) => b.busyMs - a.busyMs).slice(0, MAX_THREADS);
  const rows = shown.map((thread) => [
    cleanText(thread.label, MAX_LABEL),
    formatShare(thread.sampledMs > 0 ? thread.busyMs / thread.sampledMs : null),
    formatMs(thread.busyMs),
    formatMs(thread.cpuMs),
    formatMs(thread.lag?.maxMs),
    formatMs(thread.gc.totalMs),
  ]);
  const more = threads.length - shown.length;
  return [
    ...gridLines(['thread', 'busy', '', 'CPU', 'max lag', 'GC'], rows),
    ...(more > 0 ? [`and ${formatPlural(more, 'more thread')}`] : []),
  ];
}

function hotLines(functions: RecordingView['functions']): string[] {
  return functions
    .filter(({ category }) => category !== 'program')
    .slice(0, MAX_FUNCTIONS)
    .map((row) => `${formatMs(row.self / 1_000)} in ${placedName(row)}`);
}

function stallText(recording: Recording): string {
  const [longest] = recording.stalls;
  const place = longest === undefined ? null : blockedIn(longest);
  const most =
    longest === undefined
      ? ''
      : `; longest ${formatMs((longest.endUs - longest.startUs) / 1_000)}${place === null ? ` (${NOT_SAMPLED})` : ` in ${frameLabel(place)}`}`;
  return `${stallsText(recording)}${most}`;
}

function waitLines({ waits }: Recording): string[] {
  return waits
    .filter(({ kind }) => kind !== 'child' && kind !== 'queue')
    .slice(0, 1)
    .map(
      ({ kind, target, count, totalMs }) =>
        `${WAIT_NAMES[kind]} ${target}: ${formatCount(count)}, ${formatMs(totalMs)} together`,
    );
}
