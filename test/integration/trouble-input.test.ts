import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { CliRun } from '../support/cli.ts';

/** What is wrong with the workload, its file, and what the message must say. */
const WORKLOADS: readonly (readonly [string, string, RegExp])[] = [
  [
    'does not parse',
    'const a = 1;\nexport default {{;\n',
    /^the workload can't be bundled: w\.ts:2:\d+: .*\n {4}export default \{\{;\n {2}Fix that line/,
  ],
  [
    'imports a package that is not there',
    '\nimport { x } from "no-such-package-anywhere";\nexport default x;',
    /^the workload can't be bundled: w\.ts:2:\d+: Could not resolve "no-such-package-anywhere"/,
  ],
  [
    'imports a file that is not there',
    'import { x } from "./missing.ts";\nexport default x;',
    /^the workload can't be bundled: w\.ts:1:\d+: Could not resolve ".\/missing.ts"/,
  ],
  [
    'exports the wrong thing',
    'export default { jobs: 3 };',
    /^w\.ts: its default export is an object with jobs/,
  ],
  [
    'exports nothing',
    'export const jobs = 3;',
    /^w\.ts: the file has no default export\n {2}Export a workload/,
  ],
  [
    'throws while it is loaded',
    '\nthrow new TypeError("no licence");',
    /^w\.ts threw while it was loaded: no licence\n {2}at .*w\.ts:2:\d+\)\n {2}Loading a workload file should /,
  ],
  [
    'exits while it is loaded',
    'process.exit(0);',
    /^w\.ts ended its process with exit code 0 while it was loaded\n/,
  ],
  [
    'has no jobs',
    'import { defineWorkload } from "threadmill";\nexport default defineWorkload({ name: "x", jobs: 0, run() {} });',
    /^w\.ts has no jobs\n/,
  ],
  [
    'has a function that throws',
    'export default () => { throw null; };',
    /^w\.ts threw while it was loaded: null\n/,
  ],
];

describe('bad input: one message, exit code 1, nothing written', { concurrency: 2 }, () => {
  test('an option that does not exist', async (t) => {
    const run = await CliRun.start(t, 'bench --paralel 3');
    assert.equal(await run.ended, 1);
    assert.match(run.complaint(), /^unknown option '--paralel'\n/);
    assert.equal(run.stdout, '');
    assert.deepEqual(await readdir(run.cwd), []);
    await run.leavesNothing();
  });

  for (const [what, text, message] of WORKLOADS) {
    test(`a workload that ${what}`, async (t) => {
      const run = await CliRun.start(t, 'bench --workload w.ts --json --out runs', {
        files: { 'w.ts': text },
      });
      assert.equal(await run.ended, 1);
      assert.match(run.complaint(), message);
      assert.equal(run.stdout, '');
      assert.deepEqual(await readdir(run.cwd), ['w.ts']);
      await run.leavesNothing();
    });
  }

  test('a workload file that is missing', async (t) => {
    const run = await CliRun.start(t, 'bench --workload gone.ts');
    assert.equal(await run.ended, 1);
    assert.match(run.complaint(), /^there is no workload file .*gone\.ts\n {2}Give --workload the path/);
    await run.leavesNothing();
  });
});
