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
