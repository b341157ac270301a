import { levelName } from '../../../../analysis/comparison/wording.ts';
import { formatBytes, formatMs, formatMsRange, formatShare } from '../../../../core/format.ts';
import { BOTTLENECK_KIND_NAMES } from '../../../../core/labels.ts';
import { VARIANT_FACTS } from '../../../../core/variants.ts';
import { forestPlot } from '../../../charts/forest.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ReportView, SummaryRow } from '../../../view/run/model.ts';
import { timelinePictures } from './timelines.ts';

/** Longer names need wider columns. */
const LONG_NAME = 20;

/** What answers the question before anything is scrolled: times, speedups, the shape of the work, figures. */
export function firstScreen(view: ReportView): Content {
  const { rows, compared } = view;
  const measured = rows.filter(({ comparedMs }) => comparedMs !== null);
  if (measured.length === 0) return null;
  const hasSpeedups = rows.some(({ speedup }) => speedup !== null);
  const isLong = rows.some(({ variant }) => variant.length > LONG_NAME);
  return html`<div class="first-screen${isLong ? ' long-names' : ''}">
<div class="fs-charts${hasSpeedups ? '' : ' alone'}">
<figure><figcaption><b>${compared === 'wall' ? 'Time' : 'Response time'}</b> ${['median', ...timeSpread(view)].join(', ')}</figcaption>${timeBars(view)}</figure>
${hasSpeedups ? html`<figure><figcaption><b>Speedup</b> ${[`vs ${view.baseline}`, 'paired by round', ...speedupSpread(view), 'log scale'].join(', ')}</figcaption>${speedups(view)}</figure>` : null}
</div>
${timelinePictures(view.timelines)}
${chips(view)}
<dl class="fs-variants">${rows.map(({ variant }) => html`<div><dt>${variantName(variant)}</dt><dd>${VARIANT_FACTS[variant].description}</dd></div>\n`)}</dl>
</div>`;
}

/** Of a few rounds an interval holds the median with less than 95% probability. */
function timeSpread({ walls }: ReportView): string[] {
  const levels = walls.bars.flatMap(({ interval }) => (interval === null ? [] : [interval.level]));
  return levels.length === 0 ? [] : [levelName(Math.min(...levels))];
}

function speedupSpread({ rows, run }: ReportView): string[] {
  if (rows.some(({ speedup }) => speedup?.method === 'hettmansperger-sheather')) return ['95% CI'];
  return run.rounds > 1 ? ['quartiles'] : [];
}

function timeBars({ rows, walls }: ReportView): Content {
  const bars = new Map(walls.bars.map((bar) => [bar.variant, bar]));
  const longest = Math.max(
    ...rows.flatMap(({ variant, comparedMs }) => [
      comparedMs?.estimate ?? 0,
      bars.get(variant)?.interval?.high ?? 0,
      bars.get(variant)?.bottleneck?.idealMs ?? 0,
    ]),
  );
  const at = (ms: number) => `${((100 * ms) / longest).toFixed(3)}%`;
  return html`<div class="fs-bars">${rows.map((row) => {
    const { variant, comparedMs } = row;
    const { interval = null, bottleneck = null } = bars.get(variant) ?? {};
    return html`<div class="fs-bar v-${variant}${row.isRecommended ? ' emphasised' : ''}"><span class="forest-name">${row.isRecommended ? html`<span class="pick" role="img" aria-label="recommended">▸</span>` : null}${variantName(variant)}</span>
<svg width="100%" height="24" aria-hidden="true">${
      comparedMs === null
        ? null
        : html`<rect x="0" y="5" width="${at(comparedMs.estimate)}" height="14" rx="2"/>${
            interval === null
              ? null
              : html`<line class="ci" x1="${at(interval.low)}" x2="${at(interval.high)}" y1="12" y2="12"/>`
          }${
            bottleneck === null
              ? null
              : html`<line class="ideal" x1="${at(bottleneck.idealMs)}" x2="${at(bottleneck.idealMs)}" y1="1" y2="23"/>`
          }`
    }</svg>
<span class="forest-value"><b>${formatMs(comparedMs?.estimate)}</b>${interval === null ? null : html` <small>${formatMsRange(interval.low, interval.high)}</small>`}${
      row.failedJobs === 0 ? null : html` <small class="bad">failed jobs</small>`
    }</span></div>`;
  })}
${walls.bars.some(({ bottleneck }) => bottleneck !== null) ? html`<p class="fs-key"><i class="ideal-key" aria-hidden="true"></i> ideal: perfect overlap with these threads and this server</p>` : null}</div>`;
}

function speedups({ rows, verdict, baseline }: ReportView): Content {
  return forestPlot(
    rows
      .map((row) => ({
        variant: row.variant,
        ratio: row.isBaseline ? null : row.speedup,
        note: tieNote(row, verdict),
        emphasised: row.isRecommended,
      }))
      .filter(({ variant, ratio }) => ratio !== null || variant === baseline),
    `Speedup vs ${baseline}`,
  );
}

function tieNote({ variant }: SummaryRow, { ties, recommended }: ReportView['verdict']): string | null {
  if (recommended === null) return null;
  const tie = ties.find((each) => each.variant === variant);
  if (tie === undefined) return null;
  return tie.verdict === 'no-difference' ? `≈ ${recommended}` : 'inconclusive';
}

function chips({ verdict: { bottleneck, cost, crossover } }: ReportView): Content {
  const list: readonly (Chip | null)[] = [
    bottleneck === null
      ? null
      : {
          name: 'Bottleneck',
          value: BOTTLENECK_KIND_NAMES[bottleneck.kind],
          note:
            bottleneck.terms === null
              ? null
              : `ideal ${formatMs(bottleneck.terms.idealMs)}, ${formatShare(bottleneck.terms.efficiency)} reached`,
        },
    cost === null || cost.cpuMsPerJob === null
      ? null
      : { name: 'CPU per job', value: formatMs(cost.cpuMsPerJob), note: cost.variant },
    cost === null || cost.peakRssBytes === null
      ? null
      : { name: 'Memory', value: formatBytes(cost.peakRssBytes), note: `peak of ${cost.variant}` },
    crossover === null
      ? null
      : {
          name: 'Threads pay from',
          value: crossover.atMs === null ? 'unknown' : `${formatMs(crossover.atMs)}`,
          note: `CPU per job; now ${formatMs(crossover.nowMs)}`,
        },
  ];
  const shown = list.filter((chip) => chip !== null);
  if (shown.length === 0) return null;
  return html`<dl class="fs-chips">${shown.map(({ name, value, note }) => html`<div><dt>${name}</dt><dd><b class="fs-chip-value">${value}</b>${note === null ? null : html` <small>${note}</small>`}</dd></div>\n`)}</dl>`;
}

interface Chip {
  readonly name: string;
  readonly value: string;
  readonly note: string | null;
}
