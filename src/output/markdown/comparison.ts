import {
  cpuWord,
  formatSignedPercent,
  formatSignedRange,
  percentOf,
  speedupWord,
  timeWord,
} from '../../analysis/comparison/wording.ts';
import type { Change, GateResult, Measured, RunComparison } from '../../core/documents/comparison.ts';
import { formatFactor, formatMs, formatMsRange, formatTime, NONE } from '../../core/format.ts';
import { TOPIC_LABELS } from '../../core/labels.ts';
import { mdGates } from './gates.ts';
import { mdCode, mdTable, mdText } from './markup.ts';

/** How two runs compare, and what the gates say of it, for a comment on a pull request. */
export function renderComparisonMarkdown(comparison: RunComparison, gates: readonly GateResult[]): string {
  return mdParagraphs([...mdComparison(comparison), mdGates(gates)]);
}

export function mdComparison(comparison: RunComparison): string[] {
  const { before, after, verdict } = comparison;
  const run = ({ id, createdAt }: RunComparison['before']) => `${mdCode(id)} (${formatTime(createdAt)})`;
  return [
    `**${mdText(verdict.headline)}**`,
    verdict.lines.map(({ topic, text }) => `- ${TOPIC_LABELS[topic]}: ${mdText(text)}`).join('\n'),
    mdDifferences(comparison),
    comparison.warnings.map(({ message }) => `> ${mdText(message)}`).join('  \n'),
    timeTable(comparison),
    speedupTable(comparison),
    cpuTable(comparison),
    `Before: ${run(before)}. After: ${run(after)}.`,
  ];
}

/** With an empty line between them; those that are empty are left out. */
export function mdParagraphs(paragraphs: readonly string[]): string {
  return `${paragraphs.filter((text) => text !== '').join('\n\n')}\n`;
}

function mdDifferences({ differences }: RunComparison): string {
  if (differences.length === 0) return 'Same machine, versions and settings in both runs.';
  const items = differences.map(
    ({ what, before, after }) => `- ${mdText(what)}: ${mdCode(before)} → ${mdCode(after)}`,
  );
  return ['These differ between the runs, and may be why figures do:', '', ...items].join('\n');
}

function timeTable({ variants, quantity }: RunComparison): string {
  const head = [quantity, 'before', 'after', 'change', '95% interval', 'difference'];
  return mdTable(
    head,
    variants.map(({ name, ms, change }) => [
      name,
      withRange(ms.before),
      withRange(ms.after),
      ...changeCells(change),
      word(change, timeWord(change)),
    ]),
  );
}

function speedupTable({ variants }: RunComparison): string {
  const rows = variants.flatMap(({ name, speedup }) =>
    speedup === null
      ? []
      : [
          [
            name,
            formatFactor(speedup.before?.estimate),
            formatFactor(speedup.after?.estimate),
            ...changeCells(speedup.change),
            word(speedup.change, speedupWord(speedup.change)),
          ],
        ],
  );
  if (rows.length === 0) return '';
  return mdTable(['speedup', 'before', 'after', 'change', '95% interval', 'difference'], rows);
}

function cpuTable({ variants }: RunComparison): string {
  const head = ['variant', 'CPU per job before', 'after', 'change', '95% interval', 'difference'];
  return mdTable(
    head,
    variants.map(({ name, cpu }) => [
      name,
      withRange(cpu.before),
      withRange(cpu.after),
      ...changeCells(cpu.change),
      word(cpu.change, cpuWord(cpu.change)),
    ]),
  );
}

function withRange(measured: Measured | null): string {
  if (measured === null) return NONE;
  return `${formatMs(measured.estimate)} (${formatMsRange(measured.low, measured.high)})`;
}

function changeCells({ ratio }: Change): string[] {
  if (ratio === null) return [NONE, NONE];
  const interval = formatSignedRange(percentOf(ratio.low), percentOf(ratio.high));
  return [formatSignedPercent(percentOf(ratio.estimate)), ratio.level < 0.95 ? NONE : interval];
}

function word({ verdict }: Change, text: string): string {
  return verdict === 'increased' || verdict === 'decreased' ? `**${text}**` : text;
}
