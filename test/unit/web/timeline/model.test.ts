import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHASE_GROUPS } from '../../../../src/output/view/run/phase-groups.ts';
import { callsOf, MAX_ROWS } from '../../../../src/web/timeline/calls.ts';
import { envelope, indexCurve } from '../../../../src/web/timeline/curves.ts';
import { buildModel } from '../../../../src/web/timeline/model.ts';
import { placeTracks, trackAt } from '../../../../src/web/timeline/tracks.ts';
import {
  cpuOf,
  FRAMES,
  jobsOf,
  madeUpTimeline,
  NODES,
  threadOf,
  timelineOf,
} from '../../../support/timelines.ts';

test('stretches become one box for as long as a call is on the stack; idle is no box', () => {
  // process → parse 0–30, process → aggregate 30–50, idle 50–80, process 80–100
  const cpu = cpuOf(
    [
      [NODES.parse, 0],
      [NODES.aggregate, 30],
      [NODES.idle, 50],
      [NODES.process, 80],
    ],
    100,
  );
  const { rows, deepest } = callsOf(cpu, FRAMES, 'all');
  const boxes = rows.map((row) => Array.from(row.node, (node, i) => [node, row.startUs[i], row.endUs[i]]));
  assert.equal(deepest, 4);
  assert.deepEqual(boxes, [
    [
      [NODES.ticks, 0, 50],
      [NODES.ticks, 80, 100],
    ],
    [
      [NODES.run, 0, 50],
      [NODES.run, 80, 100],
    ],
    [
      [NODES.process, 0, 50],
      [NODES.process, 80, 100],
    ],
    [
      [NODES.parse, 0, 30],
      [NODES.aggregate, 30, 50],
    ],
  ]);
});

test('usually only the user’s functions, what calls them, and what runs in the end', () => {
  // ticks → run → process → parse, and read → headers: of the first the outermost call is folded away.
  const cpu = cpuOf(
    [
      [NODES.parse, 0],
      [NODES.process, 10],
      [NODES.headers, 20],
      [NODES.gc, 30],
    ],
    40,
  );
  const { rows, deepest } = callsOf(cpu, FRAMES, 'own');
  assert.deepEqual(
    rows.map((row) => Array.from(row.node, (node, i) => [node, row.startUs[i], row.endUs[i]])),
    [
      [
        [NODES.run, 0, 20],
        [NODES.headers, 20, 30],
        [NODES.gc, 30, 40],
      ],
      [[NODES.process, 0, 20]],
      [[NODES.parse, 0, 10]],
    ],
  );
  assert.equal(deepest, 3);
});

test('a stack that is too deep is cut, and how deep it is stays known', () => {
  for (const levels of ['own', 'all'] as const) {
    const depth = MAX_ROWS[levels] + 15;
    const cpu = {
      ...cpuOf([[depth - 1, 0]], 10),
      frame: Int32Array.from({ length: depth }, () => 6),
      parent: Int32Array.from({ length: depth }, (_, node) => node - 1),
    };
    const { rows, deepest } = callsOf(cpu, FRAMES, levels);
    assert.deepEqual([rows.length, deepest], [MAX_ROWS[levels], depth - 1]);
    assert.equal(rows.at(-1)?.endUs[0], 10);
  }
});

test('lanes have their jobs in order, with the time in each group of phases summed up', () => {
  const timeline = timelineOf({
    jobs: jobsOf([
      {
        name: 'a',
        thread: 0,
        lane: 0,
        startUs: 0,
        phases: [
          ['tcp', 5],
          ['tls', 5],
          ['wait', 20],
          ['process', 10],
        ],
      },
      { name: 'b', thread: 0, lane: 1, startUs: 10, phases: [['wait', 40]] },
      {
        name: 'c',
        thread: 0,
        lane: 0,
        startUs: 60,
        phases: [
          ['wait', 10],
          ['process', 30],
        ],
      },
    ]),
  });
  const [lane, other] = buildModel(timeline, 'all').threads[0]!.lanes;
  assert.deepEqual(Array.from(lane!.row), [0, 2]);
  assert.deepEqual(Array.from(other!.row), [1]);
  const sums = Object.fromEntries(PHASE_GROUPS.map((group, i) => [group, Array.from(lane!.groupUs[i]!)]));
  assert.deepEqual(sums, {
    queued: [0, 0, 0],
    connecting: [0, 10, 10],
    waiting: [0, 20, 30],
    downloading: [0, 0, 0],
    processing: [0, 10, 40],
  });
});

test('the mean utilisation weighs each value by the time that it holds', () => {
  const utilization = { atUs: Float64Array.of(0, 10), value: Float64Array.of(1, 0.5) };
  const timeline = timelineOf({
    wallUs: 40,
    jobs: jobsOf([]),
    threads: [threadOf(0, { utilization })],
  });
  assert.equal(buildModel(timeline, 'all').threads[0]?.busy, (10 * 1 + 30 * 0.5) / 40);
});

test('a curve within a pixel: from its least to its greatest value there, however many points it has', () => {
  const curve = indexCurve({
    atUs: Float64Array.from({ length: 1_000 }, (_, i) => i),
    value: Float64Array.from({ length: 1_000 }, (_, i) => (i === 517 ? 90 : i === 203 ? -4 : 10)),
  });
  const { least, most } = envelope(curve, { fromUs: 0, toUs: 1_000, widthPx: 10 });
  assert.deepEqual(Array.from(most), [10, 10, 10, 10, 10, 90, 10, 10, 10, 10]);
  assert.deepEqual(Array.from(least), [10, 10, -4, 10, 10, 10, 10, 10, 10, 10]);
  const step = indexCurve({ atUs: Float64Array.of(0, 50), value: Float64Array.of(3, 7) });
  assert.deepEqual(Array.from(envelope(step, { fromUs: 40, toUs: 60, widthPx: 4 }).most), [3, 7, 7, 7]);
});

test('tracks stand below each other: all together, then each thread with its calls above its lanes', () => {
  const model = buildModel(
    madeUpTimeline({ variant: 'worker-pool', jobs: 12, inFlight: 4, workers: 2 }),
    'own',
  );
  const { list, height } = placeTracks(model);
  assert.deepEqual(
    list.map(({ kind, thread }) => `${kind} ${thread}`),
    [
      'flow -1',
      'label 0',
      'load 0',
      'calls 0',
      'label 1',
      'load 1',
      'calls 1',
      'lanes 1',
      'label 2',
      'load 2',
      'calls 2',
      'lanes 2',
    ],
  );
  for (const [i, track] of list.slice(1).entries()) assert.ok(track.y >= list[i]!.y + list[i]!.height);
  const lanes = list[7]!;
  assert.deepEqual(trackAt({ list, height }, lanes.y + 1.5 * lanes.rowPx), { track: lanes, row: 1 });
  assert.equal(trackAt({ list, height }, height + 1), null);
});
