import {
  formatCount,
  formatFactor,
  formatFactorRange,
  formatMs,
  formatMsRange,
  formatPlural,
  formatTime,
} from '../../core/format.ts';
import { VARIANT_FACTS, VARIANT_NAMES } from '../../core/variants.ts';
import { identifier } from '../markup/client-bundle.ts';
import { html } from '../markup/markup.ts';
import { wrapText } from '../terminal/style.ts';
import type { ReportView, SummaryRow } from '../view/run/model.ts';
import { doubtText, headlineText } from '../view/verdict.ts';

const WIDTH = 900;
const PAD = 28;
const ROW = 30;
/** Characters of the headline in a line: about what fits at 21 px. */
const HEADLINE_CHARS = 68;
/** Room for the longest name of a variant, in bold. */
const NAME = 232;
const BAR = 144;
const TIME_TEXT = 176;
/** The first bytes of every card: an existing file with them may be overwritten. */
export const CARD_MARK = '<!-- Threadmill card -->';

/** The picture of a run for a README or a slide: headline, times and speedups with their intervals, as one SVG. */
export function runCard({ verdict, run, rows, walls, baseline, compared }: ReportView): string {
  const doubt = doubtText(verdict);
  const headline = wrapText(verdict.headline.replace(/ \([^()]*\)/g, ''), HEADLINE_CHARS);
  const facts = [
    run.workload,
    formatPlural(run.jobs, 'job'),
    `concurrency ${formatCount(run.concurrency)}`,
    formatPlural(run.rounds, 'round'),
    formatTime(run.createdAt),
  ].join(' · ');
  const top = PAD + 16 + headline.length * 28 + (doubt === null ? 0 : 22) + 34;
  const height = top + rows.length * ROW + PAD + 6;
  const intervals = new Map(walls.bars.map(({ variant, interval }) => [variant, interval]));
  const longest = Math.max(
    ...rows.map(({ variant, comparedMs }) =>
      Math.max(comparedMs?.estimate ?? 0, intervals.get(variant)?.high ?? 0),
    ),
  );
  const scale = speedupScale(rows);
  const hasInterval = rows.some(({ speedup }) => speedup?.method === 'hettmansperger-sheather');
  const x0 = PAD + NAME + BAR + TIME_TEXT;
  const plot = WIDTH - PAD - x0 - 138;
  const at = (ratio: number) => x0 + plot * scale(ratio);
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${headlineText(verdict)}">
<style>${styles()}</style>
<rect class="page" width="${WIDTH}" height="${height}" rx="10"/>
<text class="soft" x="${PAD}" y="${PAD + 6}">Threadmill · ${facts}</text>
${headline.map((line, i) => html`<text class="headline" x="${PAD}" y="${PAD + 38 + i * 28}">${line}</text>\n`)}${
  doubt === null
    ? null
    : html`<text class="doubt" x="${PAD}" y="${PAD + 34 + headline.length * 28}">● ${doubt}</text>\n`
}<text class="soft" x="${PAD + NAME}" y="${top - 12}">${compared === 'wall' ? 'time, median' : 'mean response, median'}</text>
<text class="soft" x="${x0}" y="${top - 12}">speedup against ${baseline} (${hasInterval ? '95% CI' : 'quartiles'}), log scale</text>
<line class="one" x1="${at(1)}" x2="${at(1)}" y1="${top - 4}" y2="${height - PAD}"/>
${rows.map((row, i) => {
  const y = top + i * ROW + ROW / 2;
  const { variant, comparedMs, speedup } = row;
  const width = comparedMs === null ? 0 : (BAR - 16) * (comparedMs.estimate / longest);
  const interval = intervals.get(variant) ?? null;
  return html`<g class="${variant}">
<text class="${row.isRecommended ? 'picked' : ''}" x="${PAD}" y="${y + 5}">${row.isRecommended ? '▸ ' : ''}${variant}</text>
<rect class="bar" x="${PAD + NAME}" y="${y - 8}" width="${width.toFixed(1)}" height="16" rx="2"/>
<text x="${PAD + NAME + BAR}" y="${y + 5}">${formatMs(comparedMs?.estimate)} <tspan class="soft">${interval === null ? '' : formatMsRange(interval.low, interval.high)}</tspan></text>
${
  speedup === null
    ? row.isBaseline
      ? html`<circle class="mark" cx="${at(1)}" cy="${y}" r="4.5"/>`
      : null
    : html`<line class="interval" x1="${at(speedup.low).toFixed(1)}" x2="${at(speedup.high).toFixed(1)}" y1="${y}" y2="${y}"/><circle class="mark" cx="${at(speedup.estimate).toFixed(1)}" cy="${y}" r="4.5"/>`
}
<text x="${WIDTH - PAD - 122}" y="${y + 5}">${row.isBaseline ? '1×' : formatFactor(speedup?.estimate)} <tspan class="soft">${speedup === null ? '' : formatFactorRange(speedup.low, speedup.high)}</tspan></text>
</g>\n`;
})}</svg>
`.source.replace('<svg', `${CARD_MARK}\n<svg`);
}

/** Position of a ratio, 0 to 1, on a logarithmic axis that includes 1 and every interval. */
function speedupScale(rows: readonly SummaryRow[]): (ratio: number) => number {
  const ends = rows.flatMap(({ speedup }) => (speedup === null ? [] : [speedup.low, speedup.high]));
  const low = Math.log(Math.min(1, ...ends) / 1.05);
  const high = Math.log(Math.max(1, ...ends) * 1.05);
  return (ratio) => (Math.log(ratio) - low) / (high - low);
}

function styles(): string {
  const colours = (theme: 'light' | 'dark') =>
    VARIANT_NAMES.map((name) => {
      const { mark, ink } = VARIANT_FACTS[name].colour[theme];
      return `.${identifier(name)}{--v:${mark};--ink:${ink}}`;
    }).join('');
  return `text{font:14px system-ui,sans-serif;fill:#16191d}.page{fill:#fcfcfa;stroke:#e2e3df}.soft{font-size:12px;fill:#565d66}.headline{font-size:21px;font-weight:500}.doubt{fill:#8a5a00}.picked{font-weight:700}.bar{fill:var(--v);opacity:.55}.picked~.bar{opacity:1}.mark{fill:var(--v)}.interval{stroke:var(--ink);stroke-width:2}.one{stroke:#565d66}${colours('light')}@media(prefers-color-scheme:dark){text{fill:#e9eaec}.page{fill:#14161a;stroke:#2d3138}.soft{fill:#a2a9b3}.doubt{fill:#f0c060}.one{stroke:#a2a9b3}${colours('dark')}}`;
}
