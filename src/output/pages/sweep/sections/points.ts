import { axisTitle, axisValue } from '../../../../analysis/verdict/sweep/wording.ts';
import type { PointVariant, SweepPoint, SweepRecord } from '../../../../core/documents/sweep-record.ts';
import { formatCount, formatMs, formatNumber, formatShare, NONE } from '../../../../core/format.ts';
import { reasonText } from '../../../../core/reasons.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import { reportOf } from './map.ts';

const ENDED_BY = {
  rounds: '',
  precision: 'target reached',
  'max-time': 'time limit',
  decided: '',
  undecidable: '',
} as const;

export function pointsSection({ definition, points }: SweepRecord): Content {
  const { axes, variants } = definition;
  const sorted = [...points].sort(
    (one, other) => one.at[0]! - other.at[0]! || (one.at[1] ?? 0) - (other.at[1] ?? 0),
  );
  const order = new Map(points.map(({ key }, index) => [key, index + 1]));
  return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="points-title"><table class="points">
<thead><tr>${axes.map(({ name }) => html`<th scope="col">${axisTitle(name)}</th>`)}<th scope="col">order</th><th scope="col">jobs</th><th scope="col">rounds</th>${variants.map((name) => html`<th scope="col">${variantName(name)}<small class="points-of">time, jobs/s</small></th>`)}<th scope="col">report</th></tr></thead>
<tbody>${sorted.map((point) => pointRow(point, definition, order.get(point.key)!))}</tbody>
</table></div>
<p class="footnote">Order: the position in the shuffled order of the sweep. The report of a point is a full report of its run. Time includes
the end, where slots run out of jobs; jobs/s does not.</p>`;
}

function pointRow(point: SweepPoint, { axes, variants }: SweepRecord['definition'], order: number): Content {
  const { result, failure, at } = point;
  const places = axes.map(({ name }, index) => html`<th scope="row">${axisValue(name, at[index]!)}</th>`);
  if (result === null) {
    const why = failure === null ? reasonText('not-measured') : failure.message;
    return html`<tr>${places}<td>${order}</td><td class="words" colspan="${variants.length + 3}"><span class="quiet">${why}</span></td></tr>`;
  }
  const ended = result.endedBy === null ? '' : ENDED_BY[result.endedBy];
  return html`<tr>${places}<td>${order}</td><td>${formatCount(result.jobs)}</td><td>${result.rounds}${ended === '' ? null : html`<small>${ended}</small>`}</td>${variants.map((name) => variantCell(result.variants.find((each) => each.name === name)))}<td><a href="${reportOf(result.path)}">open</a></td></tr>`;
}

function variantCell(variant: PointVariant | undefined): Content {
  if (variant === undefined) return html`<td>${NONE}</td>`;
  const { wallMs, throughput, failedJobs, serverBusy } = variant;
  return html`<td>${formatMs(wallMs?.estimate)}<small>${formatNumber(throughput?.estimate)}/s</small>${failedJobs > 0 ? html`<small class="bad">${formatCount(failedJobs)} failed</small>` : null}${serverBusy !== null && serverBusy > 0.5 ? html`<small>server ${formatShare(serverBusy)} busy</small>` : null}</td>`;
}
