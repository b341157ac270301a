import { createHash } from 'node:crypto';
import { readClientBundle } from './client-bundle.ts';
import { type Content, html, jsonForScript, Markup } from './markup.ts';

export interface Page {
  readonly title: string;
  readonly body: Content;
  /** For the browser code; without it the page has no script at all. */
  readonly data?: unknown;
}

/**
 * One self-contained file. The policy lets the page load nothing, and run and apply only what is inlined here,
 * by its hash: markup that slipped through would still be dead.
 */
export function renderPage({ title, body, data }: Page): string {
  const { css, js } = readClientBundle();
  const policy = [
    "default-src 'none'",
    `style-src '${sha256(css)}'`,
    data === undefined ? "script-src 'none'" : `script-src '${sha256(js)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const script =
    data === undefined
      ? null
      : html`<script type="application/json" id="threadmill-data">${jsonForScript(data)}</script>
<script>${new Markup(js)}</script>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
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

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
