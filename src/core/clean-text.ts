/**
 * Text from outside made fit for showing: it must not move a cursor, reverse the reading direction, or show a
 * password.
 */

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what these are about
const ESCAPE_SEQUENCES =
  /[\u001b\u009b](?:\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[[()#;?]*[\d;?]*[ -/]*[@-~]?)/g;
/** From the first of the spaces before it: begun at each of them, a row of spaces would take quadratic time. */
const LINE_BREAKS = /(?<! ) *[\r\n\t\u2028\u2029]+ */g;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: end of the two
/** Direction overrides and isolates, and characters without width: they make text read as what it is not. */
const DECEPTIVE = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const CREDENTIALS = /(:\/\/)[^\s"<>/?#\\]*@/g;

const ELLIPSIS = '…';
const LONGEST_TEXT = 400;
/** Limit for command lines and for sentences that Threadmill composed: a shorter one would cut them. */
export const LONG_TEXT = 2_000;
/** What is looked at of a text, as a multiple of what is shown: text of somebody else may have any length. */
const LOOKED_AT = 10;

/** One line, no control characters, no credentials in URLs, at most `limit` characters. */
export function cleanText(text: string, limit: number = LONGEST_TEXT): string {
  const plain = text
    .slice(0, limit * LOOKED_AT)
    .replace(ESCAPE_SEQUENCES, '')
    .replace(LINE_BREAKS, ' ')
    .replace(CONTROLS, '')
    .replace(DECEPTIVE, '')
    .replace(CREDENTIALS, '$1')
    .trim();
  return clip(plain, limit);
}

/** Cuts to `limit` characters, the last of them an ellipsis; never inside a surrogate pair. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${Array.from(text)
    .slice(0, Math.max(0, limit - 1))
    .join('')}${ELLIPSIS}`;
}
