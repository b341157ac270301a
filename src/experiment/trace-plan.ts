const MOST_PAIRS = 5;

/**
 * How many pairs of a traced and a plain block each variant gets, by its typical wall (ms): one at least, more
 * as far as `budgetMs` for all of them goes, the quickest first, because they gain most for the same time.
 */
export function planPairs(wallsMs: readonly number[], budgetMs: number): number[] {
  const pairs = wallsMs.map(() => 1);
  let leftMs = budgetMs - 2 * wallsMs.reduce((sum, wall) => sum + wall, 0);
  const byWall = wallsMs.map((wallMs, index) => ({ wallMs, index })).sort((a, b) => a.wallMs - b.wallMs);
  for (let turn = 1; turn < MOST_PAIRS; turn++) {
    for (const { wallMs, index } of byWall) {
      if (2 * wallMs > leftMs) break;
      leftMs -= 2 * wallMs;
      pairs[index] = turn + 1;
    }
  }
  return pairs;
}
