import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sidesOf } from '../../../../src/analysis/sweep/analyse.ts';
import { cellOf } from '../../../../src/analysis/sweep/cells.ts';
import { frontiersOf, markIsolated } from '../../../../src/analysis/sweep/frontier.ts';
import type { ComparisonRecord } from '../../../../src/core/documents/run-record.ts';
import { compareVariants } from '../../../../src/core/statistics/compare-variants.ts';
import { createRandom, type Random } from '../../../../src/core/statistics/random.ts';
import { pointVariant, sweep, THREE } from '../../../support/sample-sweep.ts';

const ROUNDS = 8;

/** A map of 24 points; the pools are `factor(cpu)` times as fast as the event loop, under 3% of noise. */
function map(random: Random, seed: number, factor: (cpu: number) => number) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const record = sweep({
    axes: [
      { name: 'cpu', values: [0, 1, 2, 4, 8, 16] },
      { name: 'concurrency', values: [1, 4, 16, 64] },
    ],
    variants: THREE,
    at: ([cpu = 0]) => ({
      variants: THREE.map((name) => pointVariant(name, 100)),
      comparisons: compareVariants(
        THREE.map((name) => ({
          name,
          walls: Array.from(
            { length: ROUNDS },
            () => (100 / (name === 'event-loop' ? 1 : factor(cpu))) * Math.exp(0.03 * normal()),
          ),
        })),
        { seed },
      ) as ComparisonRecord[],
    }),
  });
  const cells = markIsolated(record.points.map((point) => cellOf(point, sidesOf(THREE)!)));
  return { cells, frontiers: frontiersOf(cells) };
}

test('of 60 maps without any difference at most 3 claim a frontier, though many have a win somewhere', () => {
  const random = createRandom(5);
  let withFrontier = 0;
  let withWin = 0;
  for (let seed = 0; seed < 60; seed++) {
    const { cells, frontiers } = map(random, seed, () => 1);
    if (frontiers.length > 0) withFrontier++;
    if (cells.some(({ state }) => state === 'decided')) withWin++;
  }
  assert.ok(withFrontier <= 3, String(withFrontier));
  assert.ok(withWin > 9, `else the rule would not be worth having: ${withWin}`);
});

test('a true frontier between 2 and 4 ms is found in nearly every row, and nowhere else', () => {
  const random = createRandom(6);
  let found = 0;
  let elsewhere = 0;
  for (let seed = 0; seed < 25; seed++) {
    for (const { from, to } of map(random, seed, (cpu) => (cpu > 2 ? 1.3 : 1)).frontiers) {
      if (from <= 2 && to >= 4) found++;
      else elsewhere++;
    }
  }
  assert.ok(found >= 95 && elsewhere <= 5, `${found} of 100 rows, ${elsewhere} elsewhere`);
});
