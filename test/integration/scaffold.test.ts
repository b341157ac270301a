import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { exportedAs } from '../../src/workload/scaffold.ts';
import { CliRun } from '../support/cli.ts';
import { recordProgram } from '../support/recordings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SUM = `export function sumUp(n) { let s = 0; for (let i = 0; i < n; i++) s += Math.sqrt(i); return s; }\n`;

test('a hot function of a recording: its workload fails until it is filled in, and then runs in every variant', async (t) => {
  const files = {
    'sum.mjs': SUM,
    'app.mjs': `import { sumUp } from './sum.mjs';\nconst end = Date.now() + 800;\nwhile (Date.now() < end) sumUp(2e6);\n`,
  };
  const { recording, run } = await recordProgram(t, ['--markdown', '--', 'node', 'app.mjs'], { files });
  const [hot] = recording.exported;
  assert.deepEqual([hot?.name, hot?.file, hot?.line], ['sumUp', 'sum.mjs', 1]);
  assert.match(run.stdout, /scaffold .* --function '?sum\.mjs#sumUp/);
  const { cwd } = run;
  const cli = async (...argv: string[]) => {
    const made = await CliRun.start(t, argv, { cwd });
    return { code: await made.ended, made };
  };
  const unknown = await cli('scaffold', '--function', 'sum.mjs#sumDown');
  assert.equal(unknown.code, 1);
  assert.match(unknown.made.stderr, /sum\.mjs#sumUp/);

  const { code, made } = await cli('scaffold', 'latest', '--function', 'sum.mjs#sumUp');
  assert.equal(code, 0, made.stderr);
  const file = join(cwd, 'sumUp.workload.mjs');
  const bench = ['bench', '--workload', 'sumUp.workload.mjs', '--variants', 'event-loop,worker-pool'];
  const options = ['--rounds', '1', '--jobs', '4', '--no-trace', '--json'];
  const empty = await cli(...bench, ...options);
  assert.equal(empty.code, 1);
  assert.match(empty.made.stderr, /Fill in `calls`/);

  await writeFile(file, (await readFile(file, 'utf8')).replace('calls = []', 'calls = [[1e5], [2e5]]'));
  const filled = await cli(...bench, ...options);
  assert.ok(filled.code === 0 || filled.code === 4, filled.made.stderr);
  const record = JSON.parse(filled.made.stdout) as { variants: { trials: { outcomes: { ok: number } }[] }[] };
  assert.deepEqual(
    record.variants.map(({ trials }) => trials[0]?.outcomes.ok),
    [4, 4],
  );
  const again = await cli('scaffold', '--function', 'sum.mjs#sumUp');
  assert.equal(again.code, 1);
  assert.match(again.made.stderr, /--force/);
});

describe('how a file exports a function', () => {
  for (const [file, text, kind] of [
    ['a.mjs', 'export function parse() {}', 'named'],
    ['b.ts', 'const parse = (a: number): number => a; export { parse };', 'named'],
    ['c.mjs', 'export default function parse() {}', 'default'],
    ['d.ts', 'async function parse(): Promise<void> {} export default parse;', 'default'],
    ['e.cjs', 'function parse() {} module.exports = { other: 1, parse };', 'member'],
    ['f.cjs', 'exports.parse = () => 1;', 'member'],
    ['g.cjs', 'module.exports = function parse() {};', 'default'],
    ['h.mjs', 'function parse() {} export const other = parse;', null],
    ['i.cjs', 'function parse() {} module.exports = { parseAll: 1 };', null],
    ['j.mjs', 'export function parse( {', null],
    ['k.txt', 'export function parse() {}', null],
  ] as const) {
    test(`${text}: ${kind ?? 'not'}`, async (t) => {
      const path = join(await temporaryFolder(t), file);
      await writeFile(path, text);
      assert.equal(await exportedAs(path, 'parse'), kind);
    });
  }
});
