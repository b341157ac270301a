import {
  type ChangeTable,
  changeInterval,
  changeReason,
  changeSize,
  changeTables,
  plainChange,
} from '../../../../analysis/comparison/wording.ts';
import { gateText } from '../../../../analysis/gates/wording.ts';
import { UNITS } from '../../../../analysis/metric-units.ts';
import { PLAIN_METRICS } from '../../../../analysis/metrics.ts';
import type {
  Change,
  ComparedVariant,
  GateResult,
  GateUnit,
  Measured,
  RunComparison,
} from '../../../../core/documents/comparison.ts';
import { formatRoughPercent, formatTime, NONE } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { begun } from '../../../markup/notices.ts';
import { variantName } from '../../../markup/variant-name.ts';
import { headlineText } from '../../../markup/verdict.ts';
import type { ReportView } from '../view.ts';

export function changesSection({ changes, gates }: ReportView): Content {
  if (changes === null && gates.length === 0) return null;
  return html`<section id="changes" aria-labelledby="changes-title">
<h2 id="changes-title">${changes === null ? 'Gates' : changes.paired ? 'Compared with the base' : 'Compared with an earlier run'}</h2>
${changes === null ? null : comparisonParts(changes)}
${gates.length === 0 ? null : html`${changes === null ? null : html`<h3 id="gates">Gates</h3>`}${gateList(gates)}`}
</section>`;
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
<div class="scroll" tabindex="0"><table class="left differences">
<thead><tr><th scope="col">what</th><th scope="col">before</th><th scope="col">after</th></tr></thead>
<tbody>${differences.map(({ what, before, after }) => html`<tr><th scope="row">${what}</th><td>${before}</td><td>${after}</td></tr>`)}</tbody>
</table></div>`;
}

function judgedTable({ caption, unit, rows }: ChangeTable): Content {
  return html`<div class="scroll" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">variant</th><th scope="col">before</th><th scope="col">after</th><th scope="col">change</th><th scope="col">difference</th></tr></thead>
<tbody>${rows.map(
    ({ variant, before, after, change, word, isWorse }) =>
      html`<tr><th scope="row">${variantName(variant.name)}</th>${measuredCell(before, unit)}${measuredCell(after, unit)}${changeCell(change)}${wordCell(isWorse ? html`<b class="bad">${word}</b>` : word, change, variant)}</tr>`,
  )}</tbody></table></div>`;
}

/** The verdict, with what keeps a change from being judged, or what would have been seen of it. */
function wordCell(word: Content, change: Change, variant: ComparedVariant): Content {
  const reason = noteOf(change, variant);
  return html`<td>${word}${reason === null ? null : html`<small class="reason">${reason}</small>`}</td>`;
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
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">variant</th>${PLAIN_METRICS.map(({ head }) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${variants.map((variant) => html`<tr><th scope="row">${variantName(variant.name)}</th>${PLAIN_METRICS.map(({ field }) => html`<td>${plainChange(variant[field])}</td>`)}</tr>`)}</tbody>
</table></div></details>`;
}

function measuredCell(measured: Measured | null, unit: GateUnit): Content {
  if (measured === null) return html`<td>${NONE}</td>`;
  const { format, range } = UNITS[unit];
  return html`<td>${format(measured.estimate)}<small>${range?.(measured.low, measured.high)}</small></td>`;
}

function changeCell({ ratio }: Change): Content {
  if (ratio === null) return html`<td>${NONE}</td>`;
  return html`<td><b>${changeSize(ratio)}</b><small>${changeInterval(ratio)}</small></td>`;
}

export function gateList(gates: readonly GateResult[]): Content {
  return html`<ul class="gates">${gates.map(
    (gate) =>
      html`<li class="${gate.outcome}"><span class="gate-mark">${gate.outcome}</span><p>fail if <code>${gate.expression}</code>: ${gateText(gate)}</p></li>`,
  )}</ul>`;
}
