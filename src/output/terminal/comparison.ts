import {
  cpuWord,
  formatSignedPercent,
  formatSignedRange,
  percentOf,
  speedupWord,
  timeWord,
} from '../../analysis/comparison/wording.ts';
import { cleanText } from '../../core/clean-text.ts';
import type {
  Change,
  ComparedVariant,
  Figures,
  Measured,
  RunComparison,
} from '../../core/documents/comparison.ts';
import { formatFactor, formatMs, formatTime, NONE } from '../../core/format.ts';
import { gridLines } from './grid.ts';
import { type Style, wrapText } from './style.ts';
import { headlineLines, verdictHeadline, verdictLines } from './verdict.ts';

/** Lines of warnings in the short form. */
const MAX_WARNINGS = 3;

/** How two runs compare, as blocks of lines: what differs around them first, then what can be said, then figures. */
export function comparisonBlocks(
  comparison: RunComparison,
  width: number,
  style: Style,
  details: boolean,
): string[][] {
  const warnings = comparison.warnings.flatMap(({ message }) =>
    wrapText(`! ${cleanText(message)}`, width, '', '  ').map(style.yellow),
  );
  if (!details) {
    return [
      [identityLine('Before', comparison.before), identityLine('After ', comparison.after)],
      comparison.differences.length === 0 ? [] : differenceLines(comparison, width, style),
      [...headlineLines(comparison.verdict, width, style), ...warnings.slice(0, MAX_WARNINGS)],
      timeTable(comparison, style),
      comparison.variants.some(({ cpu }) => ['increased', 'decreased'].includes(cpu.change.verdict))
        ? cpuTable(comparison.variants, style)
        : [],
    ].filter((lines) => lines.length > 0);
  }
  return [
    [identityLine('Before', comparison.before), identityLine('After ', comparison.after)],
    differenceLines(comparison, width, style),
    warnings,
    verdictHeadline(comparison.verdict, width, style),
    verdictLines(comparison.verdict, width, style),
    timeTable(comparison, style),
    speedupTable(comparison.variants, style),
    cpuTable(comparison.variants, style),
    plainTable(comparison.variants, style),
  ].filter((lines) => lines.length > 0);
}

function identityLine(which: string, { id, createdAt }: RunComparison['before']): string {
  return `${which}  ${cleanText(id)}  (${formatTime(createdAt)})`;
}

function differenceLines({ differences }: RunComparison, width: number, style: Style): string[] {
  if (differences.length === 0) return ['Same machine, versions and settings in both runs.'];
  const named = Math.max(...differences.map(({ what }) => cleanText(what).length));
  const hanging = ' '.repeat(named + 4);
  return [
    style.yellow('! These differ between the runs, and may be why figures do:'),
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

function timeTable({ variants, quantity }: RunComparison, style: Style): string[] {
  const rows = variants.map(({ name, ms, change }) => [
    name,
    formatMs(ms.before?.estimate),
    formatMs(ms.after?.estimate),
    ...changeCells(change),
    timeWord(change),
  ]);
  const what = quantity === 'wall' ? 'wall' : 'response time';
  return table([what, 'before', 'after', 'change', '95% interval', 'difference'], rows, style);
}

function speedupTable(variants: readonly ComparedVariant[], style: Style): string[] {
  const rows = variants.flatMap(({ name, speedup }) =>
    speedup === null
      ? []
      : [
          [
            name,
            factor(speedup.before),
            factor(speedup.after),
            ...changeCells(speedup.change),
            speedupWord(speedup.change),
          ],
        ],
  );
  if (rows.length === 0) return [];
  return table(['speedup', 'before', 'after', 'change', '95% interval', 'difference'], rows, style);
}

function cpuTable(variants: readonly ComparedVariant[], style: Style): string[] {
  const rows = variants.map(({ name, cpu }) => [
    name,
    formatMs(cpu.before?.estimate),
    formatMs(cpu.after?.estimate),
    ...changeCells(cpu.change),
    cpuWord(cpu.change),
  ]);
  return table(['CPU per job', 'before', 'after', 'change', '95% interval', 'difference'], rows, style);
}

/** Nothing is claimed of these, so there is nothing but their change. */
function plainTable(variants: readonly ComparedVariant[], style: Style): string[] {
  const rows = variants.map(({ name, startupMs, p50Ms, peakRssBytes }) => [
    name,
    ...[startupMs, p50Ms, peakRssBytes].map(plainChange),
  ]);
  return table(['variant (no claims)', 'start-up', 'p50', 'peak RSS'], rows, style);
}

function changeCells({ ratio }: Change): string[] {
  if (ratio === null) return [NONE, NONE];
  const interval = formatSignedRange(percentOf(ratio.low), percentOf(ratio.high));
  return [formatSignedPercent(percentOf(ratio.estimate)), ratio.level < 0.95 ? NONE : interval];
}

function factor(measured: Measured | null): string {
  return formatFactor(measured?.estimate);
}

function plainChange({ before, after }: Figures): string {
  if (before === null || after === null || before === 0) return NONE;
  return formatSignedPercent(percentOf(after / before));
}

function table(head: readonly string[], rows: readonly (readonly string[])[], style: Style): string[] {
  const [first = '', ...body] = gridLines(head, rows);
  return [style.dim(first), ...body];
}
