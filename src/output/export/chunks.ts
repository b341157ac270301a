/** Characters that are put together before they are written: small pieces cost a system call each. */
const CHUNK = 1 << 16;

export function* inChunks(pieces: Iterable<string>): Generator<string> {
  let waiting = '';
  for (const piece of pieces) {
    waiting += piece;
    if (waiting.length < CHUNK) continue;
    yield waiting;
    waiting = '';
  }
  if (waiting !== '') yield waiting;
}
