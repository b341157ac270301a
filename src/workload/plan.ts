import { createRandom, shuffle } from '../statistics/random.ts';

/**
 * The plan: which item each position runs. Items are repeated in turn until there are `into.length`, so that
 * each occurs equally often (give or take one), then shuffled with the seed, so that no variant can profit
 * from a pattern in the order. The same for every variant of a run.
 */
export function fillPlan(into: Uint32Array, items: number, seed: number): Uint32Array {
  for (let position = 0; position < into.length; position++) into[position] = position % items;
  return shuffle(into, createRandom(seed));
}
