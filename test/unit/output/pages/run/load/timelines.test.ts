import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Warning } from '../../../../../../src/core/documents/run-record.ts';
import { loadTimelines } from '../../../../../../src/output/pages/run/load/timelines.ts';
import type { RunFolder } from '../../../../../../src/store/run-folder.ts';
import { assertNames } from '../../../../../support/assert-names.ts';
import { anchorNs, type TestJob, type TestProfile, writeRun } from '../../../../../support/export-run.ts';
import { sampleRecord } from '../../../../../support/sample-record.ts';

const load = async (folder: RunFolder) => {
  const problems: Warning[] = [];
  const timelines = await loadTimelines(folder, await folder.readRecord(), problems);
  return { timelines, problems };
};

const JOBS: readonly TestJob[] = [
  { start: 10_000, end: 50_000 },
  { start: 50_000, end: 90_000 },
];
const AT_US = anchorNs(sampleRecord()) / 1_000;

/** `work` from 20 to 40 µs of the trial. */
const profile = (thread: number): TestProfile => ({
  thread,
  calls: [{ name: '(idle)' }, { name: 'work', url: 'file:///app/work.ts', line: 3 }],
  samples: [
    [AT_US, 2],
    [AT_US + 20, 3],
    [AT_US + 40, 2],
  ],
  startUs: AT_US,
  endUs: AT_US + 90,
});

test('a variant has the repetition that was profiled, else the traced trial, else none', async (t) => {
  const folder = await writeRun(t, {
    rounds: { sequential: [JOBS], 'event-loop': [JOBS], 'worker-pool': [JOBS] },
    traced: { sequential: JOBS, 'worker-pool': JOBS },
    profiled: { 'worker-pool': { jobs: JOBS.map((job) => ({ ...job, thread: 1 })), profiles: [profile(1)] } },
    names: ['only'],
  });
  const { timelines, problems } = await load(folder);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    timelines.map(({ variant, kind, notes }) => [variant, kind, notes]),
    [
      ['sequential', 'traced', []],
      ['worker-pool', 'profiled', []],
    ],
  );
  const { jobs, frames, threads, wallUs } = timelines[1]!;
  assert.deepEqual([wallUs, [...jobs.startUs], [...jobs.endUs]], [90, [10, 50], [50, 90]]);
  assert.deepEqual(
    threads.map(({ label, cpu }) => [label, cpu && [...cpu.startUs]]),
    [
      ['main thread', null],
      ['worker 1', [0, 20, 40]],
    ],
  );
  const work = frames[threads[1]!.cpu!.frame[threads[1]!.cpu!.node[1]!]!]!;
  assert.deepEqual([work.name, work.file, work.line, work.category], ['work', 'work.ts', 3, 'user']);
});

test('profiles without a repetition of their own: the traced trial, and a note that says so', async (t) => {
  const folder = await writeRun(t, { profiles: { sequential: [profile(0)] }, traced: { sequential: JOBS } });
  const { timelines } = await load(folder);
  assert.equal(timelines[0]!.kind, 'traced');
  assert.equal(timelines[0]!.notes.length, 1);
});

test('a broken profile is a problem that names it; the jobs are there nonetheless', async (t) => {
  const profiled = { 'event-loop': { jobs: JOBS, profiles: [profile(0)] } };
  const folder = await writeRun(t, { rounds: { 'event-loop': [JOBS] }, profiled });
  await writeFile(folder.path('event-loop/threads/timeline/thread-0.cpuprofile'), '{"nodes":[');
  const { timelines, problems } = await load(folder);
  assert.deepEqual([timelines[0]!.jobs.rows, timelines[0]!.threads[0]!.cpu], [2, null]);
  assertNames(problems[0]!.message, 'event-loop/threads/timeline/thread-0.cpuprofile');
});
