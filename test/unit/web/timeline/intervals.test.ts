import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ticksOf } from '../../../../src/web/timeline/axis.ts';
import {
  eachVisible,
  type Intervals,
  intervalAt,
  makeIntervals,
  type View,
} from '../../../../src/web/timeline/intervals.ts';

const row = (...spans: readonly (readonly [number, number])[]): Intervals =>
  makeIntervals(
    Float64Array.from(spans, ([from]) => from),
    Float64Array.from(spans, ([, to]) => to),
  );

interface Seen {
  readonly boxes: [index: number, x: number, width: number][];
  readonly merged: [from: number, until: number, x: number, covered: number][];
}

function seen(intervals: Intervals, view: View): Seen {
  const found: Seen = { boxes: [], merged: [] };
  eachVisible(intervals, view, {
    box: (...box) => found.boxes.push(box),
    merged: (...merged) => found.merged.push(merged),
  });
  return found;
}

test('what is wide enough is a box, cut at the edges of the view; what lies outside is not drawn', () => {
  // 100 µs on 100 px, from 50 on: one pixel is one µs.
  const view = { fromUs: 50, toUs: 150, widthPx: 100 };
  const { boxes, merged } = seen(row([0, 20], [40, 60], [80, 90], [140, 170], [180, 190]), view);
  assert.deepEqual(boxes, [
    [1, 0, 10],
    [2, 30, 10],
    [3, 90, 10],
  ]);
  assert.deepEqual(merged, []);
});

test('what is narrower than a pixel is one column with its neighbours, and says how much of it they cover', () => {
  // Ten µs a pixel. Three within the first column cover 2 + 3 + 1 of 10; then a wide one; then one alone.
  const view = { fromUs: 0, toUs: 1_000, widthPx: 100 };
  const { boxes, merged } = seen(row([0, 2], [3, 6], [7, 8], [8, 48], [55, 56]), view);
  assert.deepEqual(boxes, [[3, 0.8, 4]]);
  assert.deepEqual(
    merged.map(([from, until, x, covered]) => [from, until, x, Math.round(covered * 10)]),
    [
      [0, 3, 0, 6],
      [4, 5, 5, 1],
    ],
  );
});

test('everything in view is drawn once, alone or merged, with at most two calls for each pixel', () => {
  const spans = fc
    .array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 40 })), { maxLength: 200 })
    .map((gaps) => {
      let at = 0;
      return gaps.map(([gap, length]): [number, number] => {
        const from = at + gap;
        at = from + length;
        return [from, at];
      });
    });
  fc.assert(
    fc.property(
      spans,
      fc.nat(2_000),
      fc.integer({ min: 1, max: 4_000 }),
      fc.integer({ min: 1, max: 60 }),
      (list, fromUs, span, widthPx) => {
        const view = { fromUs, toUs: fromUs + span, widthPx };
        const { boxes, merged } = seen(row(...list), view);
        const drawn = [
          ...boxes.map(([index]) => index),
          ...merged.flatMap(([from, until]) => Array.from({ length: until - from }, (_, i) => from + i)),
        ].sort((a, b) => a - b);
        const inView = list.flatMap(([from, to], i) => (to > view.fromUs && from < view.toUs ? [i] : []));
        // The last column may take along what begins right after the view.
        assert.deepEqual(
          drawn.filter((index) => list[index]![0] < view.toUs),
          inView,
        );
        assert.ok(boxes.length + merged.length <= 2 * widthPx + 2, `${boxes.length} + ${merged.length}`);
        assert.ok(boxes.every(([, x, width]) => x >= 0 && x + width <= widthPx + 1e-6));
      },
    ),
  );
});

test('ticks of a few microseconds late in a long timeline have labels of their own', () => {
  const labels = ticksOf({ fromUs: 12_000_000, toUs: 12_000_050, widthPx: 550 }).map(({ label }) => label);
  assert.deepEqual(labels.slice(0, 3), ['12.00000 s', '12.00001 s', '12.00002 s']);
  const closest = ticksOf({ fromUs: 12_000_000, toUs: 12_000_001, widthPx: 1_100 });
  assert.equal(new Set(closest.map(({ label }) => label)).size, closest.length);
});

test('the stretch at a time, or one so near that it can be meant', () => {
  const intervals = row([10, 20], [30, 31]);
  assert.equal(intervalAt(intervals, 15, 0), 0);
  assert.equal(intervalAt(intervals, 20, 0), -1, 'its end is not in it');
  assert.equal(intervalAt(intervals, 22, 3), 0);
  assert.equal(intervalAt(intervals, 28, 3), 1);
  assert.equal(intervalAt(intervals, 25, 3), -1);
  assert.equal(intervalAt(row(), 5, 100), -1);
});
