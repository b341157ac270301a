import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import type { CpuProfile } from '../../../../src/core/documents/v8-profiles.ts';
import { cpuprofile } from '../../../../src/output/export/formats/cpuprofile.ts';
import { cpuprofileMerged } from '../../../../src/output/export/formats/cpuprofile-merged.ts';
import { folded } from '../../../../src/output/export/formats/folded.ts';
import { foldedDiff } from '../../../../src/output/export/formats/folded-diff.ts';
import { pprof } from '../../../../src/output/export/formats/pprof.ts';
import { pprofJobs } from '../../../../src/output/export/formats/pprof-jobs.ts';
import { speedscope } from '../../../../src/output/export/formats/speedscope.ts';
import {
  anchorNs,
  exported,
  exportedText,
  ROOT_DIR,
  sourceOf,
  type TestProfile,
} from '../../../support/export-run.ts';
import { sampleRecord } from '../../../support/sample-record.ts';

const FILE = `file://${ROOT_DIR}/src/jobs.ts`;

/*
 * 1 (root) ── 2 main ── 3 load
 *         └─ 4 (idle)
 *
 * Samples at 1000, 1010, 1040 and 1070 µs, the third and fourth out of order; the profile ends at 1100:
 * load 1000–1010, main 1010–1040, idle 1040–1070, load 1070–1100. So load has 40, main 30, idle 30.
 */
const MAIN: TestProfile = {
  thread: 0,
  calls: [
    {
      name: 'main',
      url: FILE,
      line: 3,
      calls: [
        {
          name: 'load',
          url: FILE,
          line: 7,
          ticks: [
            [8, 1],
            [9, 3],
          ],
        },
      ],
    },
    { name: '(idle)' },
  ],
  samples: [
    [1_000, 3],
    [1_010, 2],
    [1_070, 3],
    [1_040, 4],
  ],
  endUs: 1_100,
};
/** 25 µs of (program) from 1020 on: the first sample is credited with the 20 before it. */
const WORKER: TestProfile = {
  thread: 1,
  calls: [{ name: '(program)' }],
  samples: [[1_020, 2]],
  endUs: 1_045,
};

const RUN = { profiles: { 'worker-pool': [MAIN, WORKER] }, repeats: 10 } as const;

describe('cpuprofile', () => {
  test('a file for each thread, samples in order, the first at the start and a last of the root at the end', async (t) => {
    const files = await exported(await sourceOf(t, RUN), cpuprofile);
    assert.deepEqual(
      [...files.keys()],
      [
        '20261122T091700Z-x7k2.worker-pool.thread-0.cpuprofile',
        '20261122T091700Z-x7k2.worker-pool.thread-1.cpuprofile',
      ],
    );
    const [main, worker] = [...files.values()].map((file) => JSON.parse(String(file)) as CpuProfile);
    assert.deepEqual([main!.startTime, main!.endTime], [1_000, 1_100]);
    assert.deepEqual(main!.samples, [3, 2, 4, 3, 1]);
    assert.deepEqual(main!.timeDeltas, [0, 10, 30, 30, 30]);
    assert.deepEqual(worker!.samples, [2, 1]);
    assert.deepEqual(worker!.timeDeltas, [0, 45]);
  });

  test('hit counts and line ticks are µs of self time', async (t) => {
    const [file] = (await exported(await sourceOf(t, RUN), cpuprofile, { thread: 0 })).values();
    const { nodes } = JSON.parse(String(file)) as CpuProfile;
    assert.deepEqual(
      nodes.map(({ id, callFrame, hitCount, children }) => [id, callFrame.functionName, hitCount, children]),
      [
        [1, '(root)', 0, [2, 4]],
        [2, 'main', 30, [3]],
        [3, 'load', 40, []],
        [4, '(idle)', 30, []],
      ],
    );
    assert.deepEqual(nodes[2]!.positionTicks, [
      { line: 8, ticks: 10 },
      { line: 9, ticks: 30 },
    ]);
    assert.equal(nodes[1]!.callFrame.url, FILE);
    assert.equal(nodes[1]!.callFrame.lineNumber, 2, '0-based, as in V8');
  });
});

test('cpuprofile-merged: threads below the root, one after another, without idle time', async (t) => {
  const text = await exportedText(await sourceOf(t, RUN), cpuprofileMerged);
  const { nodes, samples, timeDeltas, startTime, endTime } = JSON.parse(text) as CpuProfile;
  assert.deepEqual(
    nodes.map(({ callFrame, hitCount, children }) => [callFrame.functionName, hitCount, children]),
    [
      ['(root)', 0, [2, 5]],
      ['thread 0 (main thread)', 0, [3]],
      ['main', 30, [4]],
      ['load', 40, []],
      ['thread 1 (worker 1)', 0, [6]],
      ['(program)', 45, []],
    ],
  );
  assert.deepEqual([startTime, endTime], [0, 115]);
  assert.deepEqual(samples, [3, 4, 6, 1]);
  assert.deepEqual(timeDeltas, [0, 30, 40, 45]);
});

test('speedscope: a thread opens and closes its calls; all threads are stacks with their busy time', async (t) => {
  const { profiles, shared, activeProfileIndex } = JSON.parse(
    await exportedText(await sourceOf(t, RUN), speedscope),
  );
  const nameOf = (frame: number) => shared.frames[frame].name as string;
  assert.equal(activeProfileIndex, 0);
  const [all, main, worker] = profiles;
  assert.deepEqual(
    all.samples.map((stack: number[]) => stack.map(nameOf)),
    [
      ['thread 0 (main thread)', 'main'],
      ['thread 0 (main thread)', 'main', 'load'],
      ['thread 1 (worker 1)', '(program)'],
    ],
  );
  assert.deepEqual(all.weights, [30, 40, 45]);
  assert.equal(all.endValue, 115);
  assert.deepEqual(
    main.events.map(({ type, frame, at }: { type: string; frame: number; at: number }) =>
      [type, nameOf(frame), at].join(' '),
    ),
    ['O main 0', 'O load 0', 'C load 10', 'C main 40', 'O main 70', 'O load 70', 'C load 100', 'C main 100'],
  );
  assert.deepEqual([main.startValue, main.endValue, main.unit], [0, 100, 'microseconds']);
  assert.deepEqual(worker.name, 'worker-pool, thread 1 (worker 1)');
  assert.deepEqual(
    shared.frames.find(({ name }: { name: string }) => name === 'load'),
    {
      ...{ name: 'load', file: 'src/jobs.ts', line: 7, col: 7 },
    },
  );
});

test('pprof: samples, CPU without idle, and wall, with variant and thread; the innermost call first', async (t) => {
  const [file] = (await exported(await sourceOf(t, RUN), pprof)).values();
  const {
    sampleType,
    sample,
    location,
    function: functions,
    stringTable,
    ...head
  } = Profile.decode(gunzipSync(file!));
  const text = (index: number | bigint) => stringTable.strings[Number(index)]!;
  assert.deepEqual(
    sampleType.map(({ type, unit }) => `${text(type)}/${text(unit)}`),
    ['samples/count', 'cpu/nanoseconds', 'wall/nanoseconds'],
  );
  assert.equal(text(head.defaultSampleType), 'cpu');
  const nameOf = (id: number | bigint) => {
    const line = location.find((each) => each.id === id)!.line[0]!;
    const found = functions.find((each) => each.id === line.functionId)!;
    return `${text(found.name)} ${text(found.filename)}:${line.line}`;
  };
  assert.deepEqual(
    sample.map(({ locationId, value, label }) => [
      locationId.map(nameOf).join(' < '),
      value.map(Number),
      label.map(({ key, str, num }) => `${text(key)}=${str === 0 ? num : text(str)}`).join(),
    ]),
    [
      ['main src/jobs.ts:3', [1, 30_000, 30_000], 'variant=worker-pool,thread=main thread,thread_number=0'],
      // One of four ticks in line 8, three in line 9.
      [
        'load src/jobs.ts:8 < main src/jobs.ts:3',
        [1, 10_000, 10_000],
        'variant=worker-pool,thread=main thread,thread_number=0',
      ],
      [
        'load src/jobs.ts:9 < main src/jobs.ts:3',
        [1, 30_000, 30_000],
        'variant=worker-pool,thread=main thread,thread_number=0',
      ],
      ['(idle) :0', [1, 0, 30_000], 'variant=worker-pool,thread=main thread,thread_number=0'],
      ['(program) :0', [1, 45_000, 45_000], 'variant=worker-pool,thread=worker 1,thread_number=1'],
    ],
  );
  // The anchor of the sample record is 3,600 s on the one clock and 09:17 on the other; samples began at 1 ms.
  assert.equal(BigInt(head.timeNanos), BigInt(Date.UTC(2026, 10, 22, 8, 17)) * 1_000_000n + 1_000_000n);
  assert.equal(Number(head.durationNanos), 100_000);
});

test('pprof-jobs: samples of a CPU part are labelled with its job, in the thread that ran it', async (t) => {
  const startUs = anchorNs(sampleRecord()) / 1_000;
  const thread = (number: number): TestProfile => ({
    ...{ thread: number, calls: [{ name: `on ${number}` }], startUs, endUs: startUs + 40 },
    samples: [0, 10, 20, 30].map((us) => [startUs + us, 2]),
  });
  const trace = { processAt: 5_000, processEndAt: 25_000, computedBy: 1 };
  const profiled = {
    offload: { jobs: [{ start: 1_000, end: 39_000, trace }], profiles: [thread(0), thread(1)] },
  };
  const source = await sourceOf(t, { profiles: { offload: [MAIN] }, profiled, names: ['a'] });
  const [file] = (await exported(source, pprofJobs)).values();
  const { sample, stringTable } = Profile.decode(gunzipSync(file!));
  const text = (index: number | bigint) => stringTable.strings[Number(index)]!;
  assert.deepEqual(
    sample.map(({ value, label }) => [
      Number(value[0]),
      ...label.flatMap(({ key, str, num }) => {
        return ['thread_number', 'job'].includes(text(key)) ? [str === 0 ? num : text(str)] : [];
      }),
    ]),
    [
      [4, 0],
      [2, 1],
      [2, 1, 'a'],
    ],
  );
});

describe('folded', () => {
  test('a stack and its µs on each line, without idle time', async (t) => {
    assert.equal(
      await exportedText(await sourceOf(t, RUN), folded),
      'thread 0 (main thread);main (src/jobs.ts:3) 30\n' +
        'thread 0 (main thread);main (src/jobs.ts:3);load (src/jobs.ts:7) 40\n' +
        'thread 1 (worker 1);(program) 45\n',
    );
  });

  test('names can neither end a line, nor a frame, nor pass for a value', async (t) => {
    const hostile = 'a;b\nc 9\u2028 12';
    const profile = { ...WORKER, calls: [{ name: hostile }] };
    const text = await exportedText(await sourceOf(t, { profiles: { sequential: [profile] } }), folded);
    assert.equal(text, 'thread 1 (worker 1);a:b c 9_12 45\n');
  });
});

describe('folded-diff', () => {
  const before: TestProfile = { ...WORKER, thread: 0, calls: [{ name: 'gone' }] };
  const run = {
    profiles: { sequential: [before], 'worker-pool': [MAIN, WORKER] },
    rounds: { sequential: [[{ start: 0, end: 1 }]], 'worker-pool': [[{ start: 0, end: 1 }]] },
    repeats: 10,
  } as const;

  test('ns per job of two variants side by side, whatever threads they had', async (t) => {
    // 10 repeats of a plan of one job: 45 µs are 4,500 ns a job.
    assert.equal(
      await exportedText(await sourceOf(t, run), foldedDiff, { variants: ['sequential', 'worker-pool'] }),
      '(program) 0 4500\n' +
        'gone 4500 0\n' +
        'main (src/jobs.ts:3) 0 3000\n' +
        'main (src/jobs.ts:3);load (src/jobs.ts:7) 0 4000\n',
    );
  });

  test('the one named first comes first', async (t) => {
    const text = await exportedText(await sourceOf(t, run), foldedDiff, {
      variants: ['worker-pool', 'sequential'],
    });
    assert.ok(text.startsWith('(program) 4500 0\n'), text);
  });
});
