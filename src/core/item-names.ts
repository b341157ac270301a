/** What a workload calls its items: each name once, and which of them each item has. */
export interface ItemNames {
  readonly names: readonly string[];
  /** Index into `names`, by item. */
  readonly items: readonly number[];
}

/** `item 3` where its name is not known. */
export function nameOfItem(known: ItemNames | null, item: number): string {
  return known?.names[known.items[item] ?? -1] ?? `item ${item}`;
}
