import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normalCdf, normalQuantile } from '../../../../src/core/statistics/normal.ts';
import { studentQuantile } from '../../../../src/core/statistics/student-t.ts';

const close = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

test("as R's pnorm and qnorm", () => {
  close(normalCdf(1.96), 0.9750021048517795, 1e-14);
  close(normalCdf(-3), 0.0013498980316301, 1e-14);
  assert.deepEqual([normalCdf(0), normalCdf(-40), normalCdf(40)], [0.5, 0, 1]);
  close(normalQuantile(0.975), 1.959963984540054, 1e-13);
  close(normalQuantile(1e-6), -4.753424308822899, 1e-8);
  assert.deepEqual([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)], [-Infinity, 0, Infinity]);
});

test('the quantile undoes the distribution function, and is antisymmetric', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (p) => {
      close(normalCdf(normalQuantile(p)), p, 1e-12);
      close(normalQuantile(1 - p), -normalQuantile(p), 1e-6);
    }),
  );
});

test("Student's t as in the tables: 1, 2, 5, 9 and 120 degrees", () => {
  close(studentQuantile(0.975, 1), 12.706204736174694, 1e-9);
  close(studentQuantile(0.975, 2), 4.302652729749464, 1e-10);
  close(studentQuantile(0.975, 5), 2.570581835636314, 1e-10);
  close(studentQuantile(0.9995, 9), 4.780912585931, 1e-9);
  close(studentQuantile(0.95, 120), 1.657650899, 1e-8);
});

test("Student's t: symmetric, the normal in the limit, and no answer to nonsense", () => {
  assert.equal(studentQuantile(0.1, 7), -studentQuantile(0.9, 7));
  close(studentQuantile(0.5, 7), 0, 1e-12);
  close(studentQuantile(0.975, 1999), studentQuantile(0.975, 2000), 0.002);
  for (const [p, degrees] of [
    [0, 5],
    [1, 5],
    [0.5, 0],
    [0.5, 1.5],
  ] as const) {
    assert.throws(() => studentQuantile(p, degrees), RangeError);
  }
});
