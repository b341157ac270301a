import assert from 'node:assert/strict';
import { mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { linkPackages, planPackages } from '../../../../src/orchestrator/against/packages.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** A checkout and another version of it, with these files. */
async function versions(
  t: TestContext,
  checkout: Readonly<Record<string, string>>,
  tree: Readonly<Record<string, string>>,
): Promise<{ readonly checkout: string; readonly tree: string }> {
  const root = await temporaryFolder(t);
  const made = { checkout: join(root, 'checkout'), tree: join(root, 'tree') };
  for (const [folder, files] of [
    [made.checkout, checkout],
    [made.tree, tree],
  ] as const) {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  }
  return made;
}

const planned = ({ tree, checkout }: { tree: string; checkout: string }) =>
  planPackages(tree, checkout, 'bench/w.ts');

test('the same lockfile: packages of the checkout, of every folder that has some', async (t) => {
  const made = await versions(
    t,
    { 'yarn.lock': 'a', 'node_modules/x/i.js': '', 'packages/a/node_modules/y/i.js': '' },
    { 'yarn.lock': 'a', 'bench/w.ts': '', 'packages/a/package.json': '{}', 'packages/b/package.json': '{}' },
  );
  assert.deepEqual(await planned(made), { kind: 'linked', folders: ['', 'packages/a'] });
});

test('another lockfile, or a checkout that is not installed: by the nearest lockfile, with what it belongs to', async (t) => {
  const here = { 'package-lock.json': '1', 'node_modules/x/i.js': '' };
  for (const [name, text, command] of [
    ['package-lock.json', '2', 'npm ci --no-audit --no-fund'],
    ['pnpm-lock.yaml', 'lockfileVersion: 9', 'pnpm install --frozen-lockfile'],
    ['yarn.lock', '# yarn lockfile v1', 'yarn install --frozen-lockfile'],
    ['yarn.lock', '__metadata:\n  version: 8', 'yarn install --immutable'],
    ['bun.lock', '{}', 'bun install --frozen-lockfile'],
  ] as const) {
    const plan = await planned(await versions(t, here, { [name]: text, 'bench/w.ts': '' }));
    assert.ok(plan.kind === 'installed');
    assert.deepEqual([plan.folder, plan.command.join(' '), plan.lock], ['', command, text]);
  }
  const nearer = await versions(t, here, {
    'package-lock.json': '1',
    'bench/pnpm-lock.yaml': 'x',
    'bench/w.ts': '',
  });
  const plan = await planned(nearer);
  assert.equal(plan.kind === 'installed' && plan.folder, 'bench');
  const bare = await versions(t, { 'yarn.lock': 'a' }, { 'yarn.lock': 'a', 'bench/w.ts': '' });
  assert.equal((await planned(bare)).kind, 'installed');
});

test('no lockfile: the same dependencies are linked, none need nothing, and others are refused', async (t) => {
  const withDep = '{"dependencies":{"x":"1"}}';
  const here = { 'package.json': withDep, 'node_modules/x/i.js': '' };
  const plan = async (text: string) =>
    planned(await versions(t, here, { 'package.json': text, 'bench/w.ts': '' }));
  assert.deepEqual(await plan(withDep), { kind: 'linked', folders: [''] });
  assert.deepEqual(await plan('{"scripts":{}}'), { kind: 'own' });
  await assert.rejects(plan('{"dependencies":{"x":"2"}}'), { code: 'version-missing' });
});

test('links: a package leads to that of the checkout, a workspace to the files of the other version', async (t) => {
  const made = await versions(
    t,
    { 'node_modules/@o/x/i.js': 'of the checkout', 'node_modules/.bin/x': '', 'packages/own/i.js': 'new' },
    { 'packages/own/i.js': 'old' },
  );
  await symlink('../packages/own', join(made.checkout, 'node_modules', 'own'));
  await linkPackages(made.tree, made.checkout, ['']);
  const read = (name: string) => readFile(join(made.tree, 'node_modules', name, 'i.js'), 'utf8');
  assert.deepEqual([await read('@o/x'), await read('own')], ['of the checkout', 'old']);
  assert.equal(
    await realpath(join(made.tree, 'node_modules', '@o', 'x')),
    join(await realpath(made.checkout), 'node_modules', '@o', 'x'),
  );
});
