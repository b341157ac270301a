import {
  BYTES_NOTE,
  formatBytes,
  formatCount,
  formatFactor,
  formatMs,
  formatNumber,
  NONE,
} from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { SummaryRow } from '../../run/view/model.ts';
import type { ComparePageView, Pair } from '../view.ts';

/** The summaries of both runs, row under row. */
export function bothTable({ rows, comparison }: ComparePageView): Content {
  const what = comparison.quantity === 'wall' ? 'wall' : 'mean response';
  return html`<details class="behind"><summary>The summaries of both runs</summary>
<div class="scroll" tabindex="0"><table class="breakdowns">
<thead><tr><th scope="col">variant</th><th scope="col">${what}</th><th scope="col">speedup</th><th scope="col">jobs/s</th><th scope="col">p50</th><th scope="col">p90</th><th scope="col">p99</th><th scope="col">CPU</th><th scope="col">peak RSS</th><th scope="col">start-up</th><th scope="col">failed</th></tr></thead>
${rows.map(({ variant, sides }) => html`<tbody><tr><th scope="row" colspan="11">${variantName(variant)}</th></tr>${pair(sides)}</tbody>`)}
</table></div>
<p class="footnote">Medians over the rounds. ${BYTES_NOTE}.</p></details>`;
}

function pair({ before, after }: Pair<SummaryRow | null>): Content {
  return html`${row('before', before)}${row('after', after)}`;
}

function row(which: string, summary: SummaryRow | null): Content {
  if (summary === null) {
    return html`<tr class="sub"><th scope="row">${which}</th><td colspan="10">not in this run</td></tr>`;
  }
  const { comparedMs, isBaseline, speedup, open, jobsPerSecond, latencyMs, cpuMs, peakRssBytes } = summary;
  return html`<tr class="sub"><th scope="row">${which}</th>
<td>${formatMs(comparedMs?.estimate)}</td>
<td>${isBaseline ? 'baseline' : formatFactor(speedup?.estimate)}</td>
<td>${formatNumber(open === null ? jobsPerSecond : open.achievedPerSecond)}</td>
<td>${formatMs(latencyMs.p50)}</td><td>${formatMs(latencyMs.p90)}</td><td>${formatMs(latencyMs.p99)}</td>
<td>${formatMs(cpuMs)}</td><td>${formatBytes(peakRssBytes)}</td><td>${formatMs(summary.startupMs)}</td>
<td>${summary.startedTrials === 0 ? NONE : formatCount(summary.failedJobs)}</td></tr>`;
}
