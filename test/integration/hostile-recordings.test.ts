import assert from 'node:assert/strict';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { Recording } from '../../src/core/documents/recording.ts';
import { RecordingSource } from '../../src/output/export/recording-source.ts';
import { RECORDING_EXPORTERS } from '../../src/output/export/registry.ts';
import { renderRecordingMarkdown } from '../../src/output/markdown/recording.ts';
import { renderCompareRecordingsPage } from '../../src/output/pages/compare-recordings/page.ts';
import { loadRecording } from '../../src/output/pages/recording/load.ts';
import { renderRecordingPage } from '../../src/output/pages/recording/page.ts';
import { renderRecordingSummary } from '../../src/output/terminal/recording.ts';
import { compareRecordingsView } from '../../src/output/view/compare-recordings.ts';
import { recordingView } from '../../src/output/view/recording.ts';
import { RecordingFolder } from '../../src/store/recording-folder.ts';
import { resolveRecording } from '../../src/store/resolve-run.ts';
import { CliRun } from '../support/cli.ts';
import { savedOf } from '../support/profiles.ts';
import { processOf, recordingOf, threadOf } from '../support/sample-recording.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HOSTILE = '</script><img src=x onerror=alert(1)>\u001b[31m|`';
const HANG_MS = 600_000;
const place = { name: HOSTILE, file: HOSTILE, line: 1 };

const PROFILE = savedOf(
  { name: '(root)', children: [{ name: HOSTILE, url: `file:///${HOSTILE}.js`, line: 0, column: 0 }] },
  [
    [0, 1],
    [10, 2],
  ],
  { end: 100 },
);

async function folderOf(t: TestContext, recording: Recording): Promise<RecordingFolder> {
  const outDir = await temporaryFolder(t);
  const folder = await RecordingFolder.create(outDir, recording.id);
  await folder.removeRaw();
  await folder.makeFolder('threads');
  await writeFile(folder.path('recording.json'), JSON.stringify(recording));
  await writeFile(folder.path('events.json'), JSON.stringify({ schemaVersion: 2, threads: [], spans: [] }));
  await writeFile(folder.path('threads/thread-0.cpuprofile'), JSON.stringify(PROFILE));
  return folder;
}

/** Everything that is drawn of a folder. */
async function drawn(folder: RecordingFolder): Promise<{ readonly html: string; readonly text: string }> {
  const view = recordingView(await loadRecording(folder, await folder.readRecord()));
  const html = [
    renderRecordingPage(view),
    renderCompareRecordingsPage(compareRecordingsView(view, view), 'threadmill'),
  ];
  for (const page of html) {
    assert.doesNotMatch(page, /<img/);
    assert.equal(page.split('</script>').length, 3, 'data, the script, and no more');
  }
  const summary = renderRecordingSummary(view, { colour: false, width: 80, report: null });
  assert.ok(!summary.includes('\u001b') && summary.split('\n').length <= 26);
  const markdown = renderRecordingMarkdown(view);
  const source = await RecordingSource.open(folder);
  const part = { variants: [{ name: 'x', threads: source.threads.slice(0, 1), trials: [] }] };
  // The plan of an export refuses a recording without profiles.
  for (const exporter of source.threads.length === 0 ? [] : RECORDING_EXPORTERS) {
    try {
      for await (const chunk of exporter.write(source, part)) assert.ok(chunk.length >= 0);
    } catch (thrown) {
      assert.equal((thrown as { code?: unknown }).code, 'run-unreadable');
    }
  }
  return { html: html[0]!, text: `${summary}${markdown}` };
}

const hostile = recordingOf([{ label: HOSTILE, script: HOSTILE }], {
  ...{ name: HOSTILE, command: HOSTILE, commandLine: HOSTILE, cwd: HOSTILE },
  processes: [processOf({ name: HOSTILE, commandLine: HOSTILE, cwd: HOSTILE })],
  stalls: [
    {
      ...{ thread: 0, startUs: 0, endUs: 90_000, over: false, cpuMs: null, cpuWaitMs: null, kind: 'unknown' },
      ...{ function: place, share: 1, stack: [place, place], requests: 0, moreRequests: false },
    },
  ],
  waits: [{ kind: 'dns', target: HOSTILE, site: HOSTILE, count: 0, failed: 0, totalMs: 1, maxMs: 1 }],
  others: [{ name: HOSTILE, count: 3, cpuMs: null }],
  exported: [place],
  gates: [{ expression: HOSTILE, outcome: 'failed', unit: 'ms', value: null }],
  verdicts: [
    {
      code: 'main-saturated',
      thread: 7,
      function: place,
      target: HOSTILE,
      evidence: { odd: 1 },
    },
    { code: 'waiting-on-host', thread: null, function: null, target: HOSTILE, evidence: {} },
  ],
  warnings: [{ code: HOSTILE, message: HOSTILE, advice: HOSTILE, variant: null }],
});

describe('a recording’s folder by somebody else', () => {
  test('names that are markup: pages are inert, and terminals get no escapes', {
    timeout: HANG_MS,
  }, async (t) => {
    await drawn(await folderOf(t, hostile));
  });

  for (const [what, given] of [
    ['times that end before they begin', { startUs: 5_000_000, endUs: -5_000_000 }],
    ['times of a hundred thousand years', { startUs: 0, endUs: 1e15 }],
    [
      'threads of processes that are not there',
      { threads: [threadOf(0, { process: 99 }), threadOf(9, { thread: 3 })] },
    ],
    ['10,000 threads', { threads: Array.from({ length: 10_000 }, (_, i) => threadOf(i, { profile: null })) }],
  ] as const) {
    test(`${what}: drawn`, { timeout: HANG_MS }, async (t) => {
      await drawn(await folderOf(t, { ...hostile, ...given } as Recording));
    });
  }

  test('a profile or events that are cut off: the rest is drawn, with a warning', async (t) => {
    const folder = await folderOf(t, hostile);
    const whole = await readFile(folder.path('threads/thread-0.cpuprofile'), 'utf8');
    await writeFile(folder.path('threads/thread-0.cpuprofile'), whole.slice(0, whole.length / 2));
    await writeFile(folder.path('events.json'), '{"schemaVersion":2');
    const { html } = await drawn(folder);
    assert.ok(html.includes('profile-unreadable') && html.includes('events-unreadable'));
  });

  for (const [what, change] of [
    ['a path out of its folder', { threads: [{ ...threadOf(0), profile: 'threads/../../../etc/passwd' }] }],
    ['numbers beyond all bounds', { endUs: 1e300 }],
    ['a kind of verdict that is none', { verdicts: [{ code: 'x' }] }],
    ['too many stalls', { stalls: Array.from({ length: 501 }, () => hostile.stalls[0]) }],
  ] as const) {
    test(`${what}: refused with one message`, { timeout: HANG_MS }, async (t) => {
      const folder = await folderOf(t, { ...hostile, ...change } as Recording);
      await assert.rejects(folder.readRecord(), { code: 'run-unreadable' });
      const run = await CliRun.start(t, ['report', '--no-open', '--out', folder.outDir, folder.dir]);
      assert.equal(await run.ended, 1);
      assert.match(run.stderr, /^threadmill: cannot read .*recording\.json/);
      assert.doesNotMatch(run.stderr, /root:|<img/);
    });
  }

  test('half a recording.json, and links: refused', { skip: process.platform === 'win32' }, async (t) => {
    const folder = await folderOf(t, hostile);
    await symlink('/etc/passwd', folder.path('threads/sources.json'));
    await assert.rejects(resolveRecording(folder.outDir, hostile.id), { code: 'run-unreadable' });
    const whole = await readFile(folder.path('recording.json'), 'utf8');
    await writeFile(join(folder.dir, 'recording.json'), whole.slice(0, whole.length / 2));
    await assert.rejects(folder.readRecord(), { code: 'run-unreadable' });
  });
});
