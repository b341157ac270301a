import type { AgainstSummary, AgainstTable } from '../../analysis/against/summary.ts';
import { changeCells } from '../../analysis/comparison/wording.ts';
import { GATE_MARKS } from '../../analysis/gates/wording.ts';
import { cleanText, LONG_TEXT } from '../../core/clean-text.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { formatMs, formatPlural, formatRoughPercent, NONE } from '../../core/format.ts';
import { blameText } from '../view/blame.ts';
import { tableLines } from './grid.ts';
import { type Style, styleFor, wrapText } from './style.ts';
import { type SummaryOptions, textOfBlocks, usableWidth } from './summary.ts';

/** What two versions in the same rounds showed, in at most 25 lines of 80 columns for four variants. */
export function renderAgainst(
  record: RunRecord,
  summary: AgainstSummary,
  { colour, width: columns, reportPath }: Omit<SummaryOptions, 'details'>,
): string {
  const style = styleFor(colour);
  const width = usableWidth(columns);
  const { outcome, headline, advice, versions, rounds, tables } = summary;
  const tone = { failed: style.red, passed: style.green, inconclusive: style.yellow }[outcome];
  const warnings = record.warnings.length + (record.comparedWith?.warnings.length ?? 0);
  return textOfBlocks([
    wrapText(`${GATE_MARKS[outcome]} ${cleanText(headline, LONG_TEXT)}`, width, '', '  ').map(tone),
    ...tables.map((table) => againstTable(table, style)),
    (record.against?.functions ?? []).flatMap((each) => wrapText(blameText(each), width, '', '  ')),
    [
      ...advice.flatMap((text) => wrapText(`→ ${text}`, width, '', '  ')),
      ...wrapText(`${cleanText(versions.change)} against ${cleanText(versions.base)}; ${rounds}.`, width).map(
        style.dim,
      ),
      ...(warnings === 0 ? [] : [style.yellow(`${formatPlural(warnings, 'warning')} in the report.`)]),
      ...(reportPath === null ? [] : [`Report: ${style.bold(reportPath)}`]),
    ],
  ]);
}

function againstTable({ what, gate, rows }: AgainstTable, style: Style): string[] {
  const head = [what, 'base', 'change', '95% CI', 'noise', gate === null ? 'no gate' : `gate ${gate}`];
  return tableLines(
    head,
    rows.map(({ variant, base, change, noiseFloor, outcome }) => [
      variant,
      formatMs(base),
      ...changeCells(change),
      noiseFloor === null ? NONE : formatRoughPercent(noiseFloor),
      outcome === null ? NONE : `${GATE_MARKS[outcome]} ${outcome}`,
    ]),
    style,
  );
}
