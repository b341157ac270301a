/** What is wrong with the text; `message` says where, in words that go on from "it is no X: ". */
export class JsonTrouble extends Error {}

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const ZERO = 0x30;
export const COLON = 0x3a;
export const OPEN_LIST = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_LIST = 0x5d;
export const OPEN = 0x7b;
export const CLOSE = 0x7d;

export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Whether a number or a word can't go on with this. */
export function endsScalar(byte: number): boolean {
  return isSpace(byte) || byte === COMMA || byte === CLOSE_LIST || byte === CLOSE || byte === COLON;
}

/** A byte, fit for a message. */
export function shownByte(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `\`${String.fromCharCode(byte)}\`` : `0x${byte.toString(16)}`;
}

/** A name from outside, fit for a message. */
export function shownName(name: string): string {
  const text = name.replace(/[^\x20-\x7e]/g, ' ');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
