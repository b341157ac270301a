import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestChunk, digestOf } from '../../../src/workload/digest.ts';

/** The check value of CRC-32, as every catalogue of CRCs gives it. */
const CHECK = 0xcbf43926;

test("is CRC-32: '123456789' as text, bytes, a view into more, and an ArrayBuffer", () => {
  const bytes = Buffer.from('123456789');
  const within = new Uint8Array(Buffer.from('xx123456789xx').subarray(2, 11));
  assert.deepEqual(
    [digestOf('123456789'), digestOf(bytes), digestOf(within), digestOf(new Uint8Array(bytes).buffer)],
    [CHECK, CHECK, CHECK, CHECK],
  );
  assert.equal(digestOf(new DataView(new Uint8Array(bytes).buffer)), CHECK);
});

test('undefined is 0; other values go by their JSON', () => {
  assert.equal(digestOf(undefined), 0);
  assert.equal(digestOf(123456789), CHECK);
  assert.equal(digestOf({ a: [1, null] }), digestOf('{"a":[1,null]}'));
  assert.equal(digestOf(null), digestOf('null'));
  assert.notEqual(digestOf(1n), digestOf(1));
  assert.notEqual(digestOf(1n), digestOf(2n));
  assert.notEqual(digestOf({ a: 1 }), digestOf({ a: 2 }));
  assert.equal(
    digestOf(() => 1),
    digestOf(String(() => 1)),
    'no JSON form at all',
  );
});

test('a Map and a Set go by what is in them', () => {
  assert.notEqual(digestOf(new Map([['a', 1]])), digestOf(new Map([['a', 2]])));
  assert.notEqual(digestOf(new Set([1])), digestOf(new Set([2])));
  assert.equal(digestOf(new Map([['a', 1]])), digestOf(new Map([['a', 1]])));
});

test('what has no JSON form says so, instead of being taken for equal', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  assert.throws(() => digestOf(cycle), TypeError);
  assert.throws(() => digestOf({ big: 1n }), TypeError);
});

test('a stream digests to the same, however it is cut into chunks', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 10 }), (chunks) => {
      const whole = Buffer.concat(chunks);
      assert.equal(
        chunks.reduce((digest, chunk) => digestChunk(chunk, digest), 0),
        digestOf(whole),
      );
    }),
  );
});
