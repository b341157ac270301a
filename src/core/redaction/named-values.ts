import type { IsOrdinary, ValueStyle } from './ordinary-values.ts';
import { isSecretInProse, isSecretName } from './secret-names.ts';
import { WORD_START } from './shapes.ts';

/** Hides values after secret names, also within values of harmless ones (`a=1;token=x`). Linear time. */

interface Place {
  /** `name` is the first group; it matches up to where the value begins. */
  readonly name: RegExp;
  isSecret(name: string): boolean;
  /** The end of the value that begins at `start`; `start` if there is none. */
  valueEnd(text: string, start: number, name: string): number;
}

const PARAMETER: Place = {
  name: /[?&;#]([^\s=&;#?"<>]{1,256})=/g,
  isSecret: isSecretName,
  valueEnd: (text, start) => bareEnd(/[^\s&#"<>]+/y, text, start),
};

/** `name: value`, `"name":"value"`, `name=value`, `env['name'] = value`, `'name' => value`; also with escaped quotes. */
const FIELD: Place = {
  name: /(?<![\w.-])([\w.-]+)(?:\\{0,15}["'`]\]?[ \t]{0,8}(?:=>|!?={1,3}|:(?!:))|\]?[ \t]{0,8}(?:!?={1,3}(?!>)|:(?!:)))[ \t]{0,8}/g,
  isSecret: isSecretInProse,
  valueEnd: (text, start, name) => (isHeader(name) ? headerEnd(text, start) : fieldEnd(text, start)),
};

/** The same of JSON within a URL. */
const ENCODED_FIELD: Place = {
  name: /%22([\w.-]{1,128})(?:%5C){0,15}%22(?:%20|\+)?(?::|%3A)(?:%20|\+)?(?:%5C){0,15}%22/gi,
  isSecret: isSecretInProse,
  valueEnd: (text, start) => {
    const quote = text.indexOf('%22', start);
    return start + bareEnd(/[^\s&#"<>]+/y, text.slice(start, quote < 0 ? undefined : quote), 0);
  },
};

/** `--name value`, `"--name", "value"`. */
const OPTION: Place = {
  name: new RegExp(
    String.raw`${WORD_START}--([A-Za-z][\w-]{0,63})(?:["'],[ \t]{0,4}|[ \t]{1,8}|%20|\+)(?!-)`,
    'g',
  ),
  isSecret: (name) => isSecretInProse(name) || /^(?:pass|pin)$/i.test(name),
  valueEnd: fieldEnd,
};

/** A longer value is hidden whatever it is: one that stays is read again, for the names in it. */
const LONGEST_ORDINARY = 200;

export function withoutNamedValues(text: string, hidden: string, isOrdinary: IsOrdinary): string {
  return [PARAMETER, FIELD, ENCODED_FIELD, OPTION].reduce(
    (shown, place) => hideValues(shown, place, hidden, isOrdinary),
    text,
  );
}

function hideValues(text: string, place: Place, hidden: string, isOrdinary: IsOrdinary): string {
  const { name, isSecret, valueEnd } = place;
  let shown = '';
  let copied = 0;
  name.lastIndex = 0;
  for (let match = name.exec(text); match !== null; match = name.exec(text)) {
    const start = name.lastIndex;
    const named = withoutEscape(match[1]!, text[match.index - 1]);
    if (!isSecret(named)) continue;
    const end = valueEnd(text, start, named);
    if (end === start) continue;
    const { open, close } = quotesOf(text, start, end);
    const value = text.slice(start + open.length, end - close.length);
    const style = styleOf(place, open, match[0]);
    if (value.length <= LONGEST_ORDINARY && isOrdinary(named, value, style)) continue;
    shown += `${text.slice(copied, start)}${open}${hidden}${open}`;
    copied = end;
    name.lastIndex = end;
  }
  return shown + text.slice(copied);
}

function styleOf(place: Place, quote: string, name: string): ValueStyle {
  if (place === PARAMETER) return 'parameter';
  if (quote !== '') return 'quoted';
  return /[ \t]$/.test(name) ? 'spaced' : 'joined';
}

/** In JSON an `n` before a name may be the rest of `\n`. */
function withoutEscape(name: string, before: string | undefined): string {
  return before === '\\' && /^[nrt]/.test(name) ? name.slice(1) : name;
}

function isHeader(name: string): boolean {
  return /(?:^|[-_.])(?:authorization|cookie2?)$/i.test(name);
}

/** A quoted value, or the rest of the line: cookies and digests hold commas, semicolons and quotes. */
function headerEnd(text: string, start: number): number {
  return quotedEnd(text, start) ?? bareEnd(/[^\r\n]+/y, text, start);
}

function fieldEnd(text: string, start: number): number {
  return (
    quotedEnd(text, start) ?? listEnd(text, start) ?? bareEnd(/(?!\/\/|\{)[^\s"'`,;&)}\]]+/y, text, start)
  );
}

/** The end of a value without quotes. Backslashes before a quote belong to that. */
function bareEnd(value: RegExp, text: string, start: number): number {
  value.lastIndex = start;
  let end = value.test(text) ? value.lastIndex : start;
  if (/["'`]/.test(text[end] ?? '')) while (end > start && text[end - 1] === '\\') end--;
  return end;
}

const QUOTE = /(\\{0,15})(["'`])/y;

/**
 * Null if no quote stands at `start`. In nested JSON quotes have 1, 3, 7 backslashes: one with as many ends the value.
 */
function quotedEnd(text: string, start: number): number | null {
  QUOTE.lastIndex = start;
  const [whole = '', { length: level } = '', quote = ''] = QUOTE.exec(text) ?? [];
  if (quote === '') return null;
  let backslashes = 0;
  for (let at = start + whole.length; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') {
      backslashes++;
      continue;
    }
    if (character === quote) {
      if (backslashes < level) return at - backslashes;
      if (backslashes % (2 * (level + 1)) === level) return at + 1;
    }
    backslashes = 0;
  }
  return text.length;
}

/** A list with a quoted element; its end, or that of the text. Null for anything else. */
function listEnd(text: string, start: number): number | null {
  if (!/\[\s{0,80}\\{0,15}["'`]/y.test(text.slice(start, start + 100))) return null;
  const end = text.indexOf(']', start);
  return end < 0 ? text.length : end + 1;
}

function quotesOf(
  text: string,
  start: number,
  end: number,
): { readonly open: string; readonly close: string } {
  QUOTE.lastIndex = start;
  const open = QUOTE.exec(text)?.[0] ?? '';
  const close = open !== '' && end - start >= 2 * open.length && text.endsWith(open, end) ? open : '';
  return { open, close };
}
