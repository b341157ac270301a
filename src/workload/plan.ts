import { createRandom, shuffle } from '../core/statistics/random.ts';

/** 2^32 divided by the golden ratio: rounds next to each other get seeds that are far apart. */
const GOLDEN = 0x9e3779b9;

/**
 * Which item each position runs: items in turn, each equally often (± one), shuffled with the seed. The same in every
 * trial, so that a position is the same job everywhere.
 */
export function fillPlan(into: Uint32Array, items: number, seed: number): Uint32Array {
  for (let position = 0; position < into.length; position++) into[position] = position % items;
  return shuffle(into, createRandom(seed));
}

/**
 * The order in which a round takes the positions: the same for every variant, another in every round, since one order
 * for all could favour whichever variant happens to end well with it.
 */
export function fillOrder(into: Uint32Array, seed: number, round: number): Uint32Array {
  for (let turn = 0; turn < into.length; turn++) into[turn] = turn;
  return shuffle(into, createRandom((seed + Math.imul(round + 1, GOLDEN)) >>> 0));
}
