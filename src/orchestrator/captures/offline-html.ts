import { createHash } from 'node:crypto';

/**
 * Nothing may be fetched; `data:` and `blob:` are the page's own. Only the page's scripts run, by their hashes, none
 * in attributes, since names of functions become markup in some tooltips. Directives: https://www.w3.org/TR/CSP3/;
 * `prefetch` and DNS hints are outside of its reach, so such tags go.
 */
function policyTag(scripts: readonly string[]): string {
  const policy = [
    "default-src 'none'",
    ['script-src', ...new Set(scripts.map(hashSource)), "'unsafe-eval' blob:"].join(' '),
    "style-src 'unsafe-inline' data:",
    'img-src data: blob:',
    'font-src data:',
    'worker-src blob: data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
}

const POLICY_TAG = /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; [^"]*">/;

/** Of a script's text as a browser reads it: with line ends made alike. */
function hashSource(script: string): string {
  const text = script.replace(/\r\n?/g, '\n');
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** An address that a page would fetch: anything but its own data and its own parts. */
const ADDRESS = String.raw`(?!data:|blob:|#|about:)[^\s"'>]`;
const QUOTED = String.raw`(?:"\s*${ADDRESS}[^"]*"|'\s*${ADDRESS}[^']*'|${ADDRESS}[^\s>]*)`;

const MARKUP_RULES: readonly (readonly [RegExp, string])[] = [
  // Elements that are nothing without what they fetch.
  [new RegExp(String.raw`<link\b[^>]*\bhref\s*=\s*${QUOTED}[^>]*>`, 'gi'), ''],
  [/<base\b[^>]*>/gi, ''],
  [/<meta\b[^>]*http-equiv\s*=\s*["']?refresh\b[^>]*>/gi, ''],
  // Attributes that fetch; `href` only where it isn't a hyperlink. Written as `src=""`: that fetches nothing.
  [
    new RegExp(
      String.raw`(<(?!a\b)[a-z][^>]*?\s)(src|srcset|poster|data|background|ping|manifest)\s*=\s*${QUOTED}`,
      'gi',
    ),
    '$1',
  ],
  [new RegExp(String.raw`(<(?:image|use|feimage)\b[^>]*?\s)((?:xlink:)?href)\s*=\s*${QUOTED}`, 'gi'), '$1'],
];

const STYLE_RULES: readonly (readonly [RegExp, string])[] = [
  [/@import\s+(?:url\()?\s*["']?(?!data:)[^;]*;/gi, ''],
  [/url\(\s*["']?(?!data:|blob:|#|["'])[^)]*\)/gi, 'url("data:,")'],
];

// Text of a script that fetches: fonts and style sheets by clinic's copy of webfontloader, and counters.
const SCRIPT_ADDRESS =
  /(["'`])(?:https?:)?\/\/(?:[\w.-]+\.)?(?:googleapis\.com|gstatic\.com|typekit\.net|fonts\.net|fontdeck\.com|google-analytics\.com|googletagmanager\.com|clinicjs\.org\/assets)[^"'`\s]*\1/gi;
const SCRIPT_ASSET =
  /(["'`])(?:https?:)?\/\/[^"'`\s<>]+\.(?:css|js|mjs|woff2?|ttf|otf|eot|png|jpe?g|gif|svg|webp|ico)(?:\?[^"'`\s]*)?\1/gi;
// In the quotes that were there: the text may be a string within a string.
const EMPTY_SHEET = '$1data:text/css,$1';

/** The page without anything that it would fetch, and with a policy that forbids it. Hyperlinks stay. Idempotent. */
export function offlineHtml(html: string): string {
  const clean = parts(html.replace(POLICY_TAG, '')).map(({ kind, text }): Part => {
    if (kind === 'script')
      return { kind, text: text.replace(SCRIPT_ADDRESS, EMPTY_SHEET).replace(SCRIPT_ASSET, EMPTY_SHEET) };
    return { kind, text: replaceAll(kind === 'style' ? text : replaceAll(text, MARKUP_RULES), STYLE_RULES) };
  });
  const scripts = clean.flatMap(({ kind, text }) => (kind === 'script' && text !== '' ? [text] : []));
  return withPolicy(clean.map(({ text }) => text).join(''), policyTag(scripts));
}

/** What a page would fetch, as far as its text tells: for tests, and to see whether a tool has changed. */
export function externalReferences(html: string): string[] {
  return parts(html).flatMap(({ kind, text }) => {
    const rules =
      kind === 'script'
        ? [SCRIPT_ADDRESS, SCRIPT_ASSET]
        : [...(kind === 'style' ? [] : MARKUP_RULES), ...STYLE_RULES].map(([pattern]) => pattern);
    return rules.flatMap((pattern) => text.match(pattern) ?? []).filter((found) => !found.includes('data:,'));
  });
}

type Kind = 'markup' | 'script' | 'style';

interface Part {
  readonly kind: Kind;
  readonly text: string;
}

/** Scripts and styles hold `<link` and the like as text, where a rule for tags would break them. */
function parts(html: string): Part[] {
  const found: Part[] = [];
  const opening = /<(script|style)\b[^>]*>/gi;
  let at = 0;
  for (let match = opening.exec(html); match !== null; match = opening.exec(html)) {
    const kind = match[1]!.toLowerCase() as 'script' | 'style';
    const start = opening.lastIndex;
    const end = html.slice(start).search(new RegExp(String.raw`</${kind}\b`, 'i'));
    const until = end < 0 ? html.length : start + end;
    found.push({ kind: 'markup', text: html.slice(at, start) }, { kind, text: html.slice(start, until) });
    at = until;
    opening.lastIndex = until;
  }
  found.push({ kind: 'markup', text: html.slice(at) });
  return found;
}

/** First in the head: a policy binds only what comes after it. */
function withPolicy(html: string, policy: string): string {
  const head = /<head\b[^>]*>/i.exec(html) ?? /<html\b[^>]*>/i.exec(html) ?? /<!doctype[^>]*>/i.exec(html);
  const at = head === null ? 0 : head.index + head[0].length;
  return `${html.slice(0, at)}${policy}${html.slice(at)}`;
}

function replaceAll(text: string, rules: readonly (readonly [RegExp, string])[]): string {
  return rules.reduce((changed, [pattern, by]) => changed.replace(pattern, by), text);
}
