import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NO_GESTURE, pointerDown, pointerMove, pointerUp } from '../../../../src/web/timeline/gesture.ts';
import { hitTest, selectionOf } from '../../../../src/web/timeline/hit.ts';
import { actionOf } from '../../../../src/web/timeline/keys.ts';
import { buildModel } from '../../../../src/web/timeline/model.ts';
import { clampRange, panBy, pinch, rangeCodec, reveal, zoomAt } from '../../../../src/web/timeline/range.ts';
import { HEADER_PX } from '../../../../src/web/timeline/scene.ts';
import { selectionCodec } from '../../../../src/web/timeline/selection.ts';
import { stepFrom } from '../../../../src/web/timeline/steps.ts';
import { placeTracks } from '../../../../src/web/timeline/tracks.ts';
import { cpuOf, jobsOf, NODES, threadOf, timelineOf } from '../../../support/timelines.ts';

const WALL = 10_000;

test('zooming keeps what is under the pointer where it is, and stays on the axis', () => {
  assert.deepEqual(zoomAt({ fromUs: 0, toUs: 1_000 }, 250, 2, WALL), { fromUs: 125, toUs: 625 });
  assert.deepEqual(zoomAt({ fromUs: 0, toUs: 1_000 }, 0, 1 / 50, WALL), { fromUs: 0, toUs: WALL });
  const range = fc
    .tuple(fc.nat(9_000), fc.integer({ min: 10, max: 1_000 }))
    .map(([fromUs, span]) => clampRange({ fromUs, toUs: fromUs + span }, WALL));
  fc.assert(
    fc.property(
      range,
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.integer({ min: -20_000, max: 20_000 }),
      (start, factor, by) => {
        for (const { fromUs, toUs } of [zoomAt(start, start.fromUs, factor, WALL), panBy(start, by, WALL)]) {
          assert.ok(fromUs >= 0 && toUs <= WALL + 1e-6 && toUs > fromUs);
        }
        const moved = panBy(start, by, WALL);
        assert.ok(Math.abs(moved.toUs - moved.fromUs - (start.toUs - start.fromUs)) < 1e-6);
      },
    ),
  );
});

test('two fingers: what each of them touched stays under it', () => {
  // 1,000 µs on 100 px; fingers on 20 and 40 go to 10 and 70: three times as far apart.
  const range = pinch({ fromUs: 4_000, toUs: 5_000 }, [20, 40], [10, 70], 100, WALL);
  const usPerPx = (range.toUs - range.fromUs) / 100;
  assert.ok(Math.abs(range.fromUs + 10 * usPerPx - 4_200) < 1e-6);
  assert.ok(Math.abs(range.fromUs + 70 * usPerPx - 4_400) < 1e-6);
});

test('a job comes into view with as little movement as it takes', () => {
  const range = { fromUs: 1_000, toUs: 2_000 };
  assert.equal(reveal(range, 1_100, 1_900, WALL), range);
  assert.deepEqual(reveal(range, 2_500, 2_600, WALL), { fromUs: 1_700, toUs: 2_700 });
  const wider = reveal(range, 3_000, 6_000, WALL);
  assert.ok(wider.fromUs < 3_000 && wider.toUs > 6_000);
});

test('the range in the address: the same again, nothing for the whole, and what cannot be is refused', () => {
  const codec = rangeCodec(WALL);
  assert.equal(codec.encode({ fromUs: 0, toUs: WALL }), '');
  assert.equal(codec.encode({ fromUs: 12.5, toUs: 300 }), '12.5,300');
  assert.deepEqual(codec.decode('12.5,300'), { fromUs: 12.5, toUs: 300 });
  for (const text of ['', '5', '300,12', '1e3,2e3', '20000,30000', '-1,5', 'NaN,NaN', '1,2,3']) {
    assert.equal(codec.decode(text), null, text);
  }
  assert.deepEqual(codec.decode('9000,99999'), { fromUs: 9_000, toUs: WALL });
});

test('a drag pans, a press that does not move is a click', () => {
  const surface = { range: { fromUs: 1_000, toUs: 2_000 }, widthPx: 100, wallUs: WALL };
  const down = pointerDown(NO_GESTURE, { id: 1, x: 50, y: 90 }, false, surface);
  assert.equal(pointerUp(down, 1, surface).clicked, true);
  const still = pointerMove(down, { id: 1, x: 52, y: 90 }, surface);
  assert.equal(still.range, null);
  const moved = pointerMove(down, { id: 1, x: 30, y: 84 }, surface);
  assert.deepEqual(moved.range, { fromUs: 1_200, toUs: 2_200 });
  assert.equal(moved.scrollPx, 6);
  assert.equal(pointerUp(moved.gesture, 1, surface).clicked, false);
});

test('in the overview a drag marks what is to be in view, and moves it or its edges', () => {
  const all = { range: { fromUs: 0, toUs: WALL }, widthPx: 100, wallUs: WALL };
  const begun = pointerDown(NO_GESTURE, { id: 1, x: 40, y: 5 }, true, all);
  assert.deepEqual(pointerMove(begun, { id: 1, x: 20, y: 5 }, all).range, { fromUs: 2_000, toUs: 4_000 });
  const part = { ...all, range: { fromUs: 2_000, toUs: 4_000 } };
  const middle = pointerDown(NO_GESTURE, { id: 1, x: 30, y: 5 }, true, part);
  assert.deepEqual(pointerMove(middle, { id: 1, x: 50, y: 5 }, part).range, { fromUs: 4_000, toUs: 6_000 });
  const edge = pointerDown(NO_GESTURE, { id: 1, x: 41, y: 5 }, true, part);
  assert.deepEqual(pointerMove(edge, { id: 1, x: 60, y: 5 }, part).range, { fromUs: 2_000, toUs: 6_000 });
});

test('a second finger makes a pinch of a drag, and the one that stays drags on', () => {
  const surface = { range: { fromUs: 0, toUs: WALL }, widthPx: 100, wallUs: WALL };
  const one = pointerDown(NO_GESTURE, { id: 1, x: 40, y: 90 }, false, surface);
  const two = pointerDown(one, { id: 2, x: 60, y: 90 }, false, surface);
  const { range, gesture } = pointerMove(two, { id: 2, x: 80, y: 90 }, surface);
  assert.ok(range !== null && Math.abs(range.toUs - range.fromUs - WALL / 2) < 1e-6);
  const { gesture: left, clicked } = pointerUp(gesture, 1, surface);
  assert.deepEqual([left.kind, clicked], ['pan', false]);
  assert.equal(pointerUp(left, 2, surface).clicked, false);
});

test('keys: arrows and WASD move and zoom, shift and arrows step, what is not known is left alone', () => {
  const action = (key: string, shiftKey = false) => actionOf({ key, shiftKey });
  assert.deepEqual(action('a'), action('ArrowLeft'));
  assert.deepEqual(action('w'), action('ArrowUp'));
  assert.deepEqual(action('ArrowRight', true), { do: 'step', to: 'next' });
  assert.deepEqual(action('0'), { do: 'reset' });
  assert.equal(action('Tab'), null, 'Tab leaves the timeline: it is no trap');
  assert.equal(action('x'), null);
});

const model = buildModel(
  timelineOf({
    wallUs: 100,
    threads: [
      threadOf(0, {
        cpu: cpuOf(
          [
            [NODES.parse, 0],
            [NODES.idle, 50],
          ],
          100,
          10,
        ),
      }),
    ],
    jobs: jobsOf([
      { name: 'a', thread: 0, lane: 0, startUs: 0, phases: [['wait', 40]] },
      { name: 'b', thread: 0, lane: 1, startUs: 10, phases: [['wait', 20]] },
      { name: 'c', thread: 0, lane: 1, startUs: 35, phases: [['wait', 60]] },
      { name: 'd', thread: 0, lane: 0, startUs: 45, phases: [['wait', 40]] },
    ]),
  }),
  'all',
);
const tracks = placeTracks(model);

test('what is at a place: a job, a function, or nothing', () => {
  const scene = { model, tracks, view: { fromUs: 0, toUs: 100, widthPx: 100 }, scrollTop: 0 };
  const yOf = (kind: string, line: number): number => {
    const track = tracks.list.find((each) => each.kind === kind)!;
    return HEADER_PX + track.y + (line + 0.5) * track.rowPx;
  };
  const chosen = (x: number, y: number) => {
    const pointed = hitTest(scene, x, y);
    return pointed === null ? null : selectionOf(scene, pointed);
  };
  assert.deepEqual(chosen(20, yOf('lanes', 1)), { kind: 'job', row: 1 });
  assert.deepEqual(chosen(60, yOf('lanes', 1)), { kind: 'job', row: 2 });
  assert.deepEqual(chosen(20, yOf('calls', 2)), { kind: 'function', frame: 6 });
  assert.equal(chosen(80, yOf('calls', 2)), null);
  assert.equal(chosen(20, 5), null, 'the overview');
});

test('from job to job: along a lane, and to the lane beside it', () => {
  assert.equal(stepFrom(model, null, 'next', 0), 0);
  assert.equal(stepFrom(model, null, 'next', 20), 2, 'the first that begins in view');
  assert.equal(stepFrom(model, 0, 'next', 0), 3);
  assert.equal(stepFrom(model, 3, 'previous', 0), 0);
  assert.equal(stepFrom(model, 0, 'previous', 0), null);
  assert.equal(stepFrom(model, 3, 'down', 0), 2);
  assert.equal(stepFrom(model, 2, 'up', 0), 0, 'the one that was under way then');
  assert.equal(stepFrom(model, 0, 'up', 0), null);
});

test('the selection in the address is a place in the plan, or a function', () => {
  const codec = selectionCodec(model);
  for (const selection of [
    { kind: 'job', row: 2 },
    { kind: 'function', frame: 6 },
  ] as const) {
    assert.deepEqual(codec.decode(codec.encode(selection)), selection);
  }
  for (const text of ['', 'job-99', 'function-999', 'job--1', 'constructor'])
    assert.equal(codec.decode(text), null);
});
