import { readFileSync } from 'node:fs';
import { ThreadmillError } from '../../core/errors.ts';
import { VARIANT_STYLES } from './variant-styles.ts';

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

/** The styles of all pages, made safe in the same way. */
export function readStyles(): string {
  styles ??= (VARIANT_STYLES + readBuilt('client.css')).replace(/<\/(?=style)/gi, '<\\/').trim();
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
