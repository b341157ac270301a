import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { complaintOf } from '../support/cli.ts';
import { commandLines } from '../support/command-lines.ts';
import { processesLeft } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

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

test('bad input: one message, exit code 1, nothing written, nothing left', async (t) => {
  const [cwd, temporary] = [await temporaryFolder(t), await temporaryFolder(t)];
  const cases: [string, RegExp][] = [
    ['bench --paralel 3', /^unknown option '--paralel'\n/],
    ['bench --workload gone.ts', /^there is no workload file .*gone\.ts\n {2}Give --workload the path/],
  ];
  for (const [index, [, text, message]] of WORKLOADS.entries()) {
    await writeFile(join(cwd, `${index}w.ts`), text);
    cases.push([`bench --workload ${index}w.ts --json --out runs`, message]);
  }
  const written = await readdir(cwd);
  const ended = await commandLines(
    cases.map(([line]) => line.split(' ')),
    cwd,
    { TMPDIR: temporary },
  );
  for (const [index, [line, message]] of cases.entries()) {
    const { code, stdout } = ended[index]!;
    const what = WORKLOADS[index - 2]?.[0] ?? line;
    assert.deepEqual([code, stdout], [1, ''], what);
    assert.match(complaintOf(ended[index]!).replaceAll(/\dw\.ts/g, 'w.ts'), message, what);
  }
  assert.deepEqual(await readdir(cwd), written);
  assert.deepEqual(await readdir(temporary), []);
  for (const folder of [cwd, temporary]) assert.deepEqual(await processesLeft(folder), []);
});
