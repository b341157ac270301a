import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { chromeTrace } from '../../../../src/output/export/formats/chrome-trace.ts';
import { cpuprofile } from '../../../../src/output/export/formats/cpuprofile.ts';
import { csvJobs } from '../../../../src/output/export/formats/csv.ts';
import { foldedDiff } from '../../../../src/output/export/formats/folded-diff.ts';
import { otlp } from '../../../../src/output/export/formats/otlp.ts';
import { pprof } from '../../../../src/output/export/formats/pprof.ts';
import { pprofJobs } from '../../../../src/output/export/formats/pprof-jobs.ts';
import { planExport } from '../../../../src/output/export/plan.ts';
import { EXPORTERS } from '../../../../src/output/export/registry.ts';
import { ALL, sourceOf, type TestJob, type TestProfile } from '../../../support/export-run.ts';

const PROFILE: TestProfile = { thread: 0, calls: [{ name: 'f' }], samples: [[1_000, 2]], endUs: 1_010 };
const job = (ms: number): TestJob[] => [{ start: 0, end: ms * 1e6 }];
const RUN = {
  profiles: { 'event-loop': [PROFILE, { ...PROFILE, thread: 2 }], 'worker-pool': [PROFILE] },
  rounds: { sequential: [job(30), job(10), job(20)], 'event-loop': [job(3)] },
} as const;
const ID = '20261122T091700Z-x7k2';

test('a file says what it is of; variants without what is needed are left out', async (t) => {
  const source = await sourceOf(t, RUN);
  const names = async (...[exporter, selection]: Parameters<typeof named>) => named(exporter, selection);
  const named = async (exporter: (typeof EXPORTERS)[number], selection = {}) =>
    (await planExport(source, exporter, { ...ALL, ...selection })).map(({ fileName }) => fileName);
  assert.deepEqual(await names(pprof), [`${ID}.pb.gz`]);
  assert.deepEqual(await names(pprof, { variants: ['worker-pool'] }), [`${ID}.worker-pool.pb.gz`]);
  assert.deepEqual(await names(cpuprofile), [
    `${ID}.event-loop.thread-0.cpuprofile`,
    `${ID}.event-loop.thread-2.cpuprofile`,
    `${ID}.worker-pool.thread-0.cpuprofile`,
  ]);
  assert.deepEqual(await names(cpuprofile, { thread: 2 }), [`${ID}.event-loop.thread-2.cpuprofile`]);
  assert.deepEqual(await names(foldedDiff), [`${ID}.event-loop-vs-worker-pool.folded-diff.txt`]);
});

test('jobs are of the round in the middle, of the one asked for, or of all', async (t) => {
  const source = await sourceOf(t, RUN);
  const trials = async (round: number | 'traced' | 'all' | null) => {
    const [file] = await planExport(source, otlp, { ...ALL, round });
    return Object.fromEntries(file!.part.variants.map(({ name, trials: chosen }) => [name, chosen]));
  };
  assert.deepEqual(await trials(null), { sequential: [3], 'event-loop': [1] });
  assert.deepEqual(await trials(2), { sequential: [2] });
  assert.deepEqual(await trials('all'), { sequential: [1, 2, 3], 'event-loop': [1] });
});

test('a traced trial comes first', async (t) => {
  const source = await sourceOf(t, { ...RUN, traced: { sequential: job(40) } });
  const [file] = await planExport(source, otlp, ALL);
  assert.deepEqual(file!.part.variants[0]!.trials, ['traced']);
});

test('jobs whose rows are gone are an error, and no empty file; profiles are written without them', async (t) => {
  const source = await sourceOf(t, RUN);
  await rm(source.folder.path('jobs'), { recursive: true });
  for (const round of [null, 'all', 2] as const) {
    await assert.rejects(planExport(source, otlp, { ...ALL, round }), {
      code: 'run-unreadable',
      message: /jobs.sequential\.bin: it lacks the rows of round \d$/,
    });
  }
  const [file] = await planExport(source, chromeTrace, ALL);
  assert.deepEqual(
    file!.part.variants.map(({ name, threads, trials }) => [name, threads, trials]),
    [
      ['event-loop', [0, 2], []],
      ['worker-pool', [0], []],
    ],
  );
});

test('what is not there is one error that says what to do', async (t) => {
  const source = await sourceOf(t, RUN);
  const rejects = (exporter: (typeof EXPORTERS)[number], selection: object, error: object) =>
    assert.rejects(planExport(source, exporter, { ...ALL, ...selection }), error);
  await rejects(
    pprof,
    { variants: ['worker-pool-batched'] },
    { code: 'usage', message: `run ${ID} has no variant worker-pool-batched` },
  );
  await rejects(
    pprof,
    { variants: ['sequential'] },
    { code: 'nothing-to-export', message: `sequential of run ${ID} has no profile to write as pprof` },
  );
  await rejects(cpuprofile, { thread: 7 }, { message: /has no profile of thread 7 to write as cpuprofile/ });
  await rejects(otlp, { round: 9 }, { message: /has no trial of round 9 to write as otlp/ });
  await rejects(otlp, { round: 'traced' }, { message: /has no traced trial to write/ });
  await rejects(otlp, { round: 'profiled' }, { message: /has no profiled trial to write/ });
  await rejects(
    pprofJobs,
    { variants: ['worker-pool'] },
    {
      code: 'nothing-to-export',
      message: `worker-pool of run ${ID} has no profiled trial to write as pprof-jobs`,
      advice: /threadmill profile --captures threads/,
    },
  );
  await rejects(csvJobs, { thread: 1 }, { code: 'usage', message: '--thread does not apply to csv-jobs' });
  await rejects(pprof, { round: 3 }, { code: 'usage', message: '--round does not apply to pprof' });
  await rejects(pprofJobs, { round: 3 }, { code: 'usage', message: '--round does not apply to pprof-jobs' });
  await rejects(foldedDiff, { variants: ['worker-pool'] }, { code: 'usage', message: /takes two variants/ });
});

test('a run without jobs has no trial to write', async (t) => {
  const source = await sourceOf(t, { profiles: RUN.profiles });
  await assert.rejects(planExport(source, otlp, ALL), {
    code: 'nothing-to-export',
    message: `run ${ID} has no trial to write as otlp`,
  });
});

test('a run that was only timed has jobs to export, and is told how to get profiles', async (t) => {
  const source = await sourceOf(t, { rounds: RUN.rounds });
  for (const exporter of EXPORTERS) {
    const planned = planExport(source, exporter, ALL);
    if (['profiles', 'profiled', 'allocations'].includes(exporter.needs)) {
      await assert.rejects(
        planned,
        { code: 'nothing-to-export', advice: /threadmill profile/ },
        exporter.name,
      );
    } else {
      assert.equal((await planned).length, 1, exporter.name);
    }
  }
});
