import { deflateRawSync } from 'node:zlib';
import { MODE_DELTA, MODE_PLAIN, MOST_STEPS, type PackedNumbers, type PackedText } from './packed.ts';

/**
 * All that zlib’s output depends on besides its version is written here: the same numbers, the same bytes.
 * Level 9 took ten times as long for the calls of a large profile, and saved 6%.
 */
const ZLIB = { level: 6, memLevel: 9, windowBits: 15, strategy: 0 } as const;

export interface NumberColumn {
  /** NaN is kept. */
  readonly values: ArrayLike<number>;
  /** Whole steps that make 1: 10 keeps one decimal. Default 1: whole numbers. */
  readonly perUnit?: number;
}

/**
 * Packs columns for the data of a page: `PackedNumbers` says how. `unpackNumbers` is the opposite.
 *
 * @throws RangeError for numbers that are not finite (but NaN), or 2^50 steps and more from 0
 */
export function packNumbers(columns: readonly NumberColumn[]): PackedNumbers {
  const bytes = new Bytes();
  for (const { values, perUnit = 1 } of columns) {
    const delta = sizeOf(values, perUnit, true) < sizeOf(values, perUnit, false);
    bytes.push(delta ? MODE_DELTA : MODE_PLAIN);
    forEachCode(values, perUnit, delta, (code) => bytes.varint(code));
  }
  return {
    lengths: columns.map(({ values }) => values.length),
    perUnit: columns.map(({ perUnit = 1 }) => perUnit),
    data: deflated(bytes.written()),
  };
}

export function packText(text: string): PackedText {
  const bytes = Buffer.from(text, 'utf8');
  return { bytes: bytes.length, data: deflated(bytes) };
}

function deflated(bytes: Uint8Array): string {
  return deflateRawSync(bytes, ZLIB).toString('base64');
}

function sizeOf(values: ArrayLike<number>, perUnit: number, delta: boolean): number {
  let size = 0;
  forEachCode(values, perUnit, delta, (code) => {
    size += 1;
    for (let left = code; left >= 128; left = Math.floor(left / 128)) size += 1;
  });
  return size;
}

function forEachCode(
  values: ArrayLike<number>,
  perUnit: number,
  delta: boolean,
  visit: (code: number) => void,
): void {
  let before = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      visit(0);
      continue;
    }
    const steps = Math.round(value * perUnit);
    if (!(Math.abs(steps) < MOST_STEPS))
      throw new RangeError(`${value} can't be packed in steps of 1/${perUnit}`);
    const coded = steps - before;
    visit(coded < 0 ? -2 * coded : 2 * coded + 1);
    if (delta) before = steps;
  }
}

class Bytes {
  #bytes = new Uint8Array(65_536);
  #size = 0;

  push(byte: number): void {
    if (this.#size === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#size++] = byte;
  }

  varint(value: number): void {
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) this.push((left % 128) + 128);
    this.push(left);
  }

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }
}
