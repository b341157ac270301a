import type { Side } from '../../core/documents/sweep-analysis.ts';
import { usesWorkers, type VariantName } from '../../core/variants.ts';

/**
 * What a map sets against each other: the main thread and the threads, whichever variants of each there are;
 * else two variants of one kind. Null where there are not two sides.
 */
export function sidesOf(variants: readonly VariantName[]): [Side, Side] | null {
  const threads = variants.filter(usesWorkers);
  const main = variants.filter((variant) => !usesWorkers(variant));
  if (main.length > 0 && threads.length > 0) {
    return [
      { name: 'main-thread', variants: main },
      { name: 'threads', variants: threads },
    ];
  }
  const [one, other] = variants;
  if (one === undefined || other === undefined || variants.length > 2) return null;
  return [
    { name: one, variants: [one] },
    { name: other, variants: [other] },
  ];
}
