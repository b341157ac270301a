/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** No name here is longer; a longer word is not worth comparing. */
const LONGEST_WORD = 64;

/** The known word that was probably meant; null if none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word === '' || word.length > LONGEST_WORD) return null;
  const wanted = word.toLowerCase();
  const ranked = known
    .map((name) => ({ name, away: distance(wanted, name.toLowerCase()) }))
    .sort((a, b) => a.away - b.away);
  const best = ranked[0];
  if (best !== undefined && best.away <= Math.max(1, Math.floor(best.name.length / 3))) return best.name;
  // Half a word is the other way to miss: `worker` for `worker-pool`.
  return known.find((name) => wanted.length >= 3 && name.toLowerCase().includes(wanted)) ?? null;
}

/** Advice for a word that is not one of the known ones. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `${near === null ? '' : `Did you mean "${near}"? `}Known are: ${known.join(', ')}.`;
}
