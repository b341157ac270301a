import { distance } from 'fastest-levenshtein';

/** No name here is longer; a longer word is not worth comparing. */
const LONGEST_WORD = 64;

export function nearest(word: string, known: readonly string[]): string | null {
  if (word === '' || word.length > LONGEST_WORD) return null;
  const wanted = word.toLowerCase();
  const away = (name: string): number => distance(wanted, name.toLowerCase());
  const best = known.toSorted((a, b) => away(a) - away(b))[0];
  if (best !== undefined && away(best) <= Math.max(1, Math.floor(best.length / 3))) return best;
  // Swapped letters cost two edits, too many for a short word. Half a word is the other way to miss.
  return (
    known.find((name) => sortedLetters(name.toLowerCase()) === sortedLetters(wanted)) ??
    (wanted.length >= 3 ? withPart(wanted, known) : null)
  );
}

/** Best at its start. */
function withPart(wanted: string, known: readonly string[]): string | null {
  const at = (name: string): number => name.toLowerCase().indexOf(wanted);
  const all = known.filter((name) => at(name) >= 0);
  return all.toSorted((a, b) => at(a) - at(b) || a.length - b.length)[0] ?? null;
}

function sortedLetters(word: string): string {
  return [...word].sort().join('');
}

export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `${near === null ? '' : `Did you mean "${near}"? `}Known: ${known.join(', ')}.`;
}
