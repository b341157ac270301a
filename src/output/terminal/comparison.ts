import {
  type ChangeTable,
  changeCells,
  changeTables,
  plainChange,
} from '../../analysis/comparison/wording.ts';
import { UNITS } from '../../analysis/metric-units.ts';
import { type MetricName, PLAIN_METRICS } from '../../analysis/metrics.ts';
import { cleanText } from '../../core/clean-text.ts';
import type { Change, ComparedVariant, RunComparison } from '../../core/documents/comparison.ts';
import { formatPlural, formatTime } from '../../core/format.ts';
import { tableLines } from './grid.ts';
import { type Style, wrapText } from './style.ts';
import { headlineLines, verdictHeadline, verdictLines } from './verdict.ts';

const CERTAIN: readonly Change['verdict'][] = ['increased', 'decreased'];
const MAX_WARNING_LINES = 4;

/** How two runs compare, as blocks of lines: what differs around them first, then what can be said, then figures. */
export function comparisonBlocks(
  comparison: RunComparison,
  width: number,
  style: Style,
  details: boolean,
): string[][] {
  const warnings = comparison.warnings.map(({ message }) =>
    wrapText(`! ${cleanText(message)}`, width, '', '  ').map(style.yellow),
  );
  const tables = changeTables(comparison);
  if (!details) {
    const cpuChanged = comparison.variants.some(({ cpu }) => CERTAIN.includes(cpu.change.verdict));
    const shown: readonly MetricName[] = cpuChanged ? ['wall', 'cpu'] : ['wall'];
    return [
      [identityLine('Before', comparison.before), identityLine('After ', comparison.after)],
      comparison.differences.length === 0 ? [] : differenceLines(comparison, width, style),
      [...headlineLines(comparison.verdict, width, style), ...firstWarnings(warnings, style)],
      ...tables.filter(({ metric }) => shown.includes(metric)).map((each) => judgedTable(each, style)),
    ].filter((lines) => lines.length > 0);
  }
  return [
    [identityLine('Before', comparison.before), identityLine('After ', comparison.after)],
    differenceLines(comparison, width, style),
    warnings.flat(),
    verdictHeadline(comparison.verdict, width, style),
    verdictLines(comparison.verdict, width, style),
    ...tables.map((each) => judgedTable(each, style)),
    plainTable(comparison.variants, style),
  ].filter((lines) => lines.length > 0);
}

/** Whole warnings, as many as there is room for. */
function firstWarnings(warnings: readonly (readonly string[])[], style: Style): string[] {
  let lines = 0;
  const shown = warnings.filter((each) => {
    lines += each.length;
    return lines <= MAX_WARNING_LINES;
  });
  const rest = warnings.length - shown.length;
  return [
    ...shown.flat(),
    ...(rest === 0 ? [] : [style.yellow(`! ${formatPlural(rest, 'more warning')}: --details`)]),
  ];
}

function identityLine(which: string, { id, createdAt }: RunComparison['before']): string {
  return `${which}  ${cleanText(id)}  (${formatTime(createdAt)})`;
}

function differenceLines({ differences }: RunComparison, width: number, style: Style): string[] {
  if (differences.length === 0) return ['Same machine, versions and settings in both runs.'];
  const named = Math.max(...differences.map(({ what }) => cleanText(what).length));
  const hanging = ' '.repeat(named + 4);
  return [
    style.yellow('! These differ between the runs and may explain the changes:'),
    ...differences.flatMap(({ what, before, after }) =>
      wrapText(
        `${cleanText(before)} → ${cleanText(after)}`,
        width,
        `  ${cleanText(what).padEnd(named)}  `,
        hanging,
      ),
    ),
  ];
}

function judgedTable({ head, unit, rows }: ChangeTable, style: Style): string[] {
  const { format } = UNITS[unit];
  return tableLines(
    [head, 'before', 'after', 'change', '95% CI', 'difference'],
    rows.map(({ variant, before, after, change, word }) => [
      variant.name,
      format(before?.estimate ?? null),
      format(after?.estimate ?? null),
      ...changeCells(change),
      word,
    ]),
    style,
  );
}

/** Nothing is claimed of these, so there is nothing but their change. */
function plainTable(variants: readonly ComparedVariant[], style: Style): string[] {
  const rows = variants.map((variant) => [
    variant.name,
    ...PLAIN_METRICS.map(({ field }) => plainChange(variant[field])),
  ]);
  return tableLines(['variant (no claims)', ...PLAIN_METRICS.map(({ head }) => head)], rows, style);
}
