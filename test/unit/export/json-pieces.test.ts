import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inChunks } from '../../../src/export/chunks.ts';
import { jsonPieces, numberPieces, wholeNumbers } from '../../../src/export/json-pieces.ts';

test('whole numbers: each sum from the beginning is that of the values, rounded', () => {
  assert.deepEqual([...wholeNumbers([0.4, 0.4, 0.4, 2])], [0, 1, 0, 2]);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (values) => {
      let exact = 0;
      let whole = 0;
      for (const [i, each] of wholeNumbers(values).entries()) {
        exact += values[i]!;
        whole += each;
        assert.equal(whole, Math.round(exact));
        assert.ok(Number.isInteger(each) && each >= 0);
      }
    }),
  );
});

test('pieces of JSON are one list when they are joined, however long it is', () => {
  for (const count of [0, 1, 8_192, 8_193, 20_000]) {
    const text = `[${[...numberPieces(count, (i) => i * 2)].join('')}]`;
    assert.deepEqual(
      JSON.parse(text),
      Array.from({ length: count }, (_, i) => i * 2),
    );
  }
  const values = [{ a: '"],[' }, null, 1];
  assert.deepEqual(JSON.parse(`[${[...jsonPieces(values)].join('')}]`), values);
});

test('chunks are the same text in fewer pieces', () => {
  const pieces = Array.from({ length: 30_000 }, (_, i) => `${i};`);
  const chunks = [...inChunks(pieces)];
  assert.equal(chunks.join(''), pieces.join(''));
  assert.ok(chunks.length > 1 && chunks.length < 5, String(chunks.length));
  assert.deepEqual([...inChunks([])], []);
});
