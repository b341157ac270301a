import { createHash } from 'node:crypto';
import { type PageScript, readScript, readStyles } from './client-bundle.ts';
import { type Content, html, jsonForScript, Markup } from './markup.ts';

/** Pages that may lie anywhere, and are written over by one of their own kind only. */
export type PageKind = 'profiles' | 'comparison' | 'history';

export interface Page {
  readonly title: string;
  /** Of a page that has no place of its own; see `isPageOf`. */
  readonly kind?: PageKind;
  readonly body: Content;
  /** For the islands. A page without it has no script, or the one that it names. */
  readonly data?: unknown;
  /** A small script of its own: `src/web/<script>.ts`. */
  readonly script?: PageScript;
}

/**
 * One self-contained file. The policy lets the page load nothing, and run and apply only what is inlined here,
 * by its hash: markup that slipped through would still be dead.
 */
export function renderPage({ title, kind, body, data, script: own }: Page): string {
  const name = data === undefined ? own : 'client';
  const css = readStyles();
  const js = name === undefined ? null : readScript(name);
  const policy = [
    "default-src 'none'",
    `style-src '${sha256(css)}'`,
    js === null ? "script-src 'none'" : `script-src '${sha256(js)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const island =
    data === undefined
      ? null
      : html`<script type="application/json" id="threadmill-data">${jsonForScript(data)}</script>\n`;
  const script = js === null ? null : html`${island}<script>${new Markup(js)}</script>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${kind === undefined ? null : generator(kind)}<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(css)}</style>
</head>
<body>
${body}
${script}
</body>
</html>
`.source;
}

function generator(kind: PageKind): Markup {
  return html`<meta name="generator" content="Threadmill: ${kind}">`;
}

/** Whether a file that begins like this is a page of that kind. */
export function isPageOf(kind: PageKind, beginning: string): boolean {
  return beginning.includes(generator(kind).source);
}

/** Bytes at the start of a page that hold all that `isPageOf` needs. */
export const PAGE_HEAD_BYTES = 2_048;

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
