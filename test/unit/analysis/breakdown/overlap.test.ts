import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { overlapOf, type Span } from '../../../../src/analysis/breakdown/thread-figures.ts';

test('what of the spans lies within pauses: whole, in part, at an edge, not at all', () => {
  const pauses: Span[] = [
    [40, 50],
    [10, 20],
  ];
  assert.equal(overlapOf([[0, 5]], pauses), 0);
  assert.equal(overlapOf([[20, 40]], pauses), 0);
  assert.equal(overlapOf([[12, 15]], pauses), 3);
  assert.equal(overlapOf([[15, 45]], pauses), 5 + 5);
  assert.equal(overlapOf([[0, 100]], pauses), 20);
  // Two jobs, in any order: 1 + 2.
  assert.equal(
    overlapOf(
      [
        [48, 60],
        [5, 11],
      ],
      pauses,
    ),
    3,
  );
  assert.equal(overlapOf([[0, 100]], []), 0);
});

test('agrees with counting every unit by itself', () => {
  const span = fc.tuple(fc.nat(200), fc.nat(20)).map(([from, length]): Span => [from, from + length]);
  // Pauses one after another: gap, length, gap, length…
  const pauses = fc.array(fc.tuple(fc.nat(15), fc.integer({ min: 1, max: 15 }))).map((steps) => {
    let at = 0;
    return steps.map(([gap, length]): Span => {
      const from = at + gap;
      at = from + length;
      return [from, at];
    });
  });
  fc.assert(
    fc.property(fc.array(span), pauses, (spans, given) => {
      const within = (unit: number) => given.some(([from, to]) => unit >= from && unit < to);
      let expected = 0;
      for (const [from, to] of spans) for (let unit = from; unit < to; unit++) if (within(unit)) expected++;
      assert.equal(overlapOf(spans, [...given].reverse()), expected);
    }),
  );
});
