import { type ChangeTable, changeCells, changeTables } from '../../analysis/comparison/wording.ts';
import { GATE_MARKS, gateText } from '../../analysis/gates/wording.ts';
import { UNITS } from '../../analysis/metric-units.ts';
import type { GateResult, GateUnit, Measured, RunComparison } from '../../core/documents/comparison.ts';
import { formatTime, NONE } from '../../core/format.ts';
import { TOPIC_LABELS } from '../../core/labels.ts';
import { headlineText } from '../view/verdict.ts';
import { mdCode, mdTable, mdText } from './markup.ts';

export function renderComparisonMarkdown(comparison: RunComparison, gates: readonly GateResult[]): string {
  return mdParagraphs([...mdComparison(comparison), mdGates(gates)]);
}

export function mdComparison(comparison: RunComparison): string[] {
  const { before, after, verdict } = comparison;
  const run = ({ id, createdAt }: RunComparison['before']) => `${mdCode(id)} (${formatTime(createdAt)})`;
  return [
    `**${mdText(headlineText(verdict))}**`,
    verdict.lines.map(({ topic, text }) => `- ${TOPIC_LABELS[topic]}: ${mdText(text)}`).join('\n'),
    mdDifferences(comparison),
    comparison.warnings.map(({ message }) => `> ${mdText(message)}`).join('  \n'),
    ...changeTables(comparison).map(judgedTable),
    `Before: ${run(before)}. After: ${run(after)}.`,
  ];
}

export function mdGates(gates: readonly GateResult[]): string {
  return gates
    .map((gate) => `- ${GATE_MARKS[gate.outcome]} ${mdCode(gate.expression)}: ${mdText(gateText(gate))}`)
    .join('\n');
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
  return ['These differ between the runs and may explain the changes:', '', ...items].join('\n');
}

function judgedTable({ head, unit, rows }: ChangeTable): string {
  return mdTable(
    [head, 'before', 'after', 'change', '95% CI', 'difference'],
    rows.map(({ variant, before, after, change, word }) => [
      variant.name,
      withRange(before, unit),
      withRange(after, unit),
      ...changeCells(change),
      change.verdict === 'increased' || change.verdict === 'decreased' ? `**${word}**` : word,
    ]),
  );
}

function withRange(measured: Measured | null, unit: GateUnit): string {
  if (measured === null) return NONE;
  const { format, range } = UNITS[unit];
  return `${format(measured.estimate)} (${range?.(measured.low, measured.high)})`;
}
