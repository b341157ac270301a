import { fewestForLevel } from '../statistics/median-interval.ts';
import { fewestRoundsToClaim } from '../statistics/sign-flip.ts';

/** As many as a claim takes, and as the median of a variant takes for an interval of its own. */
export function leastRounds(variants: number): number {
  const pairs = (variants * (variants - 1)) / 2;
  return Math.max(fewestForLevel(0.95), fewestRoundsToClaim(Math.max(1, pairs)));
}
