import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { EXPORTERS } from '../../src/output/export/registry.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun } from '../support/cli.ts';
import { type TestProfile, writeRun } from '../support/export-run.ts';

const PROFILE: TestProfile = { thread: 0, calls: [{ name: 'f' }], samples: [[1_000, 2]], endUs: 1_010 };
const RUN = {
  profiles: { 'event-loop': [PROFILE], 'worker-pool': [PROFILE, { ...PROFILE, thread: 1 }] },
  rounds: { sequential: [[{ start: 0, end: 5e6 }]] },
} as const;
const ID = '20261122T091700Z-x7k2';

interface Ended {
  readonly code: number | null;
  readonly run: CliRun;
}

async function exportIn(t: TestContext, out: string, argv: string, cwd?: string): Promise<Ended> {
  const options = ['export', '--out', out, ...argv.split(' ')];
  const run = await CliRun.start(t, options, cwd === undefined ? {} : { cwd });
  return { code: await run.ended, run };
}

describe('threadmill export', { concurrency: 2 }, () => {
  test('writes the newest run here, and says where', async (t) => {
    const { outDir } = await writeRun(t, RUN);
    const { code, run } = await exportIn(t, outDir, '--format cpuprofile');
    assert.equal(code, 0, run.stderr);
    const names = ['event-loop.thread-0', 'worker-pool.thread-0', 'worker-pool.thread-1'];
    const files = names.map((name) => `${ID}.${name}.cpuprofile`);
    assert.equal(run.stdout, files.map((file) => `${ID}-cpuprofile/${file}\n`).join(''));
    assert.deepEqual((await readdir(join(run.cwd, `${ID}-cpuprofile`))).sort(), files);
    assert.equal(run.stderr, '');
    await run.leavesNothing();
  });

  test('writes over a file only with --force', async (t) => {
    const { outDir } = await writeRun(t, RUN);
    const first = await exportIn(t, outDir, 'latest --format speedscope --output a.json');
    assert.equal(first.code, 0, first.run.stderr);
    const { cwd } = first.run;
    const second = await exportIn(t, outDir, 'latest --format speedscope --output a.json', cwd);
    assert.equal(second.code, 1);
    assertNames(second.run.complaint(), 'a.json', '--force');
    const third = await exportIn(t, outDir, 'latest --format speedscope --output a.json --force', cwd);
    assert.equal(third.code, 0, third.run.stderr);
  });

  test('--output - is the file and nothing else', async (t) => {
    const { outDir } = await writeRun(t, RUN);
    const { code, run } = await exportIn(t, outDir, `${ID} --format folded --variant event-loop --output -`);
    assert.equal(code, 0, run.stderr);
    assert.equal(run.stdout, 'thread 0 (main thread);f 10\n');
    assert.deepEqual(await readdir(run.cwd), []);
  });

  test('--format list says what there is and what opens it, within 80 columns', async (t) => {
    const { code, run } = await exportIn(t, 'nowhere', '--format list');
    assert.equal(code, 0);
    for (const { name, opens } of EXPORTERS) {
      assert.match(run.stdout, new RegExp(`^${name} +\\S`, 'm'));
      assert.ok(run.stdout.includes(opens));
    }
    for (const line of run.stdout.split('\n')) assert.ok(line.length <= 80, line);
  });

  const refused: readonly (readonly [what: string, argv: string, facts: readonly string[]])[] = [
    ['no format', 'latest', ['--format ', 'cpuprofile, ', '--format list']],
    ['an unknown format', '--format specscope', ['--format', '"specscope"', '"speedscope"']],
    ['a variant that is none', '--format pprof --variant worker', ['--variant', '"worker"', 'worker-pool']],
    [
      'a variant that this run lacks',
      '--format pprof --variant worker-pool-batched',
      [ID, 'worker-pool-batched', 'event-loop, worker-pool.'],
    ],
    [
      'a variant without profiles',
      '--format pprof --variant sequential',
      ['sequential', ID, 'pprof', 'threadmill profile --captures threads'],
    ],
    ['a thread that is not there', '--format pprof --thread 9', ['thread 9', ID]],
    ['several files to stdout', '--format cpuprofile --output -', ['3 files']],
    ['an unknown run', 'nope --format pprof', ['"nope"']],
    ['a round that is no number', '--format otlp --round first', ['--round: "first"']],
  ];
  for (const [what, argv, facts] of refused) {
    test(`${what}: one error that says what to do`, async (t) => {
      const { outDir } = await writeRun(t, RUN);
      const { code, run } = await exportIn(t, outDir, argv);
      assert.equal(code, 1);
      assertNames(run.complaint(), ...facts);
      assert.equal(run.stdout, '');
      assert.deepEqual(await readdir(run.cwd), []);
    });
  }
});
