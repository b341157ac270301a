import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Timeline } from '../../../../../../src/core/documents/timeline.ts';
import { type Content, html } from '../../../../../../src/output/markup/markup.ts';
import {
  timelinePictures,
  timelinesSection,
} from '../../../../../../src/output/pages/run/sections/timelines.ts';
import { PHASE_GROUPS } from '../../../../../../src/output/view/run/phase-groups.ts';
import {
  type Bar,
  cellBars,
  exactBars,
  UNKNOWN,
} from '../../../../../../src/output/view/run/timeline-bars.ts';
import { pictureFacts, timelinePicture } from '../../../../../../src/output/view/run/timeline-picture.ts';
import { pictureRows, type RowGroup } from '../../../../../../src/output/view/run/timeline-rows.ts';
import { assertNames } from '../../../../../support/assert-names.ts';
import {
  countCurve,
  jobsOf,
  madeUpTimeline,
  madeUpTimelines,
  timelineOf,
} from '../../../../../support/timelines.ts';

const sourceOf = (content: Content): string => html`${content}`.source;
const sectionOf = (timelines: readonly Timeline[]): string => sourceOf(timelinesSection({ timelines }));
const picturesOf = (timelines: readonly Timeline[]): string => sourceOf(timelinePictures(timelines));
const group = (name: (typeof PHASE_GROUPS)[number]): number => PHASE_GROUPS.indexOf(name);

test('rows: a step for one or several jobs; a lane for each slot, grouped by thread', () => {
  const rows = (jobs: number, inFlight: number, workers: number) =>
    pictureRows(madeUpTimeline({ variant: 'event-loop', jobs, inFlight, workers }));
  const sizes = (groups: readonly RowGroup[]) => groups.map((each) => each.rows.length);
  assert.deepEqual(sizes(rows(10, 1, 0)), [10]);
  const [staircase] = rows(1_000, 1, 0);
  assert.deepEqual([staircase?.rows[0]?.length, staircase?.rows.length], [17, 59]);
  assert.deepEqual(
    staircase?.rows.flat(),
    Array.from({ length: 1_000 }, (_, i) => i),
  );
  assert.deepEqual(sizes(rows(500, 20, 0)), [20]);
  assert.deepEqual(
    rows(500, 24, 4).map(({ label, rows: list }) => [label, list.length]),
    [1, 2, 3, 4].map((worker) => [`worker ${worker}`, 6]),
  );
  assert.deepEqual(sizes(rows(900, 300, 3)), [20, 20, 20]);
});

test('bars are the phases, and what nothing is known of between them', () => {
  const { phases, ...jobs } = jobsOf([
    {
      name: 'a',
      thread: 0,
      lane: 0,
      startUs: 10,
      phases: [
        ['dns', 5],
        ['tcp', 5],
        ['wait', 20],
        ['process', 10],
      ],
    },
  ]);
  const apart = { ...phases, startUs: Float64Array.of(12, 15, 20, 40) };
  assert.deepEqual(exactBars(timelineOf({ jobs: { ...jobs, phases: apart } }), [0]), [
    { group: UNKNOWN, fromUs: 10, toUs: 12, low: 0, high: 1 },
    { group: group('connecting'), fromUs: 12, toUs: 15, low: 0, high: 1 },
    { group: group('connecting'), fromUs: 15, toUs: 20, low: 0, high: 1 },
    { group: group('waiting'), fromUs: 20, toUs: 40, low: 0, high: 1 },
    { group: group('processing'), fromUs: 40, toUs: 50, low: 0, high: 1 },
  ]);
});

test('what is shorter than a cell stands on top of each other, as high as its share of the time', () => {
  const bar = (of: number, fromUs: number, toUs: number): Bar => ({
    group: of,
    fromUs,
    toUs,
    low: 0,
    high: 1,
  });
  const area = (some: readonly Bar[], of: number) =>
    some.reduce(
      (sum, each) => sum + (each.group === of ? (each.toUs - each.fromUs) * (each.high - each.low) : 0),
      0,
    );
  // 1,000 times 7 µs of waiting, 2 of processing and 1 of nothing, in cells of 40 µs.
  const bars = Array.from({ length: 1_000 }, (_, i) => [
    bar(group('waiting'), i * 10, i * 10 + 7),
    bar(group('processing'), i * 10 + 7, i * 10 + 9),
  ]).flat();
  const cells = cellBars(bars, 40, 10_000);
  assert.ok(Math.abs(area(cells, group('waiting')) - 7_000) <= 5);
  assert.ok(Math.abs(area(cells, group('processing')) - 2_000) <= 5);
  assert.ok(
    cells.every(({ group: of, low }) => of !== group('processing') || low === 0),
    'processing at the bottom',
  );
  const spans = fc.array(fc.tuple(fc.nat(4), fc.nat(60), fc.integer({ min: 1, max: 60 })), { maxLength: 60 });
  fc.assert(
    fc.property(spans, fc.integer({ min: 1, max: 50 }), (list, cellUs) => {
      let at = 0;
      const made = list.map(([of, gap, length]) => {
        const fromUs = at + gap;
        at = fromUs + length;
        return bar(of, fromUs, at);
      });
      const drawn = cellBars(made, cellUs, at);
      for (const of of PHASE_GROUPS.keys()) assert.ok(Math.abs(area(drawn, of) - area(made, of)) <= cellUs);
    }),
  );
});

test('facts: of all jobs, or not at all', () => {
  const jobs = jobsOf([
    {
      name: 'a',
      thread: 0,
      lane: 0,
      startUs: 0,
      phases: [
        ['wait', 60_000],
        ['process', 20_000],
      ],
    },
    {
      name: 'b',
      thread: 0,
      lane: 1,
      startUs: 0,
      phases: [
        ['wait', 80_000],
        ['process', 20_000],
      ],
      failed: true,
    },
  ]);
  const timeline = timelineOf({
    jobs,
    inFlight: countCurve([
      [0, 80_000],
      [0, 100_000],
    ]),
  });
  const { groupMs, meanInFlight, mostInFlight, failed } = pictureFacts(timeline);
  assert.deepEqual(groupMs, [0, 0, 140, 0, 40]);
  assert.deepEqual([meanInFlight, mostInFlight, failed], [1.8, 2, 1]);
  const thinned = pictureFacts({ ...timeline, jobs: { ...jobs, began: 5_000 } });
  assert.deepEqual([thinned.groupMs, thinned.failed, thinned.jobs], [null, null, 5_000]);
});

test('a picture has a bounded number of bars, whatever it is of', () => {
  for (const timeline of madeUpTimelines(5_000, 48)) {
    const { bars, exact } = timelinePicture(timeline, timeline.wallUs);
    assert.equal(exact, false);
    assert.ok(bars.flat(2).length <= 1_500 * 2, String(bars.flat(2).length));
  }
});

test('timelines on the first screen: a picture of each variant, all on one axis', () => {
  const panels = picturesOf(madeUpTimelines()).split('<figure').slice(1);
  assert.equal(panels.length, 4);
  const ticks = panels.map((panel) =>
    [...panel.matchAll(/<text x="([\d.]+%)" y="14"/g)].map(([, x]) => x).join(),
  );
  assert.equal(new Set(ticks).size, 1, 'one axis for all');
  assert.match(panels[0]!, /a staircase</);
  assert.match(panels[1]!, /a stack</);
  assert.match(panels[2]!, />lanes<[\s\S]*>worker 4</);
});

test('timelines section: each variant by itself, a table, and how to read it', () => {
  const section = sectionOf(madeUpTimelines());
  const panels = section.split('<summary><h3').slice(1);
  assert.equal(panels.length, 4);
  assertNames(panels[0]!, /48 jobs in [\d,]+.ms/);
  assertNames(panels[1]!, /One thread, 1\d\.\d jobs/);
  assertNames(panels[2]!, '4 threads');
  assert.match(section, /How to read this/);
  assertNames(section, '<details class="behind">');
  assert.equal([...section.matchAll(/data-island="timeline" data-id="([a-z-]+)"/g)].length, 4);
  assert.deepEqual(
    [...section.matchAll(/<details class="[^"]*" id="([a-z-]+)" name="timelines" open>/g)].map(
      ([, id]) => id,
    ),
    ['timeline-event-loop'],
  );
  assert.doesNotMatch(section, /\sstyle=|NaN|undefined|Infinity/);
  assert.equal(sectionOf(madeUpTimelines()), section, 'the same for the same timelines');
});

test('beside one that took ten times as long a picture is drawn again, stretched', () => {
  const [sequential, eventLoop] = madeUpTimelines();
  assert.ok(sequential !== undefined && eventLoop !== undefined);
  const wallUs = 10 * eventLoop.wallUs;
  const timelines = [{ ...sequential, wallUs }, eventLoop];
  const [wide, narrow] = picturesOf(timelines).split('<figure').slice(1);
  assert.doesNotMatch(wide ?? '', /class="inset"/);
  assert.match(narrow ?? '', /class="inset"[\s\S]*>6\.4× as wide</);
});

test('a narrow picture of several threads labels them in its frame, others at their left edge', () => {
  const [sequential, , pool] = madeUpTimelines();
  assert.ok(sequential !== undefined && pool !== undefined);
  const places = (wallUs: number) =>
    [...picturesOf([{ ...sequential, wallUs }, pool]).matchAll(/class="thread" x="([^"]+)"/g)].map(
      ([, x]) => x,
    );
  assert.deepEqual([...new Set(places(pool.wallUs))], ['0']);
  assert.deepEqual([...new Set(places(10 * pool.wallUs))], ['36.000%']);
});

test('offload: its jobs are on the main thread, their CPU part in worker threads', () => {
  const timeline = madeUpTimeline({ variant: 'event-loop', jobs: 48, inFlight: 12, workers: 0 });
  const of = (variant: Timeline['variant']) => sectionOf([{ ...timeline, variant }]);
  assert.match(of('offload'), /main thread has 1\d\.\d concurrent jobs[^<]*worker threads/);
  assert.match(of('event-loop'), /One thread/);
});

test('no timelines, no section; one without jobs says so and breaks nothing', () => {
  assert.equal(sectionOf([]), '');
  const empty = sectionOf([timelineOf({ wallUs: 5, jobs: jobsOf([]) })]);
  assert.match(empty, /0 jobs/);
  assert.doesNotMatch(empty, /NaN|undefined|Infinity/);
});
