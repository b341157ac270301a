import {
  changeHeadline,
  cpuWord,
  formatSignedPercent,
  formatSignedRange,
  levelName,
  percentOf,
  reasonText,
  speedupWord,
  timeNote,
  timeWord,
} from '../../../../analysis/comparison/wording.ts';
import { gateText } from '../../../../analysis/gates/wording.ts';
import type {
  Change,
  ComparedVariant,
  Figures,
  GateOutcome,
  GateResult,
  Measured,
  RunComparison,
} from '../../../../core/documents/comparison.ts';
import {
  formatFactor,
  formatFactorRange,
  formatMs,
  formatMsRange,
  formatRoughPercent,
  formatTime,
  NONE,
} from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { begun } from '../../../markup/notices.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ReportView } from '../view.ts';

/** What `--baseline` and `--fail-if` came to; null for a run with neither. */
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
  const { before, after } = comparison;
  return html`<dl class="runs-compared"><div><dt>before</dt><dd><code>${before.id}</code> ${formatTime(before.createdAt)}</dd></div>
<div><dt>after</dt><dd><code>${after.id}</code> ${formatTime(after.createdAt)}</dd></div></dl>
${surroundings(comparison)}
<ul class="findings">${changeHeadline(comparison).map((text) => html`<li>${text}</li>`)}</ul>
${changeTables(comparison)}
<p class="footnote">${timeNote(comparison)}</p>`;
}

/** What differs around the two runs, and what else is to be known before believing their figures. */
export function surroundings(comparison: RunComparison): Content {
  const { warnings } = comparison;
  return html`${differencesTable(comparison)}
${warnings.length === 0 ? null : html`<ul class="warnings">${warnings.map(({ message, code }) => html`<li><p>${begun(message)} <code class="code">${code}</code></p></li>`)}</ul>`}`;
}

/** Of each variant the change of its time, of its speedup, of its CPU, and of what nothing is claimed of. */
export function changeTables(comparison: RunComparison): Content {
  return html`${timesTable(comparison)}
${speedupsTable(comparison.variants)}
${cpuTable(comparison.variants)}
${plainTable(comparison.variants)}`;
}

function differencesTable({ differences }: RunComparison): Content {
  if (differences.length === 0) {
    return html`<p class="lead">Same machine, versions and settings in both runs.</p>`;
  }
  return html`<p class="lead">These differ between the runs, and may be why figures do:</p>
<div class="scroll" tabindex="0"><table class="left differences">
<thead><tr><th scope="col">what</th><th scope="col">before</th><th scope="col">after</th></tr></thead>
<tbody>${differences.map(({ what, before, after }) => html`<tr><th scope="row">${what}</th><td>${before}</td><td>${after}</td></tr>`)}</tbody>
</table></div>`;
}

const HEAD = html`<th scope="col">before</th><th scope="col">after</th><th scope="col">change</th><th scope="col">difference</th>`;

function timesTable({ variants, quantity }: RunComparison): Content {
  return html`<div class="scroll" tabindex="0"><table>
<caption>${quantity === 'wall' ? 'Wall' : 'Mean response time'}, median over the rounds with its interval</caption>
<thead><tr><th scope="col">variant</th>${HEAD}</tr></thead>
<tbody>${variants.map((variant) => {
    const { name, ms, change } = variant;
    return html`<tr><th scope="row">${variantName(name)}</th>${msCell(ms.before)}${msCell(ms.after)}${changeCell(change)}${wordCell(timeWord(change), change, variant)}</tr>`;
  })}</tbody></table></div>`;
}

/** The verdict, with what keeps a change from being judged, or what would have been seen of it. */
function wordCell(word: string, change: Change, variant: ComparedVariant): Content {
  const reason = noteOf(change, variant);
  return html`<td>${word}${reason === null ? null : html`<small class="reason">${reason}</small>`}</td>`;
}

function noteOf(change: Change, variant: ComparedVariant): string | null {
  const { verdict, minimumDetectableEffect } = change;
  if (verdict === 'inconclusive') return reasonText(change, variant);
  return verdict === 'no-difference'
    ? `${formatRoughPercent(minimumDetectableEffect)} would have shown`
    : null;
}

function speedupsTable(variants: readonly ComparedVariant[]): Content {
  const rows = variants.flatMap((variant) =>
    variant.speedup === null ? [] : [{ variant, ...variant.speedup }],
  );
  if (rows.length === 0) return null;
  return html`<div class="scroll" tabindex="0"><table>
<caption>Speedup, taken round by round within each run, so that the speed of the machine cancels</caption>
<thead><tr><th scope="col">variant</th>${HEAD}</tr></thead>
<tbody>${rows.map(
    ({ variant, before, after, change }) =>
      html`<tr><th scope="row">${variantName(variant.name)}</th>${factorCell(before)}${factorCell(after)}${changeCell(change)}${wordCell(speedupWord(change), change, variant)}</tr>`,
  )}</tbody></table></div>`;
}

function cpuTable(variants: readonly ComparedVariant[]): Content {
  return html`<div class="scroll" tabindex="0"><table>
<caption>CPU per job, all threads of the variant, median over the rounds with its interval</caption>
<thead><tr><th scope="col">variant</th>${HEAD}</tr></thead>
<tbody>${variants.map((variant) => {
    const { before, after, change } = variant.cpu;
    return html`<tr><th scope="row">${variantName(variant.name)}</th>${msCell(before)}${msCell(after)}${changeCell(change)}${wordCell(cpuWord(change), change, variant)}</tr>`;
  })}</tbody></table></div>`;
}

function plainTable(variants: readonly ComparedVariant[]): Content {
  const cell = ({ before, after }: Figures) =>
    html`<td>${before === null || after === null || before === 0 ? NONE : formatSignedPercent(percentOf(after / before))}</td>`;
  return html`<details class="behind"><summary>Other figures, of which nothing is claimed</summary>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">variant</th><th scope="col">start-up</th><th scope="col">p50</th><th scope="col">peak RSS</th></tr></thead>
<tbody>${variants.map(({ name, startupMs, p50Ms, peakRssBytes }) => html`<tr><th scope="row">${variantName(name)}</th>${[startupMs, p50Ms, peakRssBytes].map(cell)}</tr>`)}</tbody>
</table></div></details>`;
}

function msCell(measured: Measured | null): Content {
  return html`<td>${formatMs(measured?.estimate)}<small>${formatMsRange(measured?.low, measured?.high)}</small></td>`;
}

function factorCell(measured: Measured | null): Content {
  return html`<td>${formatFactor(measured?.estimate)}<small>${formatFactorRange(measured?.low, measured?.high)}</small></td>`;
}

function changeCell({ ratio }: Change): Content {
  if (ratio === null) return html`<td>${NONE}</td>`;
  const range = `${levelName(ratio.level)} ${formatSignedRange(percentOf(ratio.low), percentOf(ratio.high))}`;
  return html`<td><b>${formatSignedPercent(percentOf(ratio.estimate))}</b><small>${range}</small></td>`;
}

const MARKS: Readonly<Record<GateOutcome, string>> = {
  failed: 'failed',
  passed: 'passed',
  inconclusive: 'inconclusive',
};

export function gateList(gates: readonly GateResult[]): Content {
  return html`<ul class="gates">${gates.map(
    (gate) =>
      html`<li class="${gate.outcome}"><span class="gate-mark">${MARKS[gate.outcome]}</span><p>fail if <code>${gate.expression}</code>: ${gateText(gate)}</p></li>`,
  )}</ul>`;
}
