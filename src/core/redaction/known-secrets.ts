import { decoded, isPasswordName, isSecretName } from './secret-names.ts';

/** Secrets that this thread knows. Copies of this module share one set, whose shape is in the name. */
const KNOWN = Symbol.for('threadmill.knownSecrets.v1');

function knownSecrets(): Set<string> {
  const shared = globalThis as { [KNOWN]?: Set<string> };
  shared[KNOWN] ??= new Set();
  return shared[KNOWN];
}

/** A shorter secret would be found in the middle of ordinary words. */
const SHORTEST = 6;
const LONGEST_WORD = 20;
/** A bound on memory. Each user of a load test may well have a token. */
const MAX_KNOWN = 50_000;

/** From now on hidden in this thread wherever it occurs: a server may well say back what it was told. */
function rememberSecret(secret: string): void {
  const known = knownSecrets();
  for (const form of new Set([secret, inUrl(secret), inJson(secret)])) {
    if (form.length >= SHORTEST && known.size < MAX_KNOWN) known.add(form);
  }
}

/** A word is left unless it is a password: `?key=products` must not hide the word everywhere. */
function rememberNamed(name: string, value: string): void {
  if (isPasswordName(name) || value.length >= LONGEST_WORD || !/^[A-Z]?[a-z]+$/.test(value)) {
    rememberSecret(value);
  }
}

function inUrl(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a surrogate pair has no form there.
    return text;
  }
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Remembers the secrets of a URL or path: its password in all forms, and values of secret-looking parameters. */
export function rememberUrlSecrets(url: string): void {
  const base = 'http://localhost';
  if (!URL.canParse(url, base)) return;
  const { username, password, searchParams } = new URL(url, base);
  for (const [name, value] of searchParams) if (isSecretName(name)) rememberNamed(name, value);
  if (password === '') return;
  const meant = decoded(password);
  rememberSecret(password);
  rememberSecret(meant);
  rememberSecret(Buffer.from(`${decoded(username)}:${meant}`).toString('base64'));
}

/** RFC 6265, section 4.2.1: the value of each `name=value` of a Cookie header, with or without its quotes. */
const COOKIE = /=\s*"?([^;"]+)/g;

/** Remembers the value of a header whose name is secret; without the `Bearer` before it, and each cookie. */
export function rememberHeaderSecret(name: string, value: string): void {
  if (!isSecretName(name)) return;
  if (/^cookie$/i.test(name)) for (const [, one = ''] of value.matchAll(COOKIE)) rememberNamed(name, one);
  const credentials = /^[A-Za-z]+ +(\S+)$/.exec(value)?.[1];
  rememberNamed(name, credentials ?? value);
  if (credentials === undefined || !/^basic /i.test(value)) return;
  const plain = Buffer.from(credentials, 'base64').toString();
  rememberSecret(plain.slice(plain.indexOf(':') + 1));
}

/** A longer body is looked at no further: it costs time, and its fields are hardly those of a login. */
export const LONGEST_BODY = 65_536;
const FORM = /^[\w.%+[\]-]+=/;

/** Remembers the values of secret-looking fields of a body that is sent as JSON or as a form. */
export function rememberBodySecrets(body: string): void {
  if (body.length > LONGEST_BODY) return;
  if (FORM.test(body)) {
    rememberUrlSecrets(`/?${body}`);
    return;
  }
  try {
    JSON.parse(body, (name: string, value: unknown) => {
      if (!isSecretName(name)) return value;
      for (const one of Array.isArray(value) ? value : [value]) {
        if (typeof one === 'string') rememberNamed(name, one);
      }
      return value;
    });
  } catch {
    // Text of another kind.
  }
}

/** Fewer of the names than elsewhere: a session's name, say, is in every text about the machine. */
const SECRET_VARIABLE =
  /token|secret|passw|passphrase|credential|(?:api|access|private|signing|encryption)_?key|_key$|(?:^|_)(?:auth|pass|pw|pat|jwt|cookie|bearer|dsn|webhook)(?:_|$)/i;
/** `true`, a user's name or a path say nothing, and would be hidden in what has to be read. */
const SHORTEST_VARIABLE = 8;

/** Variables with secret names, and passwords in URLs such as `DATABASE_URL`, are hidden everywhere. */
export function rememberEnvironmentSecrets(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value = ''] of Object.entries(env)) {
    const telling = value.length >= SHORTEST_VARIABLE && !/^(?:[/~.]|[a-z]+:\/\/[^@]*$)/i.test(value);
    if (telling && SECRET_VARIABLE.test(name)) rememberSecret(value);
    if (value.includes('://') && URL.canParse(value) && isTellingPassword(new URL(value))) {
      rememberUrlSecrets(value);
    }
  }
}

/** Not `postgres:postgres`, nor another word that would be hidden in ordinary text. */
function isTellingPassword({ password }: URL): boolean {
  return password.length >= SHORTEST_VARIABLE && !/^[a-z]+$/i.test(password);
}

/** Known secrets by their last characters: tokens of one service begin alike and end differently. */
const byEnding = new Map<string, string[]>();
let indexed = 0;

function index(known: ReadonlySet<string>): void {
  if (known.size === indexed) return;
  let place = 0;
  for (const secret of known) {
    if (place++ < indexed) continue;
    const ending = secret.slice(-SHORTEST);
    const same = byEnding.get(ending);
    if (same === undefined) byEnding.set(ending, [secret]);
    else same.push(secret);
  }
  indexed = known.size;
}

/** Hides known secrets. The text is read once, however many secrets there are. */
export function withoutKnown(text: string, hidden: string): string {
  const known = knownSecrets();
  if (known.size === 0) return text;
  index(known);
  /** Places of secrets, in order; none overlaps or touches another. */
  const found: { start: number; end: number }[] = [];
  for (let end = SHORTEST; end <= text.length; end++) {
    for (const secret of byEnding.get(text.slice(end - SHORTEST, end)) ?? []) {
      let start = end - secret.length;
      if (start < 0 || !text.startsWith(secret, start)) continue;
      while (found.length > 0 && found.at(-1)!.end >= start) start = Math.min(start, found.pop()!.start);
      found.push({ start, end });
    }
  }
  let shown = '';
  let copied = 0;
  for (const { start, end } of found) {
    shown += text.slice(copied, start) + hidden;
    copied = end;
  }
  return shown + text.slice(copied);
}
