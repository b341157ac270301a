import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertNames } from '../support/assert-names.ts';
import { complaintOf } from '../support/cli.ts';
import { commandLines } from '../support/command-lines.ts';
import { processesLeft } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What is wrong with the workload, its file, and what the message names. */
const WORKLOADS: readonly (readonly [string, string, readonly (string | RegExp)[]])[] = [
  ['does not parse', 'const a = 1;\nexport default {{;\n', [/w\.ts:2:\d+/, '\n    export default {{;\n']],
  [
    'imports a package that is not there',
    '\nimport { x } from "no-such-package-anywhere";\nexport default x;',
    [/w\.ts:2:\d+/, '"no-such-package-anywhere"'],
  ],
  [
    'imports a file that is not there',
    'import { x } from "./missing.ts";\nexport default x;',
    [/w\.ts:1:\d+/, '"./missing.ts"'],
  ],
  ['exports the wrong thing', 'export default { jobs: 3 };', ['w.ts: ', 'default export', 'jobs']],
  ['exports nothing', 'export const jobs = 3;', ['w.ts: ', 'no default export']],
  [
    'throws while it is loaded',
    '\nthrow new TypeError("no licence");',
    ['w.ts threw', ': no licence\n', /\n {2}at .*w\.ts:2:\d+\)\n/],
  ],
  ['exits while it is loaded', 'process.exit(0);', ['w.ts ', 'exit code 0']],
  [
    'has no jobs',
    'import { defineWorkload } from "threadmill";\nexport default defineWorkload({ name: "x", jobs: 0, run() {} });',
    ['w.ts has no jobs'],
  ],
  ['has a function that throws', 'export default () => { throw null; };', ['w.ts threw', ': null\n']],
];

test('bad input: one message, exit code 1, nothing written, nothing left', async (t) => {
  const [cwd, temporary] = [await temporaryFolder(t), await temporaryFolder(t)];
  const cases: [string, readonly (string | RegExp)[]][] = [
    ['bench --paralel 3', ["'--paralel'"]],
    ['bench --workload gone.ts', ['gone.ts', '--workload']],
  ];
  for (const [index, [, text, facts]] of WORKLOADS.entries()) {
    await writeFile(join(cwd, `${index}w.ts`), text);
    cases.push([`bench --workload ${index}w.ts --json --out runs`, facts]);
  }
  const written = await readdir(cwd);
  const ended = await commandLines(
    cases.map(([line]) => line.split(' ')),
    cwd,
    { TMPDIR: temporary },
  );
  for (const [index, [line, facts]] of cases.entries()) {
    const { code, stdout } = ended[index]!;
    const what = WORKLOADS[index - 2]?.[0] ?? line;
    assert.deepEqual([code, stdout], [1, ''], what);
    assertNames(complaintOf(ended[index]!), ...facts);
  }
  assert.deepEqual(await readdir(cwd), written);
  assert.deepEqual(await readdir(temporary), []);
  for (const folder of [cwd, temporary]) assert.deepEqual(await processesLeft(folder), []);
});
