import { ceilingText, workersText } from '../../../../analysis/verdict/sweep/capacity.ts';
import { hasPoorFit, type LawView, lawViews } from '../../../../analysis/verdict/sweep/laws.ts';
import { axisPlace } from '../../../../analysis/verdict/sweep/wording.ts';
import type { Panel } from '../../../../core/documents/sweep-analysis.ts';
import type { SweepRecord } from '../../../../core/documents/sweep-record.ts';
import { formatCount, formatNumber } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';

export function lawsSection({ definition, sessions }: SweepRecord, panels: readonly Panel[]): Content {
  const { environment } = sessions.at(-1)!;
  const groups = panels.map((panel) => ({ panel, views: lawViews(panel, environment) }));
  const first = groups.flatMap(({ views }) => views)[0];
  if (first === undefined) return null;
  const other = definition.axes.find(({ name }) => name !== panels[0]!.along);
  const amdahl = panels[0]!.along === 'workers';
  const placed = panels.length > 1 && other !== undefined;
  return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="laws-title"><table class="laws">
<thead><tr>${placed ? html`<th scope="col">at</th>` : null}<th scope="col">variant</th>${first.figures.map(({ label }) => html`<th scope="col">${label}</th>`)}<th scope="col">residual</th><th scope="col" class="words">prediction</th></tr></thead>
<tbody>${groups.map(({ panel, views }) => views.map((view) => lawRow(view, placed ? axisPlace(other.name, panel.at!) : null)))}</tbody>
</table></div>
<p class="footnote">${
    amdahl
      ? html`X(n) = λn ÷ (1 + s(n−1)), n threads; s is the serial share of the work.`
      : html`X(n) = λn ÷ (1 + σ(n−1) + κn(n−1)), n ${panels[0]!.along === 'queue-workers' ? 'workers' : 'concurrent jobs'}; σ is contention, κ coherency (Gunther, 2007). A peak is given only where the interval of κ excludes 0.`
  } Fitted to the logarithms by least squares, without points that had failures or a server at its limit. In parentheses:
95% CI by bootstrap over the points, wide with few points. Residual: root mean square distance of the points from the curve.</p>
${capacityTable(panels)}`;
}

/** How many workers some rates take, and the ceilings of one queue. */
function capacityTable(panels: readonly Panel[]): Content {
  const rows = panels.flatMap(({ curves }) =>
    curves.flatMap(({ capacity, law }) =>
      capacity === undefined || law === null || hasPoorFit(law) ? [] : [capacity],
    ),
  );
  const [first] = rows;
  if (first === undefined || panels.length > 1) return null;
  const { rates, queueServer, coordinator, measuredTo } = first;
  const limits = [
    ['queue server', queueServer],
    ['coordinator', coordinator],
  ] as const;
  return html`<h3 id="capacity-title">How far one queue carries</h3>
<div class="scroll" tabindex="0" role="group" aria-labelledby="capacity-title"><table class="laws">
<thead><tr><th scope="col">for</th><th scope="col" class="words">by law and CPU per job</th><th scope="col" class="words">note</th></tr></thead>
<tbody>${rates.map(
    ({ perSecond, workers, extrapolated, beyond }) =>
      html`<tr><th scope="row">${formatNumber(perSecond)} jobs/s</th><td class="words">${workers === null ? 'no number of workers' : workersText(workers)}</td><td class="words">${[
        ...(extrapolated ? [`not within the measured range (up to ${formatCount(measuredTo)})`] : []),
        ...(beyond === null
          ? []
          : [`more than the ${beyond === 'coordinator' ? 'coordinator' : 'queue server'} can carry`]),
      ].join('; ')}</td></tr>`,
  )}${limits.map(([name, ceiling]) =>
    ceiling === null
      ? null
      : html`<tr><th scope="row">${name}</th><td class="words">${ceilingText(ceiling)}</td><td class="words">always busy at this rate</td></tr>`,
  )}</tbody>
</table></div>
<p class="footnote">Ceilings: 1 ÷ CPU per job, at the point with the highest throughput. Redis runs commands on one thread, and the coordinator runs on one.</p>
`;
}

function lawRow({ variant, figures, residual, prediction, warning }: LawView, place: string | null): Content {
  return html`<tr>${place === null ? null : html`<th scope="row">${place}</th>`}<th scope="row">${variantName(variant)}</th>${figures.map(({ value }) => html`<td>${value}</td>`)}<td>${residual}</td><td class="words">${prediction}${warning === null ? null : html`<small class="note">${warning}</small>`}</td></tr>`;
}
