import { isPasswordName } from './secret-names.ts';

/** How a value stands in text: between quotes, in a query, or bare, after a space or not. */
export type ValueStyle = 'quoted' | 'parameter' | 'spaced' | 'joined';

/** Whether what stands after a secret name is plainly no secret. */
export type IsOrdinary = (name: string, value: string, style: ValueStyle) => boolean;

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const NO_SECRET =
  /^(?:true|false|null|undefined|none|missing|required|invalid|incorrect|expired|empty|must|should|cannot)$/i;
const SOURCE_FILE = /\.(?:[cm]?[jt]sx?|json|node|html|vue|svelte)$/i;
const WORD = /^[a-z]+(?:[-_.][a-z]+)*[.!?]?$/;
const LONGEST_WORD = 20;

/** Punctuation, what is said of a value, a place in a source file, a count; a word after a colon and a space. */
export const isOrdinaryInText: IsOrdinary = (name, value, style) => {
  if (value.length <= 4 && !LETTER_OR_DIGIT.test(value)) return true;
  if (style === 'parameter') return false;
  if (NO_SECRET.test(value) || (style === 'spaced' && /^[a-z]{1,3}$/.test(value))) return true;
  if (SOURCE_FILE.test(name) && /^\d+(?::\d+)?$/.test(value)) return true;
  if (isPasswordName(name)) return false;
  if (/^\d+$/.test(value)) return value.length <= 4 || /s$/i.test(name);
  return style === 'spaced' && value.length < LONGEST_WORD && WORD.test(value);
};

/** Words that a program compares with, and names of encodings. */
const PHRASE =
  /^(?:[A-Za-z]{1,7}|[A-Za-z]{1,16}(?:[-_ ][A-Za-z]{1,16})+|undefined|function|base64(?:url)?|utf-?8|sha-?\d+)$/;
const RANDOM = /^(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])(?!0x)[\w+/=.-]{10,}$/;

/** In a line of source a bare value is an expression, unless it looks random. What is in `${}` is one, too. */
export const isOrdinaryInCode: IsOrdinary = (name, value, style) => {
  const text = value.replace(/\$\{[^}]*\}?/g, '').trim();
  if (isOrdinaryInText(name, text, style)) return true;
  switch (style) {
    case 'parameter':
      return false;
    case 'quoted':
      return !isPasswordName(name) && PHRASE.test(text);
    case 'spaced':
      return !RANDOM.test(text);
    case 'joined':
      return !RANDOM.test(text) && !(isPasswordName(name) && /^\w+$/.test(text));
  }
};
