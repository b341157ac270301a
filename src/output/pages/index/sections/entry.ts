import { formatMs } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import type { Entry, WallSpark } from '../../../view/index.ts';
import { sweepSpark } from './sweep-spark.ts';

/** Coordinates from the left to the right edge, of a box that is stretched. */
const WIDTH = 1_000;
const HEIGHT = 10;
/** Dots nearer to each other than this would lie on one another. */
const STEP = 8;

export function entryItem(entry: Entry): Content {
  const { id, kind, headline, href, status, facts, problem, argument, walls, curves } = entry;
  if (kind === 'unreadable') {
    return html`<li class="kind-unreadable"><div><h2>${headline}</h2><p class="meta"><span class="status unreadable">unreadable</span></p>
<p class="problem">${problem}</p></div></li>`;
  }
  const meta = [...facts, html`<code>${id}</code>`].map((fact) => html`<span>${fact}</span> `);
  return html`<li class="kind-${kind}"><div><h2>${href === null ? headline : html`<a href="${href}">${headline}</a>`}</h2>
<p class="meta">${status === null ? null : html`<span class="status ${status.look}">${status.text}</span> `}${meta}${argument === null ? null : compareBox(id, argument)}</p>
${href === null ? html`<p class="meta">No report yet. Draw it with <code>threadmill report ${id}</code>.</p>` : null}
${problem === null ? null : html`<p class="problem">${problem}</p>`}</div>
${walls === null ? null : wallSpark(walls)}${curves === null ? null : sweepSpark(curves)}</li>`;
}

/** Shown by the page's script, which alone makes a command of two ticks. */
function compareBox(id: string, argument: string): Content {
  return html`<label class="tick" hidden><input type="checkbox" value="${argument}" aria-label="Compare run ${id}">compare</label>`;
}

/** Every variant's median as a bar, its rounds as dots, from zero; the figure beside it. */
function wallSpark({ bars, axisMs, compared }: WallSpark): Content {
  const what = compared === 'wall' ? 'wall' : 'response time';
  const label = `median ${what}: ${bars.map(({ variant, medianMs }) => `${variant} ${formatMs(medianMs)}`).join(', ')}`;
  const at = (ms: number) => Math.round((WIDTH * ms) / axisMs);
  return html`<div class="spark" role="img" aria-label="${label}">${bars.map(
    ({ variant, medianMs, rounds }) => {
      const places = rounds.map((ms) => STEP * Math.round(at(ms) / STEP));
      const path = [...new Set(places)].map((x) => `M${x} ${HEIGHT / 2}h0`).join('');
      return html`<div class="v-${variant}" title="${variant}"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><rect width="${at(medianMs)}" height="${HEIGHT}"/><path d="${path}"/></svg><span>${formatMs(medianMs)}</span></div>`;
    },
  )}</div>`;
}
