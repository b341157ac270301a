/** Walls of one variant by round: index 0 is the first round. Null where a trial has none that counts. */
export type Walls = readonly (number | null)[];

/**
 * ln(a ÷ b) of every round in which both have a wall, in the order of the rounds; a round that misses either
 * is left out. Above 0 where `b` was the quicker.
 *
 * Logarithms, because what disturbs a trial multiplies its wall, and because "twice as fast" and "half as
 * fast" must weigh the same. Taken as a difference of logarithms, so that swapping `a` and `b` gives exactly
 * the negative.
 *
 * @throws RangeError for a wall that isn't a positive, finite number
 */
export function logRatios(a: Walls, b: Walls): number[] {
  const ratios: number[] = [];
  for (let round = 0; round < Math.min(a.length, b.length); round++) {
    const one = a[round];
    const other = b[round];
    if (one == null || other == null) continue;
    ratios.push(logOfWall(one) - logOfWall(other));
  }
  return ratios;
}

function logOfWall(wall: number): number {
  if (!(wall > 0 && Number.isFinite(wall))) throw new RangeError(`not a wall: ${wall}`);
  return Math.log(wall);
}
