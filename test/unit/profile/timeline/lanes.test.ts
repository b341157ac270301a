import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packLanes } from '../../../../src/profile/timeline/lanes.ts';

test('a span takes the lowest lane that is free, in its own thread', () => {
  //        0    5    10
  // row 0  ├─────────┤     thread 1, lane 0
  // row 1   ├──┤           thread 1, lane 1
  // row 2   ├──────────┤   thread 2, lane 0
  // row 3      ├────┤      thread 1, lane 1: row 1 ends where it begins
  // row 4         ├┤       thread 1, lane 2
  // row 5           ├──┤   thread 1, lane 0
  const lanes = packLanes({
    thread: [1, 1, 2, 1, 1, 1],
    start: [0, 1, 1, 4, 7, 10],
    end: [10, 4, 12, 9, 8, 13],
  });
  assert.deepEqual([...lanes], [0, 1, 0, 1, 2, 0]);
});

test('spans of a lane never overlap, and there are no more lanes than spans at once', () => {
  const span = fc.record({ thread: fc.nat(2), start: fc.nat(50), length: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(span, { maxLength: 60 }), (unsorted) => {
      const spans = unsorted.toSorted((a, b) => a.start - b.start);
      const lanes = packLanes({
        thread: spans.map(({ thread }) => thread),
        start: spans.map(({ start }) => start),
        end: spans.map(({ start, length }) => start + length),
      });
      spans.forEach((one, i) => {
        spans.slice(0, i).forEach((other, j) => {
          if (one.thread !== other.thread || lanes[i] !== lanes[j]) return;
          assert.ok(other.start + other.length <= one.start, `rows ${j} and ${i}`);
        });
        // Of no length: it takes a lane, but nothing is there at the same time as itself.
        const atOnce = spans.filter(
          (other) =>
            other.thread === one.thread && other.start <= one.start && other.start + other.length > one.start,
        );
        assert.ok(lanes[i]! <= atOnce.length, `row ${i}`);
      });
    }),
  );
});
