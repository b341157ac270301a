import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { RecordingSource } from '../../src/output/export/recording-source.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun } from '../support/cli.ts';
import { msIn, PROGRAMS, recordProgram, threadsWith } from '../support/recordings.ts';

test('export of a recording: every format of profiles has all threads on one axis, or the one that is asked for', async (t) => {
  const recorded = await recordProgram(t, ['--', 'node', join(PROGRAMS, 'verdicts.mjs'), 'cpu-bound']);
  const { recording, folder, run } = recorded;
  const exported = async (...argv: string[]): Promise<CliRun> => {
    const made = await CliRun.start(t, ['export', recording.id, ...argv], { cwd: run.cwd });
    await made.ended;
    return made;
  };
  const [worker] = threadsWith(recorded, 'burn');

  const folded = await exported('--format', 'folded', '--output', '-');
  const burnedUs = folded.stdout
    .split('\n')
    .filter((line) => line.includes('burn'))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  assert.ok(Math.abs(burnedUs / 1_000 - msIn(recorded, 'burn')) < 5, `${burnedUs}`);

  const one = await exported('--format', 'speedscope', '--thread', String(worker!.thread), '--output', '-');
  const { profiles } = JSON.parse(one.stdout) as { profiles: { type: string; startValue: number }[] };
  const evented = profiles.filter(({ type }) => type === 'evented');
  assert.equal(evented.length, 1);
  const source = await RecordingSource.open(folder);
  const { startUs } = await source.profile('', worker!.thread);
  assert.ok(
    Math.abs(evented[0]!.startValue - (startUs - recording.startUs)) < 1,
    'on the axis of the recording',
  );

  const all = await exported('--format', 'cpuprofile');
  assert.equal(all.stdout.trim().split('\n').length, source.threads.length, all.stderr);
  for (const format of ['cpuprofile-merged', 'chrome-trace', 'pprof']) {
    assert.equal(await (await exported('--format', format, '--output', `${format}/`)).ended, 0, format);
    assert.equal((await readdir(join(run.cwd, format))).length, 1);
  }
  const trace = join(run.cwd, 'chrome-trace', `${recording.id}.trace.json`);
  const { metadata } = JSON.parse(await readFile(trace, 'utf8')) as { metadata: Record<string, string> };
  assert.deepEqual([metadata.recording, metadata.run, metadata.note], [recording.id, undefined, undefined]);
  for (const [argv, said] of [
    [['--format', 'otlp'], 'otlp'],
    [['--format', 'folded', '--thread', '99'], 'thread 99'],
    [['--format', 'folded', '--variant', 'sequential'], '--variant'],
  ] as const) {
    const refused = await exported(...argv);
    assert.equal(await refused.ended, 1);
    assertNames(refused.complaint(), said);
  }
});
