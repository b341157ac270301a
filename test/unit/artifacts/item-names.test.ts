import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { readItemNames, writeItemNames } from '../../../src/artifacts/item-names.ts';
import { RunFolder } from '../../../src/artifacts/run-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('names come back as they were, without secrets and not endless', async (t) => {
  const folder = await RunFolder.create(await temporaryFolder(t), 'run');
  assert.equal(await readItemNames(folder), null, 'none saved');
  await writeItemNames(folder, [
    'list',
    '</script>\n=1',
    'https://ann:pw@host/?token=abc',
    'x'.repeat(5_000),
  ]);
  const names = await readItemNames(folder);
  assert.deepEqual(names?.slice(0, 3), ['list', '</script>\n=1', 'https://host/?token=***']);
  assert.equal(names?.[3]?.length, 400);
});

test('a file that is not what it should be is refused; without one there are none', async (t) => {
  const folder = await RunFolder.create(await temporaryFolder(t), 'run');
  assert.equal(await readItemNames(folder), null);
  await folder.makeFolder('workload');
  for (const content of ['', '[]', '{"items": [1]}', '{"items": "a"}', 'null']) {
    await writeFile(folder.path('workload/items.json'), content);
    await assert.rejects(readItemNames(folder), { code: 'run-unreadable', message: /workload\/items\.json/ });
  }
});
