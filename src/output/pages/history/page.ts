import { formatSignedPercent, percentOf } from '../../../analysis/comparison/wording.ts';
import {
  type ChangeWords,
  LEFT_OUT_NAMES,
  QUANTITY_NAMES,
  runText,
} from '../../../analysis/history/wording.ts';
import { cleanText } from '../../../core/clean-text.ts';
import type { HistoryLine, HistorySeries } from '../../../core/documents/history.ts';
import {
  formatMs,
  formatMsRange,
  formatPlural,
  formatTickMs,
  formatTime,
  NONE,
  niceStep,
} from '../../../core/format.ts';
import { type ChartAxis, chartFigure } from '../../charts/line-chart.ts';
import { explainer } from '../../markup/fold.ts';
import { brand, factLine } from '../../markup/header.ts';
import { type Content, html } from '../../markup/markup.ts';
import { renderPage } from '../../markup/page.ts';
import { variantName } from '../../markup/variant-name.ts';
import type { HistoryView, SeriesView } from '../../view/history.ts';

const HEIGHT = 130;
const MAX_LABELS = 5;
const MAX_TICKS = 4;
/** Minimum span of an axis, as a share of its middle: less is noise. */
const MIN_SPAN = 0.1;
const MARGIN = 0.03;

/**
 * Wall time and CPU per job of every variant, by run.
 * @param home path of the list of all runs from the page; null where that is not known
 */
export function renderHistoryPage({ headline, series }: HistoryView, home: string | null): string {
  const body = html`<main class="history">
<header>${brand(home, 'history')}
<h1 class="headline">${headline}</h1>
<p class="qualified">Runs of the same work and options on the same machine form one series. Between runs the machine may change as well as
the code. The command below a change runs both versions in the same rounds.</p></header>
${series.map(seriesSection)}
</main>`;
  return renderPage({ title: 'History · Threadmill', kind: 'history', body });
}

function seriesSection(view: SeriesView, index: number): Content {
  const { workload, facts, runs, changes, noChange, figures } = view;
  return html`<section id="series-${index + 1}" aria-labelledby="series-${index + 1}-title">
<h2 id="series-${index + 1}-title">${workload}</h2>
${factLine(facts)}
<p class="meta">${runs}.</p>
${changes.length === 0 ? html`<p>${noChange}</p>` : html`<ul class="found">${changes.map(changeItem)}</ul>`}
<div class="figure">
<div class="panels">${figures.lines.map((line) => lineChart(figures, line))}</div>
${explainer(
  html`<p>A mark is one run: the median of its trials with its 95% CI (the range with fewer than 6 rounds). Lines are the levels between changes. The axis does not
start at zero. Hollow marks are excluded, and drawn at the edge if beyond it: jobs failed, the run was stopped, or other
programs used over 10% of the CPUs.</p>`,
  html`<p>Changes are found with E-divisive. A permutation test decides whether a step is significant, at 5% for all charts of a
series together. The shaded range holds the first run of the new level with 95% probability. Changes below 1% are left
out: processes of the same code differ by as much.</p>`,
)}
</div>
${runsTable(view)}
</section>`;
}

function changeItem({ change, what, where, also }: ChangeWords): Content {
  return html`<li class="${change.ratio.estimate > 1 ? 'worse' : 'better'}"><b>${what}</b> ${cleanText(where)}${
    also.length === 0 ? '.' : html`. Also in: ${cleanText(also.join(', '))}.`
  }${change.repeat === null ? null : html`<code>${cleanText(change.repeat)}</code>`}</li>`;
}

function lineChart(
  { runs }: HistorySeries,
  { variant, quantity, ms, levels, changes }: HistoryLine,
): Content {
  const known = ms.flatMap((each, run) => (each === null || runs[run]!.leftOut !== null ? [] : [each]));
  const y = valueAxis(
    known.length === 0 ? ms.flatMap((each) => each ?? []) : known,
    `${variant}: ${QUANTITY_NAMES[quantity]}`,
  );
  const every = Math.max(1, Math.ceil(runs.length / MAX_LABELS));
  const span = Math.max(1, runs.length - 1);
  const x: ChartAxis = {
    scale: {
      at: (run) => (runs.length === 1 ? 0.5 : MARGIN + ((1 - 2 * MARGIN) * run) / span),
      ticks: runs.flatMap((_, run) => ((runs.length - 1 - run) % every === 0 ? [run] : [])),
      logarithmic: false,
    },
    title: '',
    label: (run) => runs[run]!.createdAt.slice(5, 10),
  };
  const sizes = changes.map(({ ratio }) => formatSignedPercent(percentOf(ratio.estimate)));
  return chartFigure({
    ...{ height: HEIGHT, x, y, guides: [], apart: false },
    description: `${variant}, ${QUANTITY_NAMES[quantity]}, ${formatPlural(runs.length, 'run')}: ${sizes.length === 0 ? 'no change' : sizes.join(', ')}; the table below has the figures.`,
    series: [
      {
        variant,
        points: ms.flatMap((each, run) =>
          each === null
            ? []
            : [
                {
                  ...{ x: run, y: each.estimate, low: each.low, high: each.high },
                  hollow: runs[run]!.leftOut !== null,
                  title: titleOf(runs[run]!, each.estimate),
                },
              ],
        ),
        lines: levels.map((level) => ({
          kind: 'curve',
          points: [
            [level.from, level.ms],
            [level.to, level.ms],
          ],
        })),
      },
    ],
    marks: changes.map(({ at, earliest, latest, ratio }, i) => ({
      ...{ x: at, low: earliest, high: latest, label: sizes[i]!, variant },
      // Where the levels leave room: labels in the right half are left of their position.
      ...(ratio.estimate > 1 === x.scale.at(at) > 0.5 ? { labelAt: 'top' } : {}),
    })),
  });
}

function titleOf(run: HistorySeries['runs'][number], ms: number): string {
  const out = run.leftOut === null ? '' : ` · ${LEFT_OUT_NAMES[run.leftOut]}`;
  return cleanText(`${formatMs(ms)} · ${runText(run)} · ${formatTime(run.createdAt)}${out}`);
}

type Interval = NonNullable<HistoryLine['ms'][number]>;

/** Axis around the given values, not from zero; values beyond it are drawn at its edge. */
function valueAxis(values: readonly Interval[], title: string): ChartAxis {
  const least = Math.min(...values.map(({ low }) => low));
  const greatest = Math.max(...values.map(({ high }) => high));
  const middle = (least + greatest) / 2;
  const half = Math.max(0.55 * (greatest - least), (MIN_SPAN / 2) * middle);
  const [low, high] = [middle - half, middle + half];
  const step = niceStep((2 * half) / MAX_TICKS);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return {
    scale: {
      at: (value) => Math.min(1, Math.max(0, (value - low) / (high - low))),
      ticks: Array.from({ length: count }, (_, i) => (first + i) * step),
      logarithmic: false,
    },
    title,
    label: (value) => formatTickMs(value, high),
  };
}

function runsTable({ figures: { runs, lines }, reports }: SeriesView): Content {
  const rows = runs.map((run, index) => ({ run, index })).toReversed();
  return html`<details class="behind"><summary>The same as a table</summary>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">run</th><th scope="col">commit</th>${lines.map(({ variant, quantity }) => html`<th scope="col">${variantName(variant)}<br>${QUANTITY_NAMES[quantity]}</th>`)}</tr></thead>
<tbody>${rows.map(({ run, index }) => {
    const href = reports[index]!;
    const time = formatTime(run.createdAt);
    return html`<tr><th scope="row">${href === null ? time : html`<a href="${href}">${time}</a>`}${run.leftOut === null ? null : html`<small class="bad">${LEFT_OUT_NAMES[run.leftOut]}</small>`}</th><td>${run.git === null ? NONE : runText(run)}</td>${lines.map(
      ({ ms }) => {
        const each = ms[index];
        return html`<td>${each == null ? NONE : html`${formatMs(each.estimate)}<small>${formatMsRange(each.low, each.high)}</small>`}</td>`;
      },
    )}</tr>`;
  })}</tbody></table></div></details>`;
}
