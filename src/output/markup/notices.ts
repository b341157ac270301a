import { formatCount, formatPlural, sentence } from '../../core/format.ts';
import { VARIANT_NAMES } from '../../core/variants.ts';
import type { WarningPlace } from '../../core/warnings.ts';
import type { Banner, ReportView, WarningView } from '../view/run/model.ts';
import { type Content, html } from './markup.ts';
import { table } from './table.ts';
import { variantName } from './variant-name.ts';

export function bannerBlock({ tone, title, text, advice }: Banner): Content {
  return html`<div class="banner ${tone}" role="note"><h2>${title}</h2><p>${text}</p>${advice === null ? null : html`<p class="advice">${advice}</p>`}</div>`;
}

type Warned = Pick<WarningView, 'code' | 'message' | 'advice' | 'variant'>;

/** The warnings that concern one section of the report, to stand in it. What a banner says already is not said again. */
export function warningsAt(
  place: string,
  { warnings, banners }: Pick<ReportView, 'warnings' | 'banners'>,
): Content {
  const said = banners.map(({ code }) => code);
  const here = warnings.filter((warning) => warning.place === place && !said.includes(warning.code));
  return warningList(here);
}

export function warningList(warnings: readonly Warned[]): Content {
  if (warnings.length === 0) return null;
  return html`<ul class="warnings">${warnings.map(
    ({ code, message, advice, variant }) =>
      html`<li><p>${concerning(variant)}${variant === null ? begun(message) : message} <code class="code">${code}</code></p><p class="advice">${advice}</p></li>`,
  )}</ul>`;
}

/** As a sentence, unless it begins with the name of a variant. */
export function begun(message: string): string {
  return VARIANT_NAMES.some((name) => message.startsWith(name)) ? message : sentence(message);
}

function concerning(variant: WarningView['variant']): Content {
  return variant === null ? null : html`${variantName(variant)} `;
}

const PLACE_NAMES: Readonly<Record<WarningPlace, string>> = {
  why: 'see the verdict',
  summary: 'see the summary',
  failures: 'see the failed jobs',
  breakdown: 'see where the time goes',
  walls: 'see the rounds',
  latencies: 'see the latencies',
  timelines: 'see the timelines',
  profiles: 'see the flamegraphs',
  environment: 'see the machine',
};

/** All of them once more, in short, with links to where they stand; in full what stands nowhere else. */
export function allWarningsSection({ warnings }: ReportView): Content {
  if (warnings.length === 0) return null;
  return html`<ul class="warning-index">${warnings.map(
    ({ code, message, advice, variant, place }) =>
      html`<li><code class="code">${code}</code><p>${concerning(variant)}${variant === null ? begun(message) : message}${place === null ? null : html` <a href="#${place}">${PLACE_NAMES[place]}</a>`}</p>${place === null ? html`<p class="advice">${advice}</p>` : null}</li>`,
  )}</ul>`;
}

export function mismatchSection({ mismatches: { compared, differing, examples } }: ReportView): Content {
  if (differing === 0) return null;
  return html`<p class="lead">${formatCount(differing)} of ${formatPlural(compared, 'compared pair')}; the first ${formatCount(examples.length)}:</p>
${table(
  ['variant', 'round', 'job', 'expected', 'got'],
  examples.map(({ variant, round, position, name, expected, actual }) => [
    ...[variantName(variant), round, `#${position} ${name}`],
    ...[html`<code>${expected}</code>`, html`<code>${actual}</code>`],
  ]),
  { look: 'left' },
)}`;
}
