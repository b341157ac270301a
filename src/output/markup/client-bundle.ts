import { readFileSync } from 'node:fs';
import { BREAKDOWN_PARTS } from '../../core/documents/breakdown.ts';
import { ThreadmillError } from '../../core/errors.ts';
import { VARIANT_FACTS, VARIANT_NAMES, type VariantFacts, type VariantName } from '../../core/variants.ts';
import { HEATS } from '../view/run/hot-lines.ts';
import { PHASE_GROUPS } from '../view/run/phase-groups.ts';

/** What `npm run build` makes of `src/web`: the islands, and small scripts for pages without them. */
export type PageScript = 'client' | 'runs';

/** Beside this file once built; in dist/ for who runs the sources. */
const PLACES = ['../../web/', '../../../dist/src/web/'] as const;

const scripts = new Map<PageScript, string>();
let styles: string | undefined;

/** Browser code, made safe to stand inside its element. */
export function readScript(name: PageScript): string {
  const known = scripts.get(name);
  if (known !== undefined) return known;
  const read = readBuilt(`${name}.js`)
    .replace(/<\/(?=script)/gi, '<\\/')
    .trim();
  scripts.set(name, read);
  return read;
}

export function readStyles(): string {
  styles ??= (NAMED_STYLES + readBuilt('client.css')).replace(/<\/(?=style)/gi, '<\\/').trim();
  return styles;
}

function readBuilt(name: string): string {
  let cause: unknown;
  for (const place of PLACES) {
    try {
      return readFileSync(new URL(place + name, import.meta.url), 'utf8');
    } catch (error) {
      cause = error;
    }
  }
  throw new ThreadmillError('internal', `The report's browser code is missing (${name})`, {
    advice: 'Build it with `make build`.',
    cause,
  });
}

/**
 * Colours of variants as custom properties, and a class `v-<variant>` that sets `--v` and `--v-ink` to its own; a class
 * for each part of a breakdown and phase of a job that sets `--part` to the colour of its name; and heat.
 */
const NAMED_STYLES = [
  `:root{${colours('light')}}`,
  `@media screen and (prefers-color-scheme: dark){:root{${colours('dark')}}}`,
  ...VARIANT_NAMES.map(identifier).map((name) => `.v-${name}{--v:var(--${name});--v-ink:var(--${name}-ink)}`),
  ...[
    ...BREAKDOWN_PARTS.map((part) => `part-${part}`),
    ...[...PHASE_GROUPS, 'unknown'].map((group) => `phase-${group}`),
  ].map((name) => `.${name}{--part:var(--${name})}`),
  ...HEATS.map((percent, index) => `.heat-${index + 1}{--heat:${percent}%}`),
].join('');

function colours(theme: keyof VariantFacts['colour']): string {
  return VARIANT_NAMES.map((name) => {
    const { mark, ink } = VARIANT_FACTS[name].colour[theme];
    return `--${identifier(name)}:${mark};--${identifier(name)}-ink:${ink};`;
  }).join('');
}

/** The name in CSS, where a plus is a combinator. */
export function identifier(name: VariantName): string {
  return name.replace('+', '\\+');
}
