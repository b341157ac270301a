import { formatMs, formatPlural } from '../format.ts';
import type { CaptureView, ReportView } from '../view-model.ts';
import { type Content, html } from './markup.ts';
import { variantName } from './summary.ts';

/** What other tools made of the run: a link to each file, or why there is none. */
export function capturesSection({ variants }: ReportView): Content {
  const captured = variants.filter(({ captures }) => captures.length > 0);
  if (captured.length === 0) return null;
  return html`<section id="captures" aria-labelledby="captures-title">
<h2 id="captures-title">Captures by other tools</h2>
${captured.map(
  ({ variant, captures }) => html`<article class="captured">
<h3>${variantName(variant)}</h3>
<ul class="captures">${captures.map(captureItem)}</ul>
</article>`,
)}
</section>`;
}

function captureItem(capture: CaptureView): Content {
  if (!capture.available) {
    return html`<li class="unavailable"><span class="capture-name">${capture.capture}</span><span class="badge none">not available</span>
<p>${capture.reason}</p>${capture.advice === null ? null : html`<p class="advice">${capture.advice}</p>`}</li>`;
  }
  const { title, path, href, threads, coverage, loadMs, repeats, caveat } = capture;
  const load = [
    loadMs === null ? null : `${formatMs(loadMs)} of load`,
    repeats === null ? null : `the plan ${repeats === 1 ? 'once' : `${formatPlural(repeats, 'time')}`}`,
  ].filter((part) => part !== null);
  return html`<li><span class="capture-name">${href === null ? title : html`<a href="${href}">${title}</a>`}</span>
<span class="badge ${threads}">${coverage}</span>
<p class="path">${path}${load.length === 0 ? null : html` · ${load.join(', ')}`}</p>
${caveat === null ? null : html`<p class="caveat">${caveat}</p>`}</li>`;
}
