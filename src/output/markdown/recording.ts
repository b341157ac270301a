import { GATE_MARKS } from '../../analysis/gates/wording.ts';
import { recordedGateText } from '../../analysis/recording/gates.ts';
import {
  blockedIn,
  NOT_SAMPLED,
  NOT_SAMPLED_NOTE,
  openRequests,
  STALL_KINDS,
  stallsText,
  verdictWords,
  WAIT_NAMES,
} from '../../analysis/recording/wording.ts';
import type { CodePlace } from '../../core/documents/recording.ts';
import { formatCount, formatMicros, formatMs, formatShare, formatUs, NONE } from '../../core/format.ts';
import { redactArguments } from '../../core/redaction.ts';
import { frameLabel } from '../../profile/folded-name.ts';
import { comparisonLead, type RecordingComparison } from '../view/compare-recordings.ts';
import type { RecordingView } from '../view/recording.ts';
import { placedName } from '../view/run/functions.ts';
import { mdCode, mdTable, mdText } from './markup.ts';

const MAX_ROWS = 10;

/** What a person or a coding agent can act on: verdicts, threads, hot functions, stalls and waits, with file:line. */
export function renderRecordingMarkdown({ recording, functions, busyMs }: RecordingView): string {
  const { threads, stalls, waits, warnings } = recording;
  const verdicts = recording.verdicts.map(verdictWords);
  const lines = [
    `## Threadmill: ${mdCode(recording.command)}`,
    '',
    ...verdicts.flatMap(({ headline, advice }, index) => [
      `**${mdText(headline)}** ${mdText(advice)} ${mdCode(recording.verdicts[index]!.code)}`,
      '',
    ]),
    ...recording.gates.map(
      (gate) => `- ${GATE_MARKS[gate.outcome]} ${mdCode(gate.expression)}: ${recordedGateText(gate)}`,
    ),
    '',
    ...table(
      ['thread', 'busy', 'on a CPU', 'max lag', 'GC', 'stalls'],
      [...threads]
        .sort((a, b) => b.busyMs - a.busyMs)
        .map(({ label, busyMs: busy, sampledMs, cpuMs, lag, gc, stalls: own }) => [
          label,
          `${formatMs(busy)} (${formatShare(sampledMs > 0 ? busy / sampledMs : null)})`,
          ...[formatMs(cpuMs), formatMs(lag?.maxMs), formatMs(gc.totalMs), formatCount(own.count)],
        ]),
    ),
    '',
    '### Hot functions',
    '',
    ...table(
      ['function', 'self', 'share of busy', 'total'],
      functions.map((row) => [
        placedName(row),
        formatUs(row.self),
        formatShare(busyMs > 0 ? row.self / 1_000 / busyMs : null),
        formatUs(row.totalUs),
      ]),
    ),
    '',
    ...recording.exported.map(({ name, file }) => {
      const command = redactArguments(['scaffold', recording.id, '--function', `${file}#${name}`]);
      return `- To try ${mdCode(name)} in threads: ${mdCode(`threadmill ${command}`)}`;
    }),
    '',
    '### Stalls',
    '',
    `${stallsText(recording)}.`,
    '',
    ...table(
      ['in', 'for', 'cause', 'open requests'],
      stalls.map((stall) => [
        placed(blockedIn(stall)),
        ...[formatUs(stall.endUs - stall.startUs), STALL_KINDS[stall.kind], openRequests(stall)],
      ]),
    ),
    '',
    ...(stalls.some((stall) => blockedIn(stall) === null) ? [NOT_SAMPLED_NOTE, ''] : []),
    ...(waits.length === 0 ? [] : ['### Waits', '']),
    ...table(
      ['for', 'started at', 'count', 'total', 'max'],
      waits.map(({ kind, target, site, count: times, totalMs: all, maxMs }) => [
        `${WAIT_NAMES[kind]} ${target}`,
        ...[site ?? NONE, formatCount(times), formatMs(all), formatMs(maxMs)],
      ]),
    ),
    '',
    ...warnings.map(({ message, advice }) => `> ${mdText(message)} ${mdText(advice)}`),
  ];
  return `${lines.join('\n').trim()}\n`;
}

function placed(place: CodePlace | null): string {
  return place === null ? NOT_SAMPLED : frameLabel(place);
}

/** How two recordings differ, for a comment on a pull request. */
export function renderRecordingComparisonMarkdown(comparison: RecordingComparison): string {
  const { headline, sentences } = comparisonLead(comparison);
  const { difference, threads } = comparison;
  const lines = [
    `**${mdText(headline)}** ${sentences.map(mdText).join(' ')}`,
    '',
    ...table(
      ['function', 'before', 'after', '±'],
      difference.rows
        .filter(({ isNoise }) => !isNoise)
        .map((row) => [placedName(row), ...[row.a, row.b, row.noise].map(formatMicros)]),
    ),
    '',
    ...table(
      ['thread', 'busy before', 'after', 'stalls before', 'after'],
      threads.map(({ label, sides }) => [
        label,
        ...sides.map((thread) => formatMs(thread?.busyMs)),
        ...sides.map((thread) => (thread === null ? NONE : formatCount(thread.stalls.count))),
      ]),
    ),
  ];
  return `${lines.join('\n').trim()}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const more = rows.length - MAX_ROWS;
  const shown = rows.slice(0, MAX_ROWS).map((cells) => cells.map(mdText));
  return [mdTable(head, shown), ...(more > 0 ? ['', `and ${formatCount(more)} more`] : [])];
}
