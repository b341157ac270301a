import {
  MAX_BYTES,
  MAX_NUMBERS,
  MODE_DELTA,
  MODE_PLAIN,
  type PackedNumbers,
  type PackedText,
  VARINT_BYTES,
} from './packed.ts';

/** Reverses `packNumbers`, in browsers and Node; refuses other forms with a RangeError, in bounded memory. */
export async function unpackNumbers({ lengths, perUnit, data }: PackedNumbers): Promise<Float64Array[]> {
  if (!Array.isArray(lengths) || !Array.isArray(perUnit) || lengths.length !== perUnit.length) {
    throw refused('lengths and steps do not go together');
  }
  let numbers = 0;
  for (const length of lengths) {
    if (!Number.isSafeInteger(length) || length < 0) throw refused(`a column of ${length} numbers`);
    numbers += length;
  }
  if (numbers > MAX_NUMBERS) throw refused(`${numbers} numbers are too many`);
  if (perUnit.some((steps) => !Number.isSafeInteger(steps) || steps < 1))
    throw refused('steps are not a number');
  const bytes = await inflated(data, numbers * VARINT_BYTES + lengths.length);
  // Before memory is taken for them: each takes a byte at least.
  if (bytes.length < numbers + lengths.length) throw refused('there are fewer numbers than it says');
  const reader = new Reader(bytes);
  const columns = lengths.map((length, column) => reader.column(length, perUnit[column]!));
  if (!reader.atEnd) throw refused('there is more than it says');
  return columns;
}

/** Reverses `packText`; refuses other forms with a RangeError, in bounded memory. */
export async function unpackText({ bytes, data }: PackedText): Promise<string> {
  if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > MAX_BYTES)
    throw refused(`a content of ${bytes} bytes`);
  const found = await inflated(data, bytes);
  if (found.length !== bytes) throw refused('the content is shorter than it says');
  return new TextDecoder('utf-8', { fatal: true }).decode(found);
}

/** JSON that `packText` was given: an object with these lists. @param refuse makes the error of what it belongs to */
export async function unpackHead<T extends object>(
  packed: PackedText,
  lists: readonly (keyof T)[],
  refuse: (why: string) => RangeError,
): Promise<T> {
  const text = await unpackText(packed);
  let head: T | null;
  try {
    head = JSON.parse(text) as T | null;
  } catch {
    throw refuse('its head is not JSON');
  }
  if (!lists.every((name) => Array.isArray(head?.[name]))) throw refuse('its head lacks a part');
  return head!;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  column(length: number, perUnit: number): Float64Array {
    const mode = this.#bytes[this.#at++];
    if (mode !== MODE_PLAIN && mode !== MODE_DELTA) throw refused(`no such mode: ${mode}`);
    const values = new Float64Array(length);
    let before = 0;
    for (let i = 0; i < length; i++) {
      const code = this.#varint();
      if (code === 0) {
        values[i] = Number.NaN;
        continue;
      }
      const steps = before + (code % 2 === 1 ? (code - 1) / 2 : -code / 2);
      values[i] = steps / perUnit;
      if (mode === MODE_DELTA) before = steps;
    }
    return values;
  }

  #varint(): number {
    let value = 0;
    let unit = 1;
    for (let i = 0; i < VARINT_BYTES; i++) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw refused('it ends within a number');
      if (byte < 128) return value + byte * unit;
      value += (byte - 128) * unit;
      unit *= 128;
    }
    throw refused('a number is too long');
  }
}

/** Inflates at most `most` bytes; stops as soon as there are more. */
async function inflated(base64: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const inflater = new DecompressionStream('deflate-raw');
  const writer = inflater.writable.getWriter();
  const reader = inflater.readable.getReader();
  // Their errors are those of the reader.
  writer.write(bytesOf(base64)).catch(() => {});
  writer.close().catch(() => {});
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw refused('it is damaged');
    });
    if (done) break;
    chunks.push(value);
    size += value.length;
    if (size > most) {
      await reader.cancel().catch(() => {});
      throw refused('there is more than it says');
    }
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  let text: string;
  try {
    text = atob(base64);
  } catch {
    throw refused('it is not base64');
  }
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function refused(why: string): RangeError {
  return new RangeError(`packed data of the page: ${why}`);
}
