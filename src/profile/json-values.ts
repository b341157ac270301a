import { BACKSLASH, COMMA, OPEN, OPEN_LIST, QUOTE } from './json-bytes.ts';

/** Whether a JSON text has more values than this: one for each comma and each bracket that opens, outside of strings. */
export function hasMoreValues(text: Uint8Array, most: number): boolean {
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]!;
    if (byte === QUOTE) {
      at++;
      while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
    } else if (byte === COMMA || byte === OPEN_LIST || byte === OPEN) {
      if (++values > most) return true;
    }
  }
  return false;
}
