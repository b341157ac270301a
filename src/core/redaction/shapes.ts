/**
 * Secrets by their looks. Formats are facts of gitleaks (config/gitleaks.toml) and secretlint, August 2026;
 * expressions are our own. Lengths are lower bounds, as a token may be cut. Linear time: a run that can still fail is
 * one of a word, and begins no second time within itself.
 */

/** Where a word begins: at the start, after a non-word character, an escaped line break or a percent-encoded character. */
export const WORD_START = String.raw`(?<=^|[^\w-]|\\[nrt]|%[0-9A-Fa-f]{2})`;

/** Told by a prefix that nothing else has, wherever that stands. */
const ANYWHERE: Readonly<Record<string, string>> = {
  GitHub: String.raw`gh[pousr]_\w{20,}(?:\.[\w-]+){0,2}|github_pat_\w{20,}`,
  GitLab: String.raw`gl(?:pat|ptt|dt|rtr?|cbt|ft|ffct|oas|soat|imt|agent)-[\w.-]{20,}|GR1348941[\w-]{20,}`,
  npm: 'npm_[A-Za-z0-9]{30,}',
  PyPI: String.raw`pypi-AgE[\w-]{16,}`,
  RubyGems: 'rubygems_[a-f0-9]{40,}',
  'AWS Bedrock': 'ABSK[A-Za-z0-9+/=]{40,}',
  'Google API': String.raw`AIza[\w-]{30,}|GOCSPX-[\w-]{20,}`,
  Stripe: '(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=_-]{16,}',
  Slack: String.raw`xox[abceoprs](?:\.xox[bp])?-[\w-]{10,}|xapp-\d-[\w-]{10,}`,
  Brevo: 'xkeysib-[a-f0-9]{40,}',
  DigitalOcean: 'do[opr]_v1_[a-f0-9]{30,}',
  Shopify: 'shp(?:at|ca|pa|ss|ua)_[a-fA-F0-9]{30,}',
  Square: String.raw`sq0[a-z]{3}-[\w-]{22,}`,
  Atlassian: String.raw`AT(?:ATT|CTT)3[\w=-]{20,}`,
  Figma: String.raw`figd_[\w-]{30,}`,
  Grafana: String.raw`gl(?:sa|c)_[\w+/=]{30,}`,
  Heroku: String.raw`HRKU-AA[\w-]{40,}`,
  Linear: 'lin_(?:api|oauth)_[A-Za-z0-9]{30,}',
  PlanetScale: String.raw`pscale_(?:tkn|oauth|pw)_[\w.=-]{30,}`,
  Postman: 'PMAK-[a-f0-9-]{40,}',
  Sentry: String.raw`sntry[su]_[\w+/=]{30,}`,
  Tailscale: String.raw`tskey-[\w-]{20,}`,
  '1Password': String.raw`ops_eyJ[\w+/=-]{40,}`,
  age: 'AGE-SECRET-KEY-1[A-Z0-9]{40,}',
};

/** Told by a prefix that may also be a part of a word: they begin one. */
const WORDS: Readonly<Record<string, string>> = {
  'JSON Web Token, signed or encrypted': String.raw`eyJ[\w-]{6,}(?:\.[\w-]*){1,4}`,
  'AWS key id': '(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Za-z0-9])',
  'Google OAuth': String.raw`ya29\.[\w-]{16,}`,
  // Words follow `sk-`, too: one digit, at least.
  'OpenAI, Anthropic, OpenRouter': String.raw`sk-(?=[\w-]{0,60}\d)[\w-]{20,}`,
  'Perplexity, xAI': '(?:pplx|xai)-[A-Za-z0-9]{30,}',
  'Hugging Face': '(?:hf|api_org)_[A-Za-z0-9]{30,}',
  'Groq, Replicate': '(?:gsk|r8)_[A-Za-z0-9]{30,}',
  SendGrid: String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`,
  'Mailgun, Twilio': '(?:key-|SK)[a-f0-9]{32}(?![A-Za-z0-9])',
  'HashiCorp Vault': String.raw`hv[bsr]\.[\w-]{20,}`,
  Cloudflare: 'cf(?:k|ut|at)_[A-Za-z0-9]{40,}',
  Databricks: 'dapi[a-f0-9]{32}',
  Doppler: String.raw`dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.]{30,}`,
  Grafana: 'eyJrIjoi[A-Za-z0-9+/=]{40,}',
  'New Relic': 'NRAK-[A-Z0-9]{20,}',
  Notion: 'ntn_[A-Za-z0-9]{40,}',
  Pulumi: 'pul-[a-f0-9]{40}',
  'Telegram bot': String.raw`\d{8,10}:AA[\w-]{30,}`,
  Vercel: 'vc[acikpr]_[A-Za-z0-9]{20,}',
};

/** URLs whose path is the secret. Some writers of JSON escape the slash. */
const WEBHOOKS: Readonly<Record<string, string>> = {
  Slack: String.raw`hooks\.slack\.com\\?/(?:services|workflows|triggers)\\?/`,
  Discord: String.raw`discord(?:app)?\.com\\?/api\\?/(?:v\d{1,2}\\?/)?webhooks\\?/`,
  Teams: String.raw`\.webhook\.office\.com\\?/`,
};

const anyOf = (shapes: Readonly<Record<string, string>>) => Object.values(shapes).join('|');

// Three are faster than one: V8 then sees by which characters each can begin.
const ANYWHERE_SHAPE = new RegExp(anyOf(ANYWHERE), 'g');
const WORD_SHAPE = new RegExp(`${WORD_START}(?:${anyOf(WORDS)})`, 'g');
const WEBHOOK = new RegExp(String.raw`(${anyOf(WEBHOOKS)})[\w+/@\\-]{8,}`, 'g');

function withoutTokens(text: string, hidden: string): string {
  return text.replace(ANYWHERE_SHAPE, hidden).replace(WORD_SHAPE, hidden).replace(WEBHOOK, `$1${hidden}`);
}

const PEM_BEGIN = '-----BEGIN';
/** A space may be one of a URL. */
const PEM_LABEL = /(?:[A-Z0-9 +]|%20){0,64}PRIVATE(?: |\+|%20)KEY(?:(?: |\+|%20)BLOCK)?-----/y;
/** Perhaps headers, then base64: code that only looks for such a block has none. In code each line may be a literal. */
const PEM_BODY =
  /(?:\\{1,8}[nrt]|%[0-9A-F]{2}|[\s"'`+,]|[A-Z][A-Za-z-]{2,20}: [^\r\n\\]{1,100}(?=[\r\n\\])){0,60}[A-Za-z0-9+/]{32}/y;
const PEM_END = /-----END(?:[A-Z0-9 +]|%20){0,80}-----/g;

/** Hides private keys in PEM, over however many lines, escaped or not. One that is cut goes on to the end of the text. */
export function withoutPrivateKeys(text: string, hide: (block: string) => string): string {
  let shown = '';
  let copied = 0;
  for (let at = text.indexOf(PEM_BEGIN); at >= 0; at = text.indexOf(PEM_BEGIN, at)) {
    PEM_LABEL.lastIndex = at + PEM_BEGIN.length;
    const isKey = PEM_LABEL.test(text);
    PEM_BODY.lastIndex = PEM_LABEL.lastIndex;
    if (!isKey || !PEM_BODY.test(text)) {
      at += PEM_BEGIN.length;
      continue;
    }
    PEM_END.lastIndex = PEM_LABEL.lastIndex;
    const end = PEM_END.test(text) ? PEM_END.lastIndex : text.length;
    shown += text.slice(copied, at) + hide(text.slice(at, end));
    copied = end;
    at = end;
  }
  return shown + text.slice(copied);
}

/** RFC 6750 and RFC 7617. `Basic realm="…"` and the like are a server's challenge. */
const TOKEN_SCHEME = new RegExp(
  String.raw`${WORD_START}(bearer|basic)([ \t]{1,8}|%20|\+)(?!\w{1,32}=\\{0,15}["'])([^\s"'\x60,;\\&%]{6,})`,
  'gi',
);
/** RFC 7616; RFC 4559. */
const DIGEST = /(?<![\w-])(Digest[ \t]{1,8})(?=username=)[^\r\n]+/g;
const NEGOTIATE = /(?<![\w-])((?:Negotiate|NTLM)[ \t]{1,8})[A-Za-z0-9+/=]{16,}/g;

/** Hides credentials that stand after the name of their scheme, but not the next word of an ordinary sentence. */
function withoutSchemes(text: string, hidden: string): string {
  return text
    .replace(TOKEN_SCHEME, (whole, scheme: string, space: string, credentials: string) => {
      const isSecret = /^basic$/i.test(scheme) ? isUserAndPassword(credentials) : !isWord(credentials);
      return isSecret ? `${scheme}${space}${hidden}` : whole;
    })
    .replace(DIGEST, `$1${hidden}`)
    .replace(NEGOTIATE, `$1${hidden}`);
}

function isUserAndPassword(base64: string): boolean {
  return Buffer.from(base64, 'base64').includes(':');
}

const SENTENCE_WORD = /^[A-Za-z]?[a-z]*(?:[-/][A-Za-z]?[a-z]*)*[.:!?)\]]*$/;
const LONGEST_SENTENCE_WORD = 24;

function isWord(text: string): boolean {
  return text.length < LONGEST_SENTENCE_WORD && SENTENCE_WORD.test(text);
}

/** From `://` to where a URL in text must have ended. */
const URL_REST = /:\/\/([^\s"<>]+)/g;

/** Removes user and password from URLs, also where a password with an unescaped slash makes the URL invalid. */
function withoutUserInfo(text: string): string {
  return text.replace(URL_REST, (_, rest: string) => `://${withoutUser(rest)}`);
}

/** `rest` may hold further URLs. Each part of it is looked at once. */
function withoutUser(rest: string): string {
  const lastAt = rest.lastIndexOf('@');
  if (lastAt < 0) return rest;
  let shown = '';
  let start = 0;
  for (;;) {
    const authority = authorityAt(rest, start);
    const [beforeHost = ''] = /^[^@[]*/.exec(authority) ?? [];
    const colon = beforeHost.indexOf(':');
    const isPassword = colon >= 0 && !/^\d*$/.test(authority.slice(colon + 1));
    if (isPassword && lastAt > start + colon) return shown + rest.slice(lastAt + 1);
    const from = start + authority.lastIndexOf('@') + 1;
    const next = rest.indexOf('://', from);
    if (next < 0) return shown + rest.slice(from);
    shown += rest.slice(from, next + 3);
    start = next + 3;
  }
}

const AUTHORITY = /[^/?#\\]*/y;

function authorityAt(text: string, start: number): string {
  AUTHORITY.lastIndex = start;
  return AUTHORITY.exec(text)?.[0] ?? '';
}

/** Hides all secrets that can be told by their looks. */
export function withoutShapes(text: string, hidden: string): string {
  const withoutKeys = withoutPrivateKeys(text, () => hidden);
  return withoutSchemes(withoutTokens(withoutUserInfo(withoutKeys), hidden), hidden);
}
