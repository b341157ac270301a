/** Walls of one variant by round: index 0 is the first round. Null where a trial has none that counts. */
export type Walls = readonly (number | null)[];

/**
 * ln(a ÷ b) of every round in which both have a wall, in order; above 0 where `b` was the quicker. Logarithms,
 * because disturbances multiply a wall; as a difference, so that swapping gives exactly the negative.
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

/** The ratio whose logarithm, and the interval of it, these are. */
export function exponentials<L>({
  estimate,
  low,
  high,
  level,
}: {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly level: L;
}): { estimate: number; low: number; high: number; level: L } {
  return { estimate: Math.exp(estimate), low: Math.exp(low), high: Math.exp(high), level };
}
