import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOfItem } from '../../../src/core/item-names.ts';
import { collectItemNames } from '../../../src/workload/item-names.ts';

test('item names: each name is kept once, without secrets and cut', () => {
  const given = [
    'list',
    'https://ann:pw@host/?token=abc',
    'list',
    'https://host/?token=def',
    'x'.repeat(5_000),
  ];
  assert.deepEqual(
    collectItemNames(given.length, (item) => given[item]!),
    { names: ['list', 'https://host/?token=***', 'x'.repeat(400)], items: [0, 1, 0, 1, 2] },
  );
});

test('item names: a million items of four names are kept', () => {
  const known = collectItemNames(1_000_000, (item) => `request ${item % 4}`);
  assert.equal(known?.names.length, 4);
  assert.equal(nameOfItem(known, 999_999), 'request 3');
});

test('item names: names that are too much text, or of too many items, are not kept', () => {
  assert.equal(
    collectItemNames(1_000_001, () => 'a'),
    null,
  );
  assert.equal(
    collectItemNames(100_000, (item) => `${item} ${'x'.repeat(300)}`),
    null,
  );
  assert.equal(nameOfItem(null, 7), 'item 7');
});
