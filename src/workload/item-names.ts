import type { ItemNames } from '../core/item-names.ts';
import { redactStart } from '../core/redaction.ts';

const MAX_ITEMS = 1_000_000;
/** Of all different names together, characters. */
const MAX_TEXT = 8_000_000;
const LONGEST_NAME = 400;

/** Names of all items, redacted and cut; null if too many. @param nameOf may throw */
export function collectItemNames(count: number, nameOf: (item: number) => string): ItemNames | null {
  if (count > MAX_ITEMS) return null;
  const indexOf = new Map<string, number>();
  const shownAs = new Map<string, string>();
  const items: number[] = [];
  let text = 0;
  for (let item = 0; item < count; item++) {
    const given = nameOf(item);
    let name = shownAs.get(given);
    if (name === undefined) {
      name = redactStart(given, LONGEST_NAME);
      text += given.length + name.length;
      if (text > MAX_TEXT) return null;
      shownAs.set(given, name);
    }
    let index = indexOf.get(name);
    if (index === undefined) {
      index = indexOf.size;
      indexOf.set(name, index);
    }
    items.push(index);
  }
  return { names: [...indexOf.keys()], items };
}
