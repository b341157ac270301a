import { VARIANT_FACTS, VARIANT_NAMES, type VariantFacts } from '../../core/variants.ts';

/** Colours of variants as custom properties, and a class `v-<variant>` that sets `--v` and `--v-ink` to its own. */
export const VARIANT_STYLES = [
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
