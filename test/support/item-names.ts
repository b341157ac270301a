import type { ItemNames } from '../../src/core/item-names.ts';
import { collectItemNames } from '../../src/workload/item-names.ts';

/** Of a workload whose items have these names, in order. */
export function itemNames(names: readonly string[]): ItemNames {
  return collectItemNames(names.length, (item) => names[item]!)!;
}
