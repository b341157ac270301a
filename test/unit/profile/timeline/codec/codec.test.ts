import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { packNumbers, packText } from '../../../../../src/profile/timeline/codec/pack.ts';
import { unpackNumbers, unpackText } from '../../../../../src/profile/timeline/codec/unpack.ts';

const packed = (bytes: readonly number[], lengths: readonly number[], perUnit = lengths.map(() => 1)) => ({
  lengths,
  perUnit,
  data: deflateRawSync(Uint8Array.from(bytes)).toString('base64'),
});
const bytesOf = (data: string) => [...inflateRawSync(Buffer.from(data, 'base64'))];

describe('packed numbers', () => {
  test('the bytes are those that the format says', () => {
    // As they are 1 3 5 is as long as differences are: plain it is. 0 → 1, 1 → 3, −1 → 2, NaN → 0.
    const small = packNumbers([{ values: [0, 1, -1, Number.NaN] }]);
    assert.deepEqual(bytesOf(small.data), [0, 1, 3, 2, 0]);
    assert.deepEqual([small.lengths, small.perUnit], [[4], [1]]);
    // 100.0 and 100.1 in steps of a tenth: 2001 = 0b1111_1010001, then one step up.
    const near = packNumbers([{ values: [100, 100.1], perUnit: 10 }]);
    assert.deepEqual(bytesOf(near.data), [1, 0b1101_0001, 15, 3]);
  });

  test('every column comes back, rounded to its steps, NaN included', async () => {
    const value = fc.oneof(
      fc.constant(Number.NaN),
      fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    );
    const column = fc.record({ values: fc.array(value), perUnit: fc.constantFrom(1, 10, 100) });
    await fc.assert(
      fc.asyncProperty(fc.array(column, { maxLength: 6 }), async (columns) => {
        const json = JSON.stringify(packNumbers(columns));
        assert.equal(JSON.stringify(packNumbers(columns)), json, 'the same bytes each time');
        const found = await unpackNumbers(JSON.parse(json));
        assert.deepEqual(
          found.map((each) => [...each]),
          columns.map(({ values, perUnit }) =>
            // No zero is negative.
            values.map((each) => (Number.isNaN(each) ? each : Math.round(each * perUnit) / perUnit + 0)),
          ),
        );
      }),
    );
  });

  test('what can’t be kept is not packed', () => {
    for (const value of [Number.POSITIVE_INFINITY, 2 ** 50, -(2 ** 50)]) {
      assert.throws(() => packNumbers([{ values: [value] }]), RangeError);
    }
  });

  test('nonsense is refused, and takes no memory first', async () => {
    const whole = packNumbers([{ values: Float64Array.from({ length: 1_000 }, (_, i) => i * i) }]);
    const cases = {
      'too few numbers': packed([0, 1], [2]),
      'too many': packed([0, 1, 1, 1], [2]),
      'no such mode': packed([7, 1, 1], [2]),
      'ends within a number': packed([0, 1, 129], [2]),
      'a number too long': packed([0, 255, 255, 255, 255, 255, 255, 255, 255, 1], [1]),
      'a bomb': { lengths: [3], perUnit: [1], data: deflateRawSync(new Uint8Array(1e6)).toString('base64') },
      'cut off': { ...whole, data: whole.data.slice(0, whole.data.length / 2) },
      'no base64': { ...whole, data: '*' },
      'no deflate': { ...whole, data: Buffer.from('nothing of the kind').toString('base64') },
      'more than there can be': { ...whole, lengths: [1e15] },
      'no length': { ...whole, lengths: [-1] },
      'no lengths': { ...whole, lengths: [] },
      'no steps': { ...whole, perUnit: [0] },
    };
    for (const [name, each] of Object.entries(cases)) {
      await assert.rejects(unpackNumbers(each), RangeError, name);
    }
  });
});

describe('packed text', () => {
  test('comes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        assert.equal(await unpackText(packText(text)), text);
      }),
    );
  });

  test('is refused if it is not as long as it says', async () => {
    const { bytes, data } = packText('timeline');
    for (const other of [bytes - 1, bytes + 1, -1, 1e15]) {
      await assert.rejects(unpackText({ bytes: other, data }), RangeError);
    }
  });
});
