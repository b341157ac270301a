/**
 * Columns of numbers as they stand in the data of a page. Each column is its mode (0: numbers as they are, 1:
 * each as the difference from the one before, 0 before the first), then the numbers. A number is a whole number
 * of steps, or NaN:
 *
 *     NaN → 0      steps n ≥ 0 → 2n + 1      n < 0 → −2n
 *
 * and that is a varint: 7 bits to a byte, the lowest first, and all bytes but the last with their highest bit
 * set (protobuf's base 128 varints, after its ZigZag). All of it as raw DEFLATE, in base64.
 */
export interface PackedNumbers {
  /** Per column: how many numbers. */
  readonly lengths: readonly number[];
  /** Per column: how many steps make 1. Numbers were rounded to whole steps. */
  readonly perUnit: readonly number[];
  readonly data: string;
}

/** Text as UTF-8, raw DEFLATE, base64. */
export interface PackedText {
  /** Before they were packed. */
  readonly bytes: number;
  readonly data: string;
}

export const MODE_PLAIN = 0;
export const MODE_DELTA = 1;

/** Steps further from 0 than this can't be packed: their differences have to be exact in a float64. */
export const MAX_STEPS = 2 ** 50;
/** Times are kept in steps of 0.1 µs; V8's are whole µs but for the first and last of a profile. */
export const STEPS_PER_US = 10;

export function wholeSteps(us: number): number {
  return Math.round(us * STEPS_PER_US) / STEPS_PER_US;
}

/** Bytes of the longest varint there can be. */
export const VARINT_BYTES = 8;
/** What a page can be asked to unpack. */
export const MAX_NUMBERS = 50_000_000;
export const MAX_BYTES = 200_000_000;
