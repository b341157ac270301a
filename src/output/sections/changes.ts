import {
  type ChangeTable,
  changeInterval,
  changeReason,
  changeSize,
  changeTables,
  plainChange,
} from '../../analysis/comparison/wording.ts';
import { gateText } from '../../analysis/gates/wording.ts';
import { UNITS } from '../../analysis/metric-units.ts';
import { PLAIN_METRICS } from '../../analysis/metrics.ts';
import type {
  Change,
  ComparedVariant,
  GateResult,
  GateUnit,
  Measured,
  RunComparison,
} from '../../core/documents/comparison.ts';
import { formatRoughPercent, formatTime, NONE } from '../../core/format.ts';
import { type Content, html } from '../markup/markup.ts';
import { begun } from '../markup/notices.ts';
import { table } from '../markup/table.ts';
import { variantName } from '../markup/variant-name.ts';
import type { ReportView } from '../view/run/model.ts';
import { headlineText } from '../view/verdict.ts';

export function changesHeading({ changes }: ReportView): string {
  if (changes === null) return 'Gates';
  return changes.paired ? 'Compared with the base' : 'Compared with an earlier run';
}

export function changesSection({ changes, gates }: ReportView): Content {
  if (changes === null && gates.length === 0) return null;
  return html`${changes === null ? null : comparisonParts(changes)}
${gates.length === 0 ? null : html`${changes === null ? null : html`<h3 id="gates">Gates</h3>`}${gateList(gates)}`}`;
}

/** What differs around the runs first, for it may be why figures do; then what can be said; then the figures. */
function comparisonParts(comparison: RunComparison): Content {
  const { before, after, verdict } = comparison;
  return html`<dl class="runs-compared"><div><dt>before</dt><dd><code>${before.id}</code> ${formatTime(before.createdAt)}</dd></div>
<div><dt>after</dt><dd><code>${after.id}</code> ${formatTime(after.createdAt)}</dd></div></dl>
${surroundings(comparison)}
<ul class="findings">${[headlineText(verdict), ...verdict.lines.map(({ text }) => text)].map((text) => html`<li>${text}</li>`)}</ul>
${changesTables(comparison)}`;
}

/** What differs around the two runs, and what else is to be known before believing their figures. */
export function surroundings(comparison: RunComparison): Content {
  const { warnings } = comparison;
  return html`${differencesTable(comparison)}
${warnings.length === 0 ? null : html`<ul class="warnings">${warnings.map(({ message, code }) => html`<li><p>${begun(message)} <code class="code">${code}</code></p></li>`)}</ul>`}`;
}

export function changesTables(comparison: RunComparison): Content {
  return html`${changeTables(comparison).map(judgedTable)}
${plainTable(comparison.variants)}`;
}

function differencesTable({ differences }: RunComparison): Content {
  if (differences.length === 0) {
    return html`<p class="lead">Same machine, versions and settings in both runs.</p>`;
  }
  return html`<p class="lead">These differ between the runs and may explain the changes:</p>
${table(
  ['what', 'before', 'after'],
  differences.map(({ what, before, after }) => [what, before, after]),
  { look: 'left differences' },
)}`;
}

function judgedTable({ caption, unit, rows }: ChangeTable): Content {
  return table(
    ['variant', 'before', 'after', 'change', 'difference'],
    rows.map(({ variant, before, after, change, word, isWorse }) => [
      ...[variantName(variant.name), measuredCell(before, unit), measuredCell(after, unit)],
      ...[changeCell(change), wordCell(isWorse ? html`<b class="bad">${word}</b>` : word, change, variant)],
    ]),
    { caption },
  );
}

/** The verdict, with what keeps a change from being judged, or the minimum detectable effect. */
function wordCell(word: Content, change: Change, variant: ComparedVariant): Content {
  const reason = noteOf(change, variant);
  return html`${word}${reason === null ? null : html`<small class="reason">${reason}</small>`}`;
}

function noteOf(change: Change, variant: ComparedVariant): string | null {
  const { verdict, minimumDetectableEffect } = change;
  if (verdict === 'inconclusive') return changeReason(change, variant);
  return verdict === 'no-difference'
    ? `${formatRoughPercent(minimumDetectableEffect)} would have shown`
    : null;
}

function plainTable(variants: readonly ComparedVariant[]): Content {
  return html`<details class="behind"><summary>Other figures (no claims)</summary>
${table(
  ['variant', ...PLAIN_METRICS.map(({ head }) => head)],
  variants.map((variant) => [
    variantName(variant.name),
    ...PLAIN_METRICS.map(({ field }) => plainChange(variant[field])),
  ]),
)}</details>`;
}

function measuredCell(measured: Measured | null, unit: GateUnit): Content {
  if (measured === null) return NONE;
  const { format, range } = UNITS[unit];
  return html`${format(measured.estimate)}<small>${range?.(measured.low, measured.high)}</small>`;
}

export function changeCell({ ratio }: Pick<Change, 'ratio'>): Content {
  return ratio === null ? NONE : html`<b>${changeSize(ratio)}</b><small>${changeInterval(ratio)}</small>`;
}

export function gateList(gates: readonly GateResult[]): Content {
  return html`<ul class="gates">${gates.map((gate) => gateItem(gate, gateText(gate)))}</ul>`;
}

export function gateItem(
  { outcome, expression }: Pick<GateResult, 'outcome' | 'expression'>,
  text: string,
): Content {
  return html`<li class="${outcome}"><span class="gate-mark">${outcome}</span><p>fail if <code>${expression}</code>: ${text}</p></li>`;
}
