import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import { addCompareOptions } from '../../src/cli/compare.ts';
import { addRunOptions } from '../../src/cli/run-options.ts';
import { EXIT } from '../../src/core/errors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const page = ['comparing', 'ci']
  .map((name) => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8'))
  .join('\n');
const shown = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

/** As a shell splits it: every call of `threadmill`, its arguments one below the other. */
function callsIn(script: string): string[][] {
  const stub = `threadmill() { printf '\\036'; for a in "$@"; do printf '%s\\037' "$a"; done; }\n`;
  // Where its output goes is not what is looked at.
  const plain = script
    .replace(/> threadmill\.md/, '')
    .replace(/^cat .*$/m, '')
    .replace(/^case [\s\S]*?^esac$/m, '');
  const { stdout, status, stderr } = spawnSync('bash', ['-euc', stub + plain], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout
    .split('\u001e')
    .slice(1)
    .map((call) => call.split('\u001f').slice(0, -1));
}

/** The recipe for any shell. */
const recipe = shown.find((script) => script.includes('case "$code"')) ?? '';

describe('docs/comparing.md and docs/ci.md', () => {
  test('has a recipe for any shell, and more commands', () => {
    assert.notEqual(recipe, '');
    assert.ok(shown.length >= 4);
  });

  for (const [kind, ...argv] of shown.flatMap(callsIn)) {
    test(`is understood: ${kind} ${argv.join(' ')}`, () => {
      assert.ok(kind === 'bench' || kind === 'compare', kind);
      const command =
        kind === 'bench' ? addRunOptions(new Command(kind), kind) : addCompareOptions(new Command(kind));
      command.exitOverride().configureOutput({ writeErr: () => undefined });
      assert.doesNotThrow(() => command.parse(argv, { from: 'user' }));
    });
  }

  test('has a row for each exit code that a comparison can have', () => {
    const codes = [EXIT.ok, EXIT.usage, EXIT.jobsFailed, EXIT.regression, EXIT.inconclusive, EXIT.gateFailed];
    for (const code of codes) assert.match(page, new RegExp(`^\\| ${code} \\|`, 'm'));
  });

  test('passes each exit code on, but an inconclusive run passes', async (t) => {
    const folder = await temporaryFolder(t);
    const stub = join(folder, 'threadmill');
    for (const code of [0, 1, 2, 3, 4, 99]) {
      await writeFile(stub, `#!/bin/sh\necho '**a table**'\nexit ${code}\n`);
      await chmod(stub, 0o755);
      const { status, stdout } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', recipe], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) },
      });
      assert.equal(status, code === EXIT.inconclusive ? 0 : code);
      assert.match(stdout, /^\*\*a table\*\*$/m);
    }
  });
});
