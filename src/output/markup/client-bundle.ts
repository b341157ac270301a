import { readFileSync } from 'node:fs';
import { ThreadmillError } from '../../core/errors.ts';
import { VARIANT_FACTS, VARIANT_NAMES, type VariantFacts } from '../../core/variants.ts';

export interface ClientBundle {
  readonly js: string;
  readonly css: string;
}

/** Beside this file once built; in dist/ for who runs the sources. */
const PLACES = ['../../web/', '../../../dist/src/web/'] as const;

let loaded: ClientBundle | undefined;

/** The browser code and styles, as `npm run build` left them, made safe to stand inside their elements. */
export function readClientBundle(): ClientBundle {
  loaded ??= {
    js: readBuilt('client.js')
      .replace(/<\/(?=script)/gi, '<\\/')
      .trim(),
    css: (VARIANT_STYLES + readBuilt('client.css')).replace(/<\/(?=style)/gi, '<\\/').trim(),
  };
  return loaded;
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

/** Colours of variants as custom properties, and a class `v-<variant>` that sets `--v` and `--v-ink` to its own. */
const VARIANT_STYLES = [
  `:root{${colours('light')}}`,
  `@media screen and (prefers-color-scheme: dark){:root{${colours('dark')}}}`,
  ...VARIANT_NAMES.map((name) => `.v-${name}{--v:var(--${name});--v-ink:var(--${name}-ink)}`),
].join('');

function colours(theme: keyof VariantFacts['colour']): string {
  return VARIANT_NAMES.map((name) => {
    const { mark, ink } = VARIANT_FACTS[name].colour[theme];
    return `--${name}:${mark};--${name}-ink:${ink};`;
  }).join('');
}
