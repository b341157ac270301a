import type { AgainstSummary, AgainstTable } from '../../analysis/against/summary.ts';
import { changeCells } from '../../analysis/comparison/wording.ts';
import { GATE_MARKS } from '../../analysis/gates/wording.ts';
import type { ChangedFunction } from '../../core/documents/against.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { formatMs, formatRoughPercent, NONE } from '../../core/format.ts';
import { blameText } from '../view/blame.ts';
import { mdGates, mdParagraphs } from './comparison.ts';
import { mdCode, mdTable, mdText } from './markup.ts';

/** What two versions in the same rounds showed, for a comment on a pull request. */
export function renderAgainstMarkdown(
  record: RunRecord,
  { outcome, headline, advice, versions, rounds, tables }: AgainstSummary,
): string {
  const other = record.gates.filter(({ expression }) => !/regression/.test(expression));
  const warnings = [...(record.comparedWith?.warnings ?? []), ...record.warnings];
  return mdParagraphs([
    `**${GATE_MARKS[outcome]} ${mdText(headline)}**`,
    ...tables.map(mdAgainstTable),
    mdFunctions(record.against?.functions ?? []),
    mdGates(other),
    advice.map(mdText).join(' '),
    warnings.map(({ message }) => `- ${mdText(message)}`).join('\n'),
    `${mdCode(versions.change)} against ${mdCode(versions.base)}: ${mdText(rounds)}. Changes are paired within rounds; their intervals hold whenever the rounds end. Noise: what the base, run twice, may differ from itself by.`,
    `Repeat: ${mdCode(record.commandLine)}`,
  ]);
}

function mdAgainstTable({ what, gate, rows }: AgainstTable): string {
  const head = [what, 'base', 'now', 'change', '95% CI', 'noise', gate === null ? 'gate' : `gate ${gate}`];
  return mdTable(
    head,
    rows.map(({ variant, base, changed, change, noiseFloor, outcome }) => {
      const { verdict } = change;
      const [size, interval] = changeCells(change);
      const claimed = verdict === 'increased' || verdict === 'decreased';
      return [
        variant,
        formatMs(base),
        formatMs(changed),
        claimed ? `**${size}**` : size,
        interval,
        noiseFloor === null ? NONE : formatRoughPercent(noiseFloor),
        outcome === null ? NONE : `${GATE_MARKS[outcome]} ${outcome}`,
      ];
    }),
  );
}

function mdFunctions(functions: readonly ChangedFunction[]): string {
  if (functions.length === 0) return '';
  const each = functions.map((changed) => `- ${blameText(changed, mdCode)}`);
  return ['Functions whose self time changed most:', '', ...each].join('\n');
}
