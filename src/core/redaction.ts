/**
 * Takes secrets out of what is shown or saved: those that look like secrets, and those that this thread knows.
 * Errors, logs, records and reports all pass through here. It rather hides too much, and takes linear time.
 */
import { withoutKnown } from './redaction/known-secrets.ts';
import { withoutNamedValues } from './redaction/named-values.ts';
import { isOrdinaryInCode, isOrdinaryInText } from './redaction/ordinary-values.ts';
import { isPasswordName, isSecretName } from './redaction/secret-names.ts';
import { withoutPrivateKeys, withoutShapes } from './redaction/shapes.ts';

export {
  LONGEST_BODY,
  rememberBodySecrets,
  rememberEnvironmentSecrets,
  rememberHeaderSecret,
  rememberUrlSecrets,
} from './redaction/known-secrets.ts';
export { isSecretName } from './redaction/secret-names.ts';

const HIDDEN = '***';

/** Of a long text only the beginning is looked at: this much more than is shown. */
const LOOKED_AHEAD = 10_000;
/** What is cut may be half a secret that no longer looks like one: the end of what was looked at is not shown. */
const UNCERTAIN_END = 2_000;

function redactOnce(text: string): string {
  return withoutNamedValues(withoutShapes(text, HIDDEN), HIDDEN, isOrdinaryInText);
}

/** Hiding one secret can uncover the shape of another, so it repeats until nothing changes. */
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
  return untilStable(withoutKnown(text, HIDDEN), redactOnce);
}

/** To its end, or to that of the line: so that no quote is looked at twice. */
const LITERAL = /'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|`(?:[^`\\]|\\.)*`?/g;
const SHORTEST_LITERAL = 6;

/** A line of source without secrets. Expressions and ordinary words stay; other literals are looked at, too. */
export function redactSourceLine(line: string): string {
  let strictest: string | null = null;
  const shapeless = untilStable(withoutKnown(line, HIDDEN), (text) => withoutShapes(text, HIDDEN));
  const shown = withoutNamedValues(shapeless, HIDDEN, (name, value, style) => {
    if (strictest === null || isPasswordName(name)) strictest = name;
    return isOrdinaryInCode(name, value, style);
  });
  return strictest === null ? shown : withoutLiterals(shown, strictest);
}

function withoutLiterals(line: string, name: string): string {
  return line.replace(LITERAL, (literal) => {
    const quote = literal.charAt(0);
    const text = literal.slice(1, literal.length > 1 && literal.endsWith(quote) ? -1 : undefined);
    const isOrdinary =
      text.length < SHORTEST_LITERAL ||
      (!/\d/.test(text) && !isPasswordName(name)) ||
      isOrdinaryInCode(name, text, 'quoted');
    return isOrdinary ? literal : `${quote}${HIDDEN}${quote}`;
  });
}

/** The beginning of a text that may be long, at most `length` characters, redacted before it is cut. */
export function redactStart(text: string, length: number, redact = redactText): string {
  const looked = length + LOOKED_AHEAD;
  if (text.length <= looked) return redact(text).slice(0, length);
  const shown = redact(text.slice(0, looked));
  return shown.slice(0, Math.min(length, Math.max(HIDDEN.length, shown.length - UNCERTAIN_END)));
}

/** Hides private keys, and leaves every line where it is: for text that is then redacted line by line. */
export function redactPrivateKeys(text: string): string {
  return withoutPrivateKeys(text, (trial) => trial.replace(/[^\r\n\u2028\u2029]+/g, HIDDEN));
}

/** A URL without user and password, and with the values of secret-looking parameters replaced. */
export function redactUrl(url: string): string {
  return untilStable(withoutKnown(url, HIDDEN), (text) => {
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
