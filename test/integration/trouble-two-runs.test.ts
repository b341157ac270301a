import assert from 'node:assert/strict';
import { readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RunRecord } from '../../src/core/documents/run-record.ts';
import { RunFolder } from '../../src/store/run-folder.ts';
import { CliRun, checkedRecord, WAITS_FOR_GO } from '../support/cli.ts';

function otherRuns({ warnings }: RunRecord): string[] {
  return warnings.flatMap(({ code, message }) => (code === 'another-run' ? [message] : []));
}

test('two runs at once in the same folder: both complete, each is whole, and both are listed', async (t) => {
  const line = 'bench --workload w.ts --rounds 2 --warmup 0 --no-trace --variants sequential,event-loop';
  const first = await CliRun.start(t, line, WAITS_FOR_GO);
  await first.said('round 1 of 2');
  const [firstId = ''] = await first.runs();
  const second = await CliRun.start(t, line, { cwd: first.cwd });
  await second.said('round 1 of 2');
  await first.go();
  assert.deepEqual(await Promise.all([first.ended, second.ended]), [0, 0], first.stderr + second.stderr);

  const ids = await first.runs();
  assert.equal(ids.length, 2);
  const secondId = ids.find((id) => id !== firstId) ?? '';
  const records = [];
  for (const id of [firstId, secondId]) {
    const folder = RunFolder.open(join(first.outDir, id));
    records.push(checkedRecord(JSON.parse(await readFile(folder.path('run.json'), 'utf8'))));
    await stat(folder.path('report.html'));
  }
  assert.deepEqual(
    records.map(({ status, exitCode }) => [status, exitCode]),
    [
      ['completed', 0],
      ['completed', 0],
    ],
  );
  assert.deepEqual(records.map(otherRuns), [
    [`another run was at work in the same folder: ${secondId}`],
    [`another run was at work in the same folder: ${firstId}`],
  ]);
  assert.equal(await readlink(join(first.outDir, 'latest')), ids.at(-1));

  const report = await CliRun.start(t, 'report --no-open', { cwd: first.cwd });
  assert.equal(await report.ended, 0, report.stderr);
  const index = await readFile(join(first.outDir, 'index.html'), 'utf8');
  for (const id of ids) assert.ok(index.includes(`${id}/report.html`), `${id} is listed`);
  for (const run of [first, second, report]) await run.leavesNothing();
});

test('a run that begins and ends within another: both warn', async (t) => {
  const line = 'bench --rounds 1 --warmup 0 --no-trace --variants event-loop --workload';
  const quick = `
    import { defineWorkload } from 'threadmill';
    export default defineWorkload({ name: 'quick', jobs: 1, run: () => 1 });`;
  const long = await CliRun.start(t, `${line} w.ts`, {
    files: { ...WAITS_FOR_GO.files, 'quick.ts': quick },
  });
  await long.said('round 1 of 1');
  const [longId = ''] = await long.runs();
  const short = await CliRun.start(t, `${line} quick.ts`, { cwd: long.cwd });
  assert.equal(await short.ended, 0, short.stderr);
  await long.go();
  assert.equal(await long.ended, 0, long.stderr);
  const shortId = (await long.runs()).find((id) => id !== longId) ?? '';
  for (const [id, other] of [
    [longId, shortId],
    [shortId, longId],
  ] as const) {
    const text = await readFile(join(long.outDir, id, 'run.json'), 'utf8');
    assert.deepEqual(otherRuns(checkedRecord(JSON.parse(text))), [
      `another run was at work in the same folder: ${other}`,
    ]);
  }
});
