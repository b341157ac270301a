import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { MetaLine, SpanLine, WaitLine } from '../../../../src/core/documents/recorder-lines.ts';
import { RECORDING_LIMITS } from '../../../../src/core/documents/recording.ts';
import { readRaw, readStates } from '../../../../src/orchestrator/record/raw-files.ts';
import { RecordingFolder } from '../../../../src/store/recording-folder.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const PROCESS: MetaLine = {
  ...{ k: 'process', pid: 7, ppid: 6, argv: ['app.js'], execArgv: [], cwd: '/', node: 'v20.20.2' },
  ...{ startUs: 0, wallMs: 0, skipped: null },
};
const THREAD: MetaLine = { k: 'thread', thread: 0, name: '', url: '', startUs: 0 };

const lines = (of: readonly object[]): string => of.map((line) => `${JSON.stringify(line)}\n`).join('');

test('files of a recorder: waits are summed, the longest spans kept, and a line that is cut off is skipped', async (t) => {
  const folder = await RecordingFolder.create(await temporaryFolder(t), 'recording');
  const waits = Array.from({ length: 3_000 }, (_, i): WaitLine => {
    const site = i % 2 === 0 ? '/app.js:1:1' : null;
    return { k: 'wait', kind: 'dns', target: 'a', count: 2, long: 1, failed: 1, totalUs: 10, maxUs: i, site };
  });
  const spans = Array.from({ length: 3 * RECORDING_LIMITS.spans }, (_, i): SpanLine => {
    return { k: 'span', kind: 'http-in', target: 'GET /', startUs: 0, endUs: (i * 7) % 15_000 };
  });
  const file = (name: string): string => join(folder.rawDir, `7-a.${name}`);
  await writeFile(file('meta'), `${lines([PROCESS, THREAD])}{"k":"fra`);
  await writeFile(file('0.thread'), `${lines([...waits, ...spans])}{"k":"tick","atUs":1`);
  const [raw, ...others] = await readRaw(folder);
  assert.deepEqual(others, []);
  assert.deepEqual([raw!.threads.length, raw!.frames.length, raw!.endedInOrder], [1, 0, false]);
  const found = raw!.agents.get(0)!;
  assert.deepEqual(
    found.flatMap((line) =>
      line.k === 'wait' ? [[line.site, line.count, line.failed, line.totalUs, line.maxUs]] : [],
    ),
    [['/app.js:1:1', 6_000, 3_000, 30_000, 2_999]],
  );
  const kept = found.flatMap((line) => (line.k === 'span' ? [line.endUs] : [])).sort((a, b) => b - a);
  assert.ok(kept.length < 2 * RECORDING_LIMITS.spans, `${kept.length}`);
  assert.deepEqual(
    kept.slice(0, 5_000),
    Array.from({ length: 5_000 }, (_, i) => 14_999 - i),
  );
});

test('states of recorded processes: one that was skipped is over, one without its end is not', async (t) => {
  const folder = await RecordingFolder.create(await temporaryFolder(t), 'recording');
  const write = (key: string, of: readonly object[]): Promise<void> =>
    writeFile(join(folder.rawDir, `${key}.meta`), lines(of));
  await write('7-a', [{ ...PROCESS, skipped: 'cpu-prof' }]);
  await write('8-a', [{ ...PROCESS, pid: 8 }]);
  await write('9-a', [
    { ...PROCESS, pid: 9 },
    { k: 'end', atUs: 2 },
  ]);
  assert.deepEqual(await readStates(folder), [
    { pid: 7, isOver: true },
    { pid: 8, isOver: false },
    { pid: 9, isOver: true },
  ]);
});
