const PER_PIECE = 8_192;

/** `1,2,3` of what `jsonAt` gives for 0 to count − 1, in pieces that are joined without anything between. */
export function* piecesAt(count: number, jsonAt: (index: number) => number | string): Generator<string> {
  for (let from = 0; from < count; from += PER_PIECE) {
    const values = Array.from({ length: Math.min(PER_PIECE, count - from) }, (_, i) => jsonAt(from + i));
    yield `${from === 0 ? '' : ','}${values.join(',')}`;
  }
}

/** The same of texts, each of which is JSON. */
export function* textPieces(texts: Iterable<string>): Generator<string> {
  let waiting: string[] = [];
  let separator = '';
  for (const text of texts) {
    waiting.push(text);
    if (waiting.length < PER_PIECE) continue;
    yield separator + waiting.join(',');
    separator = ',';
    waiting = [];
  }
  if (waiting.length > 0) yield separator + waiting.join(',');
}

/** The same of values of any kind. */
export function* jsonPieces(values: Iterable<unknown>): Generator<string> {
  let separator = '';
  for (const value of values) {
    yield separator + JSON.stringify(value);
    separator = ',';
  }
}
