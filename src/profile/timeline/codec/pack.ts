import { deflateRawSync } from 'node:zlib';
import { MAX_STEPS, MODE_DELTA, MODE_PLAIN, type PackedNumbers, type PackedText } from './packed.ts';

/** zlib's output depends on these and its version. Level 9 took ten times as long and saved 6%. */
const ZLIB = { level: 6, memLevel: 9, windowBits: 15, strategy: 0 } as const;

export interface NumberColumn {
  /** NaN is kept. */
  readonly values: ArrayLike<number>;
  /** Whole steps that make 1: 10 keeps one decimal. Default 1: whole numbers. */
  readonly perUnit?: number;
}

/** Packs columns as `PackedNumbers` says. @throws RangeError for infinite numbers, or 2^50 steps and more from 0 */
export function packNumbers(columns: readonly NumberColumn[]): PackedNumbers {
  const bytes = new Bytes();
  for (const { values, perUnit = 1 } of columns) {
    const steps = stepsOf(values, perUnit);
    const delta = sizeOf(steps, true) < sizeOf(steps, false);
    bytes.push(delta ? MODE_DELTA : MODE_PLAIN);
    bytes.codes(steps, delta);
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

/** Values as whole steps. */
function stepsOf(values: ArrayLike<number>, perUnit: number): Float64Array {
  const steps = new Float64Array(values.length);
  for (let i = 0; i < steps.length; i++) {
    const value = values[i]!;
    const step = Math.round(value * perUnit);
    if (Math.abs(step) >= MAX_STEPS)
      throw new RangeError(`${value} can't be packed in steps of 1/${perUnit}`);
    steps[i] = step;
  }
  return steps;
}

/** 0 is NaN's, odd codes are those of numbers from 0 up, even ones of those below. */
function codeOf(step: number): number {
  return step < 0 ? -2 * step : 2 * step + 1;
}

/** Bytes that the codes take. */
function sizeOf(steps: Float64Array, delta: boolean): number {
  let size = 0;
  let before = 0;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    size += 1;
    if (Number.isNaN(step)) continue;
    for (let left = codeOf(step - before); left >= 128; left = Math.floor(left / 128)) size += 1;
    if (delta) before = step;
  }
  return size;
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

  codes(steps: Float64Array, delta: boolean): void {
    let before = 0;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      if (Number.isNaN(step)) {
        this.push(0);
        continue;
      }
      let left = codeOf(step - before);
      for (; left >= 128; left = Math.floor(left / 128)) this.push((left % 128) + 128);
      this.push(left);
      if (delta) before = step;
    }
  }

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }
}
