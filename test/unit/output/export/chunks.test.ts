import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inChunks } from '../../../../src/output/export/chunks.ts';

test('chunks are the same text in fewer pieces', () => {
  const pieces = Array.from({ length: 30_000 }, (_, i) => `${i};`);
  const chunks = [...inChunks(pieces)];
  assert.equal(chunks.join(''), pieces.join(''));
  assert.ok(chunks.length > 1 && chunks.length < 5, String(chunks.length));
  assert.deepEqual([...inChunks([])], []);
});
