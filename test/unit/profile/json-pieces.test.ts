import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonPieces, piecesAt, textPieces } from '../../../src/profile/json-pieces.ts';

test('pieces of JSON are one list when they are joined, however long it is', () => {
  for (const count of [0, 1, 8_192, 8_193, 20_000]) {
    const numbers = Array.from({ length: count }, (_, i) => i * 2);
    for (const pieces of [piecesAt(count, (i) => i * 2), textPieces(numbers.map(String))]) {
      assert.deepEqual(JSON.parse(`[${[...pieces].join('')}]`), numbers);
    }
  }
  const values = [{ a: '"],[' }, null, 1];
  assert.deepEqual(JSON.parse(`[${[...jsonPieces(values)].join('')}]`), values);
});
