import assert from 'node:assert/strict';
import { test } from 'node:test';
import { externalReferences, offlineHtml } from '../../../../src/orchestrator/captures/offline-html.ts';

const page = (head = '', body = '') =>
  `<!DOCTYPE html><html><head><meta charset="utf-8">${head}</head><body>${body}</body></html>`;

/** What is left of a page beside the policy that every page gets. */
const left = (html: string) =>
  offlineHtml(html).replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');

const GONE: readonly (readonly [what: string, before: string, after: string])[] = [
  ['a style sheet', '<link rel="stylesheet" href="https://fonts.googleapis.com/css?family=X">', ''],
  ['a style sheet beside the page', "<link rel=stylesheet href='style.css'>", ''],
  ['preconnect', '<link rel="preconnect" href="https://fonts.gstatic.com" crossorigin>', ''],
  ['dns-prefetch', '<link rel=dns-prefetch href=//example.org>', ''],
  ['a base', '<base href="https://example.org/">', ''],
  ['a refresh', '<meta http-equiv="refresh" content="0;url=https://example.org">', ''],
  [
    'an external script',
    '<script async src="https://example.org/a.js"></script>',
    '<script async ></script>',
  ],
  ['an image', '<img alt="x" src="https://example.org/a.png">', '<img alt="x" >'],
  ['an image set', '<img srcset="a.png 1x, b.png 2x">', '<img >'],
  ['a frame', '<iframe src="//example.org"></iframe>', '<iframe ></iframe>'],
  ['an SVG image', '<image xlink:href="https://example.org/a.svg"/>', '<image />'],
  ['an import', '<style>@import url("https://example.org/a.css"); p{}</style>', '<style> p{}</style>'],
  ['an import as text', "<style>@import 'a.css';</style>", '<style></style>'],
  [
    'a url()',
    '<style>p{background:url(https://e.org/a.png)}</style>',
    '<style>p{background:url("data:,")}</style>',
  ],
  ['a quoted url()', "<style>p{src:url('x.woff')}</style>", '<style>p{src:url("data:,")}</style>'],
  [
    'fonts by script',
    '<script>f("https://clinicjs.org/assets/css/fonts.css")</script>',
    '<script>f("data:text/css,")</script>',
  ],
  [
    'a counter by script',
    "<script>f('//www.google-analytics.com/x')</script>",
    "<script>f('data:text/css,')</script>",
  ],
];

for (const [what, before, after] of GONE) {
  test(`${what} goes`, () => {
    assert.notDeepEqual(externalReferences(page(before)), []);
    assert.equal(left(page(before)), page(after));
    assert.deepEqual(externalReferences(offlineHtml(page(before))), []);
  });
}

const KEPT: readonly (readonly [what: string, text: string])[] = [
  ['a hyperlink', '<a class="x" href="https://clinicjs.org/flame/">Flame</a>'],
  ['its own icon', '<link rel="icon" href="data:image/png;base64,AAAA">'],
  ['a reference within', '<svg><use href="#a"/></svg>'],
  ['a namespace', '<svg xmlns="http://www.w3.org/2000/svg"></svg>'],
  [
    'an address as text of a script',
    '<script>open("https://github.com/nodejs/node/blob/v20/lib/net#L1")</script>',
  ],
  ['markup as text of a script', '<script>x = "<link href=a>", i<base-.5</script>'],
  ['embedded images of a style', '<style>p{background:url(data:image/png;base64,AA)}</style>'],
];

for (const [what, text] of KEPT) {
  test(`${what} stays`, () => {
    assert.equal(left(page('', text)), page('', text));
    assert.deepEqual(externalReferences(page('', text)), []);
  });
}

test('the policy comes first in the head, once', () => {
  const once = offlineHtml(page('<title>t</title>'));
  assert.match(once, /<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; [^"]+">/);
  assert.equal(offlineHtml(once), once);
});

test('only the page’s own scripts run: the policy has their hashes, and takes no other', () => {
  // printf 'f(1)' | openssl dgst -sha256 -binary | base64
  const html = offlineHtml(page('', '<script>f(1)</script><script></script><p onclick="g()">'));
  const scripts = /script-src ([^;]*);/.exec(html)?.[1];
  assert.equal(scripts, `'sha256-DDALPP+E99MtoO7ArZmX+ZiQi0gj553Vbu67sUYkIo4=' 'unsafe-eval' blob:`);
  assert.ok(!offlineHtml(page()).includes("'unsafe-inline' 'unsafe-eval'"));
});

test('line ends do not change a hash: browsers make them alike', () => {
  const hashOf = (text: string) =>
    /sha256-[^']+/.exec(offlineHtml(page('', `<script>${text}</script>`)))?.[0];
  assert.equal(hashOf('a\r\nb'), hashOf('a\nb'));
  assert.notEqual(hashOf('a\nb'), hashOf('ab'));
});

test('a page without a head gets it, too', () => {
  assert.match(offlineHtml('<html><p>x</p></html>'), /^<html><meta http-equiv/);
  assert.match(offlineHtml('<p>x</p>'), /^<meta http-equiv.*><p>x<\/p>$/);
});
