import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { assertNames } from '../support/assert-names.ts';
import { CliRun } from '../support/cli.ts';
import { mountedDisk } from '../support/small-disk.ts';

const FILES = {
  'w.ts': `
    import { defineWorkload } from 'threadmill';
    export default defineWorkload({ name: 'one', jobs: 2, run: () => 1 });`,
};
const PLAN = '--workload w.ts --variants sequential,event-loop --rounds 1 --warmup 0 --no-trace';
const FULL = '/dev/full';
const NO_FULL = existsSync(FULL) ? false : `there is no ${FULL} here`;

/** The exit code and the one message of a command whose stdout takes nothing. */
async function intoFull(t: TestContext, argv: string, cwd?: string): Promise<[number | null, string]> {
  const place = cwd === undefined ? { files: FILES } : { cwd };
  const run = await CliRun.start(t, argv, { ...place, stdoutFile: FULL });
  const code = await run.ended;
  return [code, run.complaint()];
}

const TOLD = [1, 'cannot write to stdout: ENOSPC: no space left on device, write\n'];

describe('stdout on a full device: exit code 1 and one line', { concurrency: 2, skip: NO_FULL }, () => {
  for (const output of ['', '--json']) {
    test(`bench ${output}`, async (t) => {
      assert.deepEqual(await intoFull(t, `bench ${PLAN} ${output}`.trim()), TOLD);
    });
  }

  test('sweep', async (t) => {
    const argv = 'sweep --workload w.ts --variants sequential,event-loop --rounds 1 --concurrency 1,2';
    assert.deepEqual(await intoFull(t, argv), TOLD);
  });

  for (const argv of ['--help', '--version', 'export --format list', 'serve --port 0']) {
    test(argv, async (t) => assert.deepEqual(await intoFull(t, argv), TOLD));
  }

  test('what reads saved runs', async (t) => {
    const first = await CliRun.start(t, `bench ${PLAN} --quiet`, { files: FILES });
    assert.equal(await first.ended, 0, first.stderr);
    const { cwd } = first;
    const second = await CliRun.start(t, `bench ${PLAN} --quiet`, { cwd });
    assert.equal(await second.ended, 0, second.stderr);
    const [one, other] = await second.runs();
    for (const output of ['', '--json', '--csv jobs']) {
      const argv = `compare ${one} ${other} ${output}`.trim();
      assert.deepEqual(await intoFull(t, argv, cwd), TOLD, argv);
    }
    for (const argv of [
      'report',
      `report --compare ${one} ${other}`,
      'export --format csv-trials',
      'export --format csv-jobs --output -',
    ]) {
      assert.deepEqual(await intoFull(t, argv, cwd), TOLD, argv);
    }
  });
});

test('a disk that fills up while the result is written to it: exit code 1, and the run is saved', async (t) => {
  const disk = await mountedDisk(t, 'size=8k');
  if (disk === null) return t.skip('this process may not mount a file system');
  const stdoutFile = join(disk, 'run.json');
  const run = await CliRun.start(t, `bench ${PLAN} --json`, { files: FILES, stdoutFile });
  assert.equal(await run.ended, 1);
  assertNames(run.complaint(), 'stdout', 'ENOSPC');
  assert.equal((await readFile(stdoutFile)).length, 8_192);
  assert.equal((await run.record()).status, 'completed');
});

test('a reader of stdout that has seen enough: every command ends quietly', async (t) => {
  const bench = await CliRun.start(t, `bench ${PLAN} --quiet`, { files: FILES });
  assert.equal(await bench.ended, 0, bench.stderr);
  for (const argv of ['export --format csv-jobs --output -', 'export --format list', 'report', '--help']) {
    const run = await CliRun.start(t, argv, { cwd: bench.cwd });
    run.child.stdout?.destroy();
    assert.deepEqual([await run.ended, run.stderr], [0, ''], argv);
  }
});

test('a command that fails with a full stdout says why it failed, and nothing else', {
  skip: NO_FULL,
}, async (t) => {
  const [code, complaint] = await intoFull(t, 'export --format folded --output -');
  assert.equal(code, 1);
  assertNames(complaint, /no run in .*profiles/);
});
