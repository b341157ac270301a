import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { PHASES } from '../../../../src/core/documents/run-record.ts';
import type { Timeline, TimelineCpu } from '../../../../src/core/documents/timeline.ts';
import { TIMELINE_LIMITS, TimelineBuilder } from '../../../../src/profile/timeline/build-timeline.ts';
import { packTimeline } from '../../../../src/profile/timeline/codec/pack-timeline.ts';
import { unpackTimeline } from '../../../../src/profile/timeline/codec/unpack-timeline.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { profileOf } from '../../../support/profiles.ts';
import { T0, timelineTrial } from '../../../support/timeline-trial.ts';

const T0_US = T0 / 1_000;
const name = (position: number) => `job ${position % 2}`;
const list = (column: ArrayLike<number>) => Array.from(column);

/**
 * Two jobs of worker 1, that overlap, and one of the main thread that never began:
 *
 *     µs      0    10   20   30   40   50
 *     job 0   q├───wait───────┤p┤          queued 2, start 5, wait 6 to 30, process 31 to 35, end 36, back 40
 *     job 1      ├────────┤                start 10.04, end 25
 */
const TRIAL = timelineTrial(
  [
    {
      ...{ start: 5, end: 36, thread: 1, bytes: 12 },
      trace: {
        ...{ queuedAt: 2, returnedAt: 40, createdAt: 6, sentAt: 6, headersAt: 30, wait: 24, requests: 1 },
        ...{ processAt: 31, processEndAt: 35, process: 4 },
      },
    },
    { start: 10.04, end: 25, thread: 1, outcome: 'http-error', status: 503, trace: { queuedAt: 3 } },
    { start: Number.NaN, end: Number.NaN },
  ],
  50,
  {
    gc: [
      { thread: 0, pauses: [[T0 + 7_000, 2_000]] },
      { thread: 1, pauses: [] },
    ],
    loops: [
      {
        thread: 1,
        loop: {
          dueNs: [T0 + 5_000, T0 + 20_000, T0 + 60_000],
          delayNs: [1_000, 250, 0],
        },
      },
    ],
  },
);

/** `work` below `handle`, from 31 to 35 µs; a sample each microsecond or so while it runs. */
const PROFILE = profileOf(
  { name: '(root)', children: [{ name: '(idle)' }, { name: 'handle', children: [{ name: 'work' }] }] },
  [
    ...([[T0_US - 10, 2]] as const),
    ...([
      [T0_US + 31, 4],
      [T0_US + 32, 4],
      [T0_US + 33, 3],
      [T0_US + 34, 4],
      [T0_US + 35, 2],
    ] as const),
    ...([[T0_US + 70, 3]] as const),
  ],
  { start: T0_US - 20, end: T0_US + 100, thread: 1, label: 'worker 1' },
);

function timelineOf(profiled = true, limits = TIMELINE_LIMITS): Timeline {
  const builder = new TimelineBuilder('worker-pool', TRIAL, 1, limits);
  if (profiled) builder.add(PROFILE);
  return builder.timeline(name);
}

/** `function from–to`, the calls above it left out. */
function stretches({ frames }: Timeline, cpu: TimelineCpu): string[] {
  return list(cpu.startUs).map((start, i) => {
    const to = cpu.startUs[i + 1] ?? cpu.endUs;
    return `${frames[cpu.frame[cpu.node[i]!]!]!.name} ${start}–${to}`;
  });
}

describe('a timeline', () => {
  test('has the jobs that began, by their start, with their phases', () => {
    const { jobs, wallUs, kind, variant } = timelineOf();
    assert.deepEqual([variant, kind, wallUs, jobs.rows, jobs.began], ['worker-pool', 'profiled', 50, 2, 2]);
    assert.deepEqual(list(jobs.position), [0, 1]);
    assert.deepEqual(jobs.names, ['job 0', 'job 1']);
    assert.deepEqual(
      [list(jobs.name), list(jobs.thread), list(jobs.lane)],
      [
        [0, 1],
        [1, 1],
        [0, 1],
      ],
    );
    assert.deepEqual(
      [list(jobs.startUs), list(jobs.endUs)],
      [
        [5, 10],
        [36, 25],
      ],
    );
    assert.deepEqual(
      [list(jobs.queuedUs), list(jobs.returnedUs)],
      [
        [2, 3],
        [40, Number.NaN],
      ],
    );
    assert.deepEqual(
      [list(jobs.status), list(jobs.bytes)],
      [
        [200, 503],
        [12, 0],
      ],
    );
    const { first, phase, startUs, endUs } = jobs.phases;
    assert.deepEqual(list(first), [0, 2, 2]);
    assert.deepEqual(
      list(phase).map((id, i) => [PHASES[id], startUs[i], endUs[i]]),
      [
        ['wait', 6, 30],
        ['process', 31, 35],
      ],
    );
  });

  test('has the thread that ran the CPU part of a job that is another thread’s', () => {
    const jobs = [
      { start: 1, end: 9, trace: { processAt: 2, processEndAt: 8, computedBy: 2 } },
      { start: 1, end: 9, thread: 1, trace: { processAt: 2, processEndAt: 8 } },
    ];
    const timeline = new TimelineBuilder('offload', timelineTrial(jobs, 10), 0).timeline(name);
    assert.deepEqual(
      [list(timeline.jobs.thread), list(timeline.jobs.processedBy)],
      [
        [0, 1],
        [2, 1],
      ],
    );
  });

  test('has what each thread ran, as stretches of the same calls within the trial', () => {
    const timeline = timelineOf();
    assert.deepEqual(
      timeline.threads.map(({ thread, label, cpu }) => [thread, label, cpu?.samples]),
      [
        [0, 'main thread', undefined],
        [1, 'worker 1', 6],
      ],
    );
    const cpu = timeline.threads[1]!.cpu!;
    assert.deepEqual(stretches(timeline, cpu), [
      ...['(idle) 0–31', 'work 31–33', 'handle 33–34', 'work 34–35', '(idle) 35–50'],
    ]);
    assert.equal(cpu.intervalUs, 8.3);
    for (const [node, above] of cpu.parent.entries()) assert.ok(node === 0 ? above === -1 : above < node);
    const caller = cpu.parent[cpu.node[1]!]!;
    assert.equal(timeline.frames[cpu.frame[caller]!]!.name, 'handle');
  });

  test('has curves and pauses on the same axis', () => {
    const { inFlight, queued, threads } = timelineOf();
    assert.deepEqual(
      [list(inFlight.atUs), list(inFlight.value)],
      [
        [0, 5, 10, 25, 36],
        [0, 1, 2, 1, 0],
      ],
    );
    assert.deepEqual(
      [list(queued!.atUs), list(queued!.value)],
      [
        [0, 2, 3, 5, 10],
        [0, 1, 2, 1, 0],
      ],
    );
    const [main, worker] = threads;
    assert.deepEqual([list(main!.gc.startUs), list(main!.gc.lengthUs)], [[7], [2]]);
    assert.deepEqual([main!.delayUs, main!.utilization], [null, null]);
    assert.deepEqual(
      [list(worker!.delayUs!.atUs), list(worker!.delayUs!.value)],
      [
        [5, 20],
        [1, 0.3],
      ],
    );
    // 4 of 50 µs, in one piece: there are too few samples to tell more.
    const { atUs, value } = worker!.utilization!;
    assert.deepEqual([list(atUs), list(value)], [[0], [0.08]]);
  });

  test('without profiles is of kind traced; nothing was left out, so there are no notes', () => {
    const { kind, frames, threads, notes } = timelineOf(false);
    assert.deepEqual([kind, frames, notes], ['traced', [], []]);
    assert.ok(threads.every(({ cpu }) => cpu === null));
    assert.deepEqual(timelineOf().notes, []);
  });
});

describe('a timeline that would be too large', () => {
  test('keeps failed jobs, the longest, and of the others some, evenly; lanes and counts are those of all', () => {
    // 1,000 jobs one after another; the 7th failed, the 500th is longest.
    const jobs = Array.from({ length: 1_000 }, (_, i) => ({
      start: i * 10,
      end: i * 10 + (i === 500 ? 9 : 5),
      outcome: i === 7 ? ('timeout' as const) : ('ok' as const),
    }));
    const limits = { ...TIMELINE_LIMITS, jobs: 100, points: 50 };
    const {
      jobs: kept,
      inFlight,
      notes,
    } = new TimelineBuilder('sequential', timelineTrial(jobs, 10_000), 0, limits).timeline(name);
    assert.deepEqual([kept.rows, kept.began], [100, 1_000]);
    const positions = list(kept.position);
    assert.ok(positions.includes(7) && positions.includes(500));
    const gaps = positions.slice(1).map((position, i) => position - positions[i]!);
    assert.ok(Math.max(...gaps) <= 11, `${gaps}`);
    assert.deepEqual(new Set(kept.lane), new Set([0]));
    // Half of the time there is one, and a little more around the longest.
    assert.equal(inFlight.atUs.length, 50);
    assert.deepEqual(new Set(inFlight.value), new Set([0.5, 0.52]));
    assert.equal(notes.length, 2);
    assertNames(notes[0]!, '100 of 1,000 jobs', /\b1 .*failed.*\b1 longest.*\b10\b/);
    assertNames(notes[1]!, '0.2 ms');
  });

  test('looks at samples now and then: shares of time stay what they were', () => {
    // For 20 ms one sample each 10 µs, in turn idle and work, work three times as often.
    const samples = Array.from({ length: 2_000 }, (_, i) => [T0_US + i * 10, i % 4 === 0 ? 2 : 3] as const);
    const profile = profileOf({ name: '(root)', children: [{ name: '(idle)' }, { name: 'work' }] }, samples, {
      start: T0_US,
      end: T0_US + 20_000,
      thread: 0,
      label: 'main thread',
    });
    const builder = new TimelineBuilder('event-loop', timelineTrial([], 20_000), 1, {
      ...TIMELINE_LIMITS,
      stretches: 300,
    });
    builder.add(profile);
    const timeline = builder.timeline(name);
    const cpu = timeline.threads[0]!.cpu!;
    assert.ok(cpu.node.length <= 300 && cpu.node.length > 1, `${cpu.node.length}`);
    assert.equal(cpu.samples, 2_000);
    const workUs = stretches(timeline, cpu)
      .filter((stretch) => stretch.startsWith('work'))
      .map((stretch) => stretch.split(/[ –]/).map(Number))
      .reduce((sum, [, from, to]) => sum + to! - from!, 0);
    assert.ok(Math.abs(workUs / 20_000 - 0.75) < 0.03, `${workUs} µs`);
    assert.match(timeline.notes.join(), /^main thread: .*2,000 samples .*0\.\d+ ms/);
  });
});

describe('a packed timeline', () => {
  test('comes back as it was', async () => {
    for (const timeline of [timelineOf(), timelineOf(false)]) {
      const packed = packTimeline(timeline);
      assert.deepEqual(await unpackTimeline(JSON.parse(JSON.stringify(packed))), timeline);
      assert.deepEqual(packTimeline(timeline), packed);
    }
  });

  test('does so whatever the jobs are', async () => {
    const job = fc
      .record({
        start: fc.nat(1e6),
        length: fc.nat(1e5),
        thread: fc.nat(3),
        queued: fc.option(fc.nat(1e5), { nil: 0 }),
      })
      .map(({ start, length, thread, queued }) => ({
        ...{ start: start / 7, end: (start + length) / 7, thread },
        trace: {
          queuedAt: queued === 0 ? Number.NaN : queued / 3,
          processAt: start / 7,
          processEndAt: start / 6,
          computedBy: length % 3,
        },
      }));
    await fc.assert(
      fc.asyncProperty(fc.array(job, { maxLength: 30 }), async (jobs) => {
        const timeline = new TimelineBuilder('worker-pool', timelineTrial(jobs, 2e5), 0).timeline(name);
        assert.deepEqual(await unpackTimeline(packTimeline(timeline)), timeline);
      }),
    );
  });

  test('is refused if a column is missing, or points to what is not there', async () => {
    const timeline = timelineOf();
    const packed = packTimeline(timeline);
    const { jobs } = timeline;
    const broken: Timeline[] = [
      { ...timeline, frames: [] },
      { ...timeline, jobs: { ...jobs, names: [] } },
      { ...timeline, jobs: { ...jobs, outcome: jobs.outcome.map(() => 99) } },
      { ...timeline, jobs: { ...jobs, lane: jobs.lane.subarray(1) } },
      {
        ...timeline,
        threads: timeline.threads.map((each) => ({
          ...each,
          cpu: each.cpu && { ...each.cpu, parent: each.cpu.parent.map(() => 5) },
        })),
      },
    ];
    for (const each of broken) await assert.rejects(unpackTimeline(packTimeline(each)), RangeError);
    const lengths = packed.numbers.lengths.slice(1);
    await assert.rejects(unpackTimeline({ ...packed, numbers: { ...packed.numbers, lengths } }), RangeError);
    for (const head of [{ bytes: 2, data: '' }, packed.head]) {
      await assert.rejects(
        unpackTimeline({ ...packed, head: { ...head, bytes: head.bytes + 1 } }),
        RangeError,
      );
    }
  });

  test('on a queue lanes stand by host and process, and a job that was started again is marked', () => {
    const jobs = [
      { start: 1, end: 9, thread: 2, trace: { queuedAt: 0.5, starts: 1 } },
      { start: 1, end: 9, thread: 5, trace: { queuedAt: 0.5, starts: 3 } },
      { start: 2, end: 9, thread: 3, trace: { queuedAt: 0.5, starts: 1 } },
    ];
    const workers = [
      { threads: [2], host: 'b', pid: 1 },
      { threads: [3], host: 'a', pid: 9 },
      { threads: [5], host: 'a', pid: 8 },
    ];
    const timeline = new TimelineBuilder(
      'distributed-queue',
      timelineTrial(jobs, 20, { workers }),
      0,
    ).timeline(name);
    assert.deepEqual(
      timeline.threads.map(({ label }) => label),
      ['coordinator', 'a · 8', 'a · 9', 'b · 1'],
    );
    const names = list(timeline.jobs.name).map((id) => timeline.jobs.names[id]);
    assert.deepEqual(names, ['job 0', '↻3 job 1', 'job 0']);
    assert.equal(timeline.notes.length, 1);
  });
});
