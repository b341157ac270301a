const PER_PIECE = 8_192;

/** `1,2,3` of what `numberAt` gives for 0 to count − 1, in pieces that are joined without anything between. */
export function* numberPieces(count: number, numberAt: (index: number) => number): Generator<string> {
  for (let from = 0; from < count; from += PER_PIECE) {
    const values = Array.from({ length: Math.min(PER_PIECE, count - from) }, (_, i) => numberAt(from + i));
    yield `${from === 0 ? '' : ','}${values.join(',')}`;
  }
}

/** The same of values of any kind, each as JSON. */
export function* jsonPieces(values: Iterable<unknown>): Generator<string> {
  let first = true;
  for (const value of values) {
    yield `${first ? '' : ','}${JSON.stringify(value)}`;
    first = false;
  }
}

/** Whole numbers whose running sums are those of the values, rounded: what is added up stays right. */
export function wholeNumbers(values: ArrayLike<number>): Float64Array {
  const whole = new Float64Array(values.length);
  let sum = 0;
  let given = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    whole[i] = Math.round(sum) - given;
    given += whole[i]!;
  }
  return whole;
}
