/**
 * Takes secrets out of what is shown or saved: those that look like secrets, and those that this process has
 * been told of. The lowest layer: errors, logs, records and reports all pass through here. It prefers hiding
 * too much to hiding too little.
 */

const HIDDEN = '***';

/** Names that are secret as a word of a longer name: `api_key`, `sigV2`, `x-auth`; but not `monkey`, `author`. */
const SECRET_WORDS = new Set(
  'key sig auth oauth pwd pass pin otp sid csrf xsrf code nonce salt cert private'.split(' '),
);

/** Names that are secret wherever they occur, since nothing harmless contains them. */
const SECRET_PARTS =
  /token|secret|passw|apikey|signature|credential|session|jwt|bearer|authorization|cookie/i;

/** Words that are secret in a query but ordinary in prose: `code: ECONNRESET`, `pass: 3`, `key: name`. */
const ORDINARY_IN_PROSE = new Set(['code', 'key', 'pass', 'pin', 'salt', 'cert', 'private', 'nonce', 'sid']);

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a parameter, header or field of this name is likely to hold a secret. */
export function isSecretName(name: string): boolean {
  const plain = decoded(name);
  return SECRET_PARTS.test(plain) || wordsOf(plain).some((word) => SECRET_WORDS.has(word));
}

function isSecretInProse(name: string): boolean {
  if (SECRET_PARTS.test(name)) return true;
  const words = wordsOf(name).filter((word) => word !== '');
  if (words.length === 1 && ORDINARY_IN_PROSE.has(words[0] ?? '')) return false;
  return words.some((word) => SECRET_WORDS.has(word) && word !== 'code');
}

/** `://user:pass@`: all up to the last `@` of the authority. */
const USER_INFO = /(:\/\/)[^\s"<>/?#\\]*@/g;

/** A password with a slash in it, typed without escaping it: not a valid URL, but still somebody's password. */
const UNESCAPED_USER_INFO = /(:\/\/)[^\s"<>/?#\\[@]*:(?!\d*(?:[/?#\\\s"<>]|$))[^\s"<>]*@/g;

/**
 * Replaces the value after each secret name. Names are looked for one by one, also within the values of
 * harmless names (`a=1;token=x`), and each character is read once: hostile text costs no more than other text.
 * `names` captures the name and must match up to where the value starts.
 */
function hideValues(text: string, names: RegExp, isSecret: (name: string) => boolean, value: RegExp): string {
  let shown = '';
  let copied = 0;
  names.lastIndex = 0;
  for (let match = names.exec(text); match !== null; match = names.exec(text)) {
    const start = names.lastIndex;
    if (!isSecret(match[1] ?? '')) continue;
    value.lastIndex = start;
    const found = value.exec(text)?.[0] ?? '';
    if (found === '') continue;
    const quote = found.startsWith('"') || found.startsWith("'") ? found.charAt(0) : '';
    shown += `${text.slice(copied, start)}${quote}${HIDDEN}${quote}`;
    copied = start + found.length;
    names.lastIndex = copied;
  }
  return shown + text.slice(copied);
}

const PARAMETER_NAME = /[?&;#]([^\s=&;#?"<>]{1,256})=/g;
const PARAMETER_VALUE = /[^\s&#"<>]+/y;

const HEADER_NAME = /(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie2?)["']?\s{0,8}[:=]\s{0,8}/gi;
/** A quoted value, or else the rest of the line: cookies and digests hold commas, semicolons and quotes. */
const HEADER_VALUE = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^\r\n]+/y;

const FIELD_NAME = /(?<![\w.-])([A-Za-z][\w.-]{0,127})["']?\s{0,8}[=:]\s{0,8}/g;
const FIELD_VALUE = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|(?!\/\/)[^\s"',;&)}\]]+/y;

const SCHEME = /(?<![\w-])(Bearer|Basic|Digest|Negotiate)(\s+)(?:[^\s"',;]+)/g;

/** Secrets that are known by their looks: JSON web tokens, and the keys of a few large services. */
const KNOWN_SHAPES =
  /(?<![\w-])(?:eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?|gh[pousr]_\w{20,}|github_pat_\w{20,}|sk-[\w-]{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,})/g;

/** Most text holds none of these; logging a job should not cost eight regular expressions. */
const WORTH_A_LOOK = /[=:@]|Bearer|Basic|Digest|Negotiate|eyJ|gh[pousr]_|github_pat_|sk-|AKIA|xox/;

/** A shorter secret would be found in the middle of ordinary words. */
const SHORTEST_KNOWN = 6;
/** Requests with a token of its own each must not make every message as dear as all of them. */
const MOST_KNOWN = 500;

const known = new Set<string>();
let longestFirst: readonly string[] = [];

/** From now on hidden in this thread wherever it occurs: a server may well say back what it was told. */
function rememberSecret(secret: string): void {
  if (secret.length < SHORTEST_KNOWN || known.size >= MOST_KNOWN || known.has(secret)) return;
  known.add(secret);
  longestFirst = [...known].sort((a, b) => b.length - a.length);
}

/**
 * What is secret within a URL: the password as it stands there, as it is meant, and as the header that is made
 * of it; and the values of secret-looking parameters. `url` may be a path.
 */
export function rememberUrlSecrets(url: string): void {
  const base = 'http://localhost';
  if (!URL.canParse(url, base)) return;
  const { username, password, searchParams } = new URL(url, base);
  for (const [name, value] of searchParams) if (isSecretName(name)) rememberSecret(value);
  if (password === '') return;
  const meant = decoded(password);
  rememberSecret(password);
  rememberSecret(meant);
  rememberSecret(Buffer.from(`${decoded(username)}:${meant}`).toString('base64'));
}

/** RFC 6265, section 4.2.1: the value of each `name=value` of a Cookie header, with or without its quotes. */
const COOKIE = /=\s*"?([^;"]+)/g;

/** The value of a header whose name says that it is secret; also without the `Bearer` before it, and each cookie. */
export function rememberHeaderSecret(name: string, value: string): void {
  if (!isSecretName(name)) return;
  rememberSecret(value);
  if (/^cookie$/i.test(name)) for (const [, one = ''] of value.matchAll(COOKIE)) rememberSecret(one);
  const credentials = /^[A-Za-z]+ +(\S+)$/.exec(value)?.[1] ?? '';
  rememberSecret(credentials);
  if (!/^basic /i.test(value)) return;
  const plain = Buffer.from(credentials, 'base64').toString();
  rememberSecret(plain.slice(plain.indexOf(':') + 1));
}

/** A longer body is looked at no further: it costs time, and its fields are hardly those of a login. */
const LONGEST_BODY = 65_536;
const FORM = /^[\w.%+[\]-]+=/;

/** The values of secret-looking fields of a body that is sent as JSON or as a form. */
export function rememberBodySecrets(body: string): void {
  if (body.length > LONGEST_BODY) return;
  if (FORM.test(body)) {
    rememberUrlSecrets(`/?${body}`);
    return;
  }
  try {
    JSON.parse(body, (name: string, value: unknown) => {
      if (typeof value === 'string' && isSecretName(name)) rememberSecret(value);
    });
  } catch {
    // Text of another kind.
  }
}

/** Fewer of the names than elsewhere: a session's name, say, is in every text about the machine. */
const SECRET_VARIABLE = /token|secret|passw|credential|(?:api|access|private)_?key/i;
/** `true`, a user's name or a path say nothing, and would be hidden in what has to be read. */
const SHORTEST_VARIABLE = 8;

/** Workloads take their secrets from the environment: what a variable's name says is one is hidden everywhere. */
export function rememberEnvironmentSecrets(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value = ''] of Object.entries(env)) {
    const telling = value.length >= SHORTEST_VARIABLE && !/^(?:[/~.]|[a-z]+:\/\/[^@]*$)/i.test(value);
    if (telling && SECRET_VARIABLE.test(name)) rememberSecret(value);
  }
}

function withoutKnown(text: string): string {
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text);
}

function redactOnce(text: string): string {
  const anonymous = text.replace(UNESCAPED_USER_INFO, '$1').replace(USER_INFO, '$1');
  const parameters = hideValues(anonymous, PARAMETER_NAME, isSecretName, PARAMETER_VALUE);
  const headers = hideValues(parameters, HEADER_NAME, () => true, HEADER_VALUE);
  const fields = hideValues(
    headers.replace(SCHEME, `$1$2${HIDDEN}`),
    FIELD_NAME,
    isSecretInProse,
    FIELD_VALUE,
  );
  return fields.replace(KNOWN_SHAPES, HIDDEN);
}

/** Hiding one secret can uncover the shape of another, so it goes on until nothing changes. */
function untilStable(text: string, redact: (text: string) => string): string {
  let before = text;
  for (let pass = 0; pass < 16; pass += 1) {
    const after = redact(before);
    if (after === before) return after;
    before = after;
  }
  return HIDDEN;
}

/** Text for people or logs, without credentials in URLs, headers, tokens and `name=value` pairs. */
export function redactText(text: string): string {
  const shown = withoutKnown(text);
  return WORTH_A_LOOK.test(shown) ? untilStable(shown, redactOnce) : shown;
}

/** A URL without user and password, and with the values of secret-looking parameters replaced. */
export function redactUrl(url: string): string {
  return untilStable(withoutKnown(url), (text) => {
    // A person may well leave out the scheme: `user:pass@host`.
    const bare = text.includes('://') ? text : text.replace(/^[^/?#\s]*@/, '');
    return redactOnce(bare);
  });
}

/** An error as data, before it leaves a thread or process that knows more secrets than the next. */
export function redactError<T extends { readonly message: string; readonly stack?: string | undefined }>(
  error: T,
): T {
  const { message, stack } = error;
  return { ...error, message: redactText(message), ...(stack !== undefined && { stack: redactText(stack) }) };
}

type HeaderValue = string | number | readonly string[] | undefined;

/** Headers as they may be shown; secret ones keep their name only. */
export function redactHeaders(headers: Readonly<Record<string, HeaderValue>>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    shown[name] = isSecretName(name)
      ? HIDDEN
      : redactText(typeof value === 'object' ? value.join(', ') : String(value));
  }
  return shown;
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./*-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** A command line that can be shown, quoted for a shell. `argv` starts with the command or option. */
export function redactArguments(argv: readonly string[]): string {
  let hideNext = false;
  let urlNext = false;
  return argv
    .map((argument) => {
      const flag = /^--?([A-Za-z][\w-]*)$/.exec(argument)?.[1];
      const assigned = /^(--url=)(.*)$/s.exec(argument);
      let shown = redactText(argument);
      if (hideNext && flag === undefined) shown = HIDDEN;
      else if (urlNext && flag === undefined) shown = redactUrl(argument);
      else if (assigned) shown = `${assigned[1]}${redactUrl(assigned[2] ?? '')}`;
      hideNext = flag !== undefined && isSecretName(flag);
      urlNext = flag === 'url';
      return quoted(shown);
    })
    .join(' ');
}
