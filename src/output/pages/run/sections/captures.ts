import { CAPTURE_NAMES, type CaptureName } from '../../../../core/captures.ts';
import { formatMs, formatPlural, NONE } from '../../../../core/format.ts';
import { COVERAGE_NAMES } from '../../../../core/labels.ts';
import type { VariantName } from '../../../../core/variants.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { CaptureView, VariantView } from '../../../view/run/captures.ts';
import type { ReportView } from '../../../view/run/model.ts';

type Made = Extract<CaptureView, { available: true }>;

/** What other tools made of the run: a row for each of them, with a link for each variant, or why there is none. */
export function capturesSection({ variants }: ReportView): Content {
  const captured = variants.filter(({ captures }) => captures.length > 0);
  if (captured.length === 0) return null;
  const rows = CAPTURE_NAMES.filter((name) =>
    captured.some(({ captures }) => captures.some(({ capture }) => capture === name)),
  );
  return html`<p class="lead">Each capture ran in its own process, separate from the timings. The pages need no network.</p>
<div class="scroll" tabindex="0" role="group" aria-labelledby="captures-title"><table class="left captures">
<thead><tr><th scope="col">capture</th>${captured.map(({ variant }) => html`<th scope="col">${variantName(variant)}</th>`)}</tr></thead>
<tbody>${rows.map((name) => captureRow(name, captured))}</tbody>
</table></div>`;
}

function captureRow(name: CaptureName, variants: readonly VariantView[]): Content {
  const made = variants.flatMap(({ captures }) =>
    captures.filter((each): each is Made => each.capture === name && each.available),
  );
  const threads =
    (['main', 'some'] as const).find((least) => made.some((each) => each.threads === least)) ?? 'all';
  const caveats = [...new Set(made.flatMap(({ caveat }) => caveat ?? []))];
  return html`<tr><th scope="row"><code>${name}</code>
${made.length === 0 ? null : html`<span class="badge ${threads === 'all' ? 'all' : 'main'}">${COVERAGE_NAMES[threads]}</span>`}
${caveats.map((caveat) => html`<small class="caveat">${caveat}</small>`)}</th>
${variants.map(
  ({ variant, captures }) =>
    html`<td>${cell(
      captures.filter(({ capture }) => capture === name),
      variant,
    )}</td>`,
)}</tr>`;
}

/** The threads of one pass had the same load: it is said once, below the last of them. */
function cell(captures: readonly CaptureView[], variant: VariantName): Content {
  if (captures.length === 0) return NONE;
  return captures.map((capture, i) => {
    if (!capture.available) return missing(capture);
    const next = captures[i + 1];
    const load = loadText(capture);
    return link(capture, variant, next?.available === true && loadText(next) === load ? '' : load);
  });
}

function loadText({ loadMs, repeats }: Made): string {
  const load = [
    loadMs === null ? null : `profiled for ${formatMs(loadMs)}`,
    repeats === null ? null : `all jobs run ${repeats === 1 ? 'once' : formatPlural(repeats, 'time')}`,
  ];
  return load.filter((part) => part !== null).join(', ');
}

function link({ title, path, href }: Made, variant: VariantName, load: string): Content {
  const shown =
    href === null
      ? html`${title} <small>${path}</small>`
      : html`<a href="${href}" title="${path}" aria-label="${title}, ${variant}">${title}</a>`;
  return html`<p>${shown}${load === '' ? null : html`<small>${load}</small>`}</p>`;
}

function missing({ reason, advice }: Extract<CaptureView, { available: false }>): Content {
  return html`<p><span class="badge none">not available</span><small>${reason}</small>${advice === null ? null : html`<small>→ ${advice}</small>`}</p>`;
}
