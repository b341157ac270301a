import { readFile, writeFile } from 'node:fs/promises';
import { ThreadmillError } from '../../core/errors.ts';
import { offlineHtml } from './offline-html.ts';

/** Moves a tool's page to its place, made to open offline; `change` runs before. @throws 'capture-failed' */
export async function keepHtml(
  from: string,
  to: string,
  tool: string,
  change: (html: string) => string = (html) => html,
): Promise<void> {
  let html = '';
  try {
    html = await readFile(from, 'utf8');
  } catch {
    // Reported below, as an empty page is.
  }
  if (!html.includes('<script')) {
    throw new ThreadmillError('capture-failed', `${tool} ended without an error, but made no page.`, {
      advice: 'Try a longer load, or leave this capture out with --captures.',
    });
  }
  await writeFile(to, offlineHtml(change(html)));
}
