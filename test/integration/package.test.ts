import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkedRecord } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SMALL = [
  '--jobs',
  '4',
  '--rounds',
  '1',
  '--warmup',
  '0',
  '--latency',
  '5',
  '--variants',
  'worker-pool',
  '--json',
  '--quiet',
];

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

test('package-lock.json: every package has an integrity hash', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { link?: boolean; integrity?: string }>;
  };
  const without = Object.entries(packages).filter(
    ([path, { link, integrity }]) => path !== '' && link !== true && integrity === undefined,
  );
  assert.deepEqual(without, []);
});

describe('the packed package, installed into an empty project without its optional peers', () => {
  test('bench and profile run; a capture whose tool is missing says what to install', async (t) => {
    const dir = await temporaryFolder(t);
    const packed = JSON.parse(
      run(ROOT, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', dir),
    );
    const [{ filename }] = packed as [{ filename: string }];
    await writeFile(join(dir, 'package.json'), '{ "type": "module" }');
    run(dir, 'npm', 'install', '--no-audit', '--no-fund', join(dir, filename));
    const modules = join(dir, 'node_modules');
    for (const tool of ['0x', 'clinic']) assert.ok(!existsSync(join(modules, tool)), tool);
    const { packages } = JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8')) as {
      packages: object;
    };
    t.diagnostic(`${Object.keys(packages).length - 1} packages`);

    const bench = checkedRecord(JSON.parse(run(dir, 'npx', 'threadmill', 'bench', ...SMALL)));
    assert.equal(bench.status, 'completed');
    const profile = checkedRecord(JSON.parse(run(dir, 'npx', 'threadmill', 'profile', ...SMALL)));
    assert.deepEqual(
      [...new Set(profile.artifacts.map(({ capture }) => capture))].sort(),
      ['heap', 'threads'],
      'only what needs no tool',
    );
    const asked = checkedRecord(
      JSON.parse(run(dir, 'npx', 'threadmill', 'profile', '--captures', '0x', ...SMALL)),
    );
    for (const artifact of asked.artifacts) {
      assert.ok('unavailable' in artifact);
      assert.match(artifact.unavailable, /0x is not installed/);
      assert.match(artifact.advice ?? '', /npm install 0x/);
    }
    assert.ok(asked.artifacts.length > 0);
  });
});
