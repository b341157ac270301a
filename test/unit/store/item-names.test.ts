import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { readItemNames, writeItemNames } from '../../../src/store/item-names.ts';
import { RunFolder } from '../../../src/store/run-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('item names: what was written is read', async (t) => {
  const folder = await RunFolder.create(await temporaryFolder(t), 'run');
  assert.equal(await readItemNames(folder), null, 'none saved');
  const names = { names: ['list', '</script>\n=1'], items: [0, 1, 0] };
  await writeItemNames(folder, names);
  assert.deepEqual(await readItemNames(folder), names);
});

test('item names: a file that is not what it should be is refused, and a missing one is no names', async (t) => {
  const folder = await RunFolder.create(await temporaryFolder(t), 'run');
  assert.equal(await readItemNames(folder), null);
  await folder.makeFolder('workload');
  for (const content of [
    ...['', '[]', 'null', '{"items": ["a"]}', '{"names": "a", "items": [0]}', '{"names": [1], "items": [0]}'],
    ...[
      '{"names": ["a"], "items": [1]}',
      '{"names": ["a"], "items": [-1]}',
      '{"names": ["a"], "items": [0.5]}',
    ],
    ...['{"names": ["a"], "items": ["length"]}', '{"names": ["a"]}'],
  ]) {
    await writeFile(folder.path('workload/items.json'), content);
    await assert.rejects(readItemNames(folder), { code: 'run-unreadable', message: /workload\/items\.json/ });
  }
});
