/** How a value stands in the page's hash. */
export interface Codec<T> {
  encode(value: T): string;
  /** Null where the text is no such value: anybody can write a link. */
  decode(text: string): T | null;
}

export const flag: Codec<boolean> = {
  encode: (value) => (value ? '1' : '0'),
  decode: (text) => (text === '1' ? true : text === '0' ? false : null),
};

/** Longer text is cut. */
export function text(mostLength = 200): Codec<string> {
  return { encode: (value) => value.slice(0, mostLength), decode: (value) => value.slice(0, mostLength) };
}

export function oneOf<const T extends string>(values: readonly T[]): Codec<T> {
  return { encode: (value) => value, decode: (found) => values.find((value) => value === found) ?? null };
}

/** Two numbers, the first not above the second, both within bounds: `12.5,80`. */
export function rangeWithin(least: number, most: number): Codec<readonly [number, number]> {
  return {
    encode: ([from, to]) => `${from},${to}`,
    decode: (found) => {
      const [from, to, ...rest] = found
        .split(',')
        .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
      if (from === undefined || to === undefined || rest.length > 0) return null;
      return least <= from && from <= to && to <= most ? [from, to] : null;
    },
  };
}
