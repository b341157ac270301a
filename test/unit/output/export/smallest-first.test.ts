import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SmallestFirst } from '../../../../src/output/export/smallest-first.ts';

test('what is too large goes, then the largest', () => {
  const kept = new SmallestFirst<string>(10);
  assert.deepEqual(kept.add('eleven', 11), ['eleven']);
  assert.deepEqual(kept.add('six', 6), []);
  assert.deepEqual(kept.add('four', 4), []);
  assert.deepEqual(kept.add('another four', 4), ['six']);
  assert.deepEqual(kept.add('a third four', 4), ['a third four'], 'of equals the first stay');
  assert.deepEqual(kept.add('ten', 10), ['ten']);
  assert.deepEqual(kept.add('one', 1), []);
  assert.deepEqual(kept.add('nine', 9), ['nine']);
});

test('in whatever order they come, those stay that fit from the smallest up', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.nat(200), (sizes, room) => {
      const kept = new SmallestFirst<number>(room);
      const there = new Set(sizes.keys());
      for (const [index, size] of sizes.entries()) {
        for (const gone of kept.add(index, size)) assert.ok(there.delete(gone));
      }
      const expected: number[] = [];
      let left = room;
      for (const size of sizes.toSorted((a, b) => a - b)) {
        if (size > left) break;
        left -= size;
        expected.push(size);
      }
      assert.deepEqual(
        [...there].map((index) => sizes[index]!).sort((a, b) => a - b),
        expected,
      );
    }),
  );
});
