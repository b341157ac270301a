import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bimodality } from '../../../../src/core/statistics/bimodality.ts';
import { createRandom } from '../../../../src/core/statistics/random.ts';

const random = createRandom(8);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

test('by hand: five ones and five threes are explained wholly', () => {
  const { explained, pValue, modes } = bimodality([1, 3, 1, 3, 1, 3, 1, 3, 1, 3])!;
  assert.equal(explained.toFixed(12), '1.000000000000');
  assert.equal(pValue, 1 / 4001);
  assert.deepEqual(modes, [
    { median: 1, count: 5 },
    { median: 3, count: 5 },
  ]);
});

test('by hand: 1 to 10 split in the middle: 5·2.5²·2 of 82.5', () => {
  const { explained, pValue } = bimodality([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])!;
  assert.equal(explained.toFixed(6), (62.5 / 82.5).toFixed(6));
  assert.ok(pValue > 0.3, String(pValue));
});

test('one outlier, however far, is no mode; too few values or no spread say nothing', () => {
  assert.ok(bimodality([1, 1.1, 1.2, 0.9, 1.05, 1.15, 0.95, 1, 1.1, 50])!.pValue > 0.05);
  assert.equal(bimodality([1, 1, 1, 2, 2, 2, 1, 2, 1]), null);
  assert.equal(bimodality(new Array(12).fill(7)), null);
});

test('noise with one mode is hardly ever called bimodal; two modes eight deviations apart nearly always', () => {
  const called = (draw: (index: number) => number) => {
    let count = 0;
    for (let run = 0; run < 40; run++) {
      if (bimodality(Array.from({ length: 16 }, (_, index) => draw(index)))!.pValue <= 0.05) count++;
    }
    return count;
  };
  assert.ok(called(normal) <= 3);
  assert.ok(called(() => Math.exp(normal() / 2)) <= 3);
  assert.ok(called((index) => normal() + (index % 2) * 8) >= 36);
});
