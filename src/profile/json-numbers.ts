import type { GrowingColumn } from './growing-column.ts';
import { COMMA, MINUS, ZERO } from './json-bytes.ts';

/** Fewer bytes than this ahead, and a number may reach beyond the chunk. */
const AHEAD = 16;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Takes whole numbers of up to nine digits with a comma right after them; returns where it stopped. */
export function scanWholeNumbers(bytes: Buffer, at: number, column: GrowingColumn): number {
  const end = bytes.length - AHEAD;
  let position = at;
  while (position < end) {
    let next = position;
    const negative = bytes[next] === MINUS;
    if (negative) next++;
    let digit = bytes[next++]! - ZERO;
    let value = digit;
    if (digit < 0 || digit > 9) break;
    digit = bytes[next++]! - ZERO;
    // After a leading zero only a comma will do here.
    if (value > 0) {
      while (digit >= 0 && digit <= 9 && value < 100_000_000) {
        value = value * 10 + digit;
        digit = bytes[next++]! - ZERO;
      }
    }
    if (digit !== COMMA - ZERO) break;
    column.push(negative ? -value : value);
    position = next;
  }
  return position;
}

/** NaN for what is no number of JSON, and for one that is too large. */
export function finiteNumber(text: string): number {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}
