/** The item of which `of` gives most, the first of equals; undefined without items. */
export function maxBy<T>(items: Iterable<T>, of: (item: T) => number): T | undefined {
  let [best, most]: [T | undefined, number] = [undefined, Number.NEGATIVE_INFINITY];
  for (const item of items) {
    const value = of(item);
    if (best === undefined || value > most) [best, most] = [item, value];
  }
  return best;
}
