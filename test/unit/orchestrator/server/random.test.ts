import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashText, Random } from '../../../../src/orchestrator/server/random.ts';

test('the hash is MurmurHash3_x86_32: its published test values', () => {
  assert.equal(hashText('', 0), 0);
  assert.equal(hashText('', 1), 0x514e28b7);
  assert.equal(hashText('', 0xffffffff), 0x81f16f39);
  // One UTF-16 code unit is one 32-bit trial: these are the values for the bytes 00 00 00 00.
  assert.equal(hashText('\0', 0), 0x2362f9de);
});

test('neighbouring ids have unrelated hashes: about half of the bits differ', () => {
  let differing = 0;
  for (let id = 0; id < 1000; id += 1) {
    let bits = hashText(`/api/users/${id}`, 7) ^ hashText(`/api/users/${id + 1}`, 7);
    for (; bits !== 0; bits &= bits - 1) differing += 1;
  }
  assert.ok(Math.abs(differing / 1000 - 16) < 0.5, `${differing / 1000} of 32 bits`);
});

test('numbers are in their range and the same for the same seed', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -1000, max: 1000 }), fc.nat(1000), (seed, low, width) => {
      const one = new Random(seed);
      const other = new Random(seed);
      const number = one.next();
      assert.ok(number >= 0 && number < 1);
      assert.equal(other.next(), number);
      const integer = one.integer(low, low + width);
      assert.ok(Number.isInteger(integer) && integer >= low && integer <= low + width);
    }),
  );
});

test('numbers are spread evenly over [0, 1)', () => {
  const random = new Random(42);
  const buckets = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 100_000; draw += 1) {
    const bucket = Math.floor(random.next() * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  // Binomial: 10,000 expected, standard deviation 95.
  for (const count of buckets) assert.ok(Math.abs(count - 10_000) < 475, `${buckets}`);
});
