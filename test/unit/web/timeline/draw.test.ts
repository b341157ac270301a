import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Timeline } from '../../../../src/core/documents/timeline.ts';
import { PHASE_GROUPS } from '../../../../src/output/pages/run/view/phase-groups.ts';
import { detailNotes } from '../../../../src/web/timeline/caption.ts';
import { draw } from '../../../../src/web/timeline/draw.ts';
import { buildModel } from '../../../../src/web/timeline/model.ts';
import type { Palette } from '../../../../src/web/timeline/palette.ts';
import { HEADER_PX, type Scene } from '../../../../src/web/timeline/scene.ts';
import { placeTracks } from '../../../../src/web/timeline/tracks.ts';
import { cpuOf, FRAMES, jobsOf, NODES, threadOf, timelineOf } from '../../../support/timelines.ts';

const PALETTE: Palette = {
  font: 'sans',
  page: 'page',
  ink: 'ink',
  soft: 'soft',
  line: 'line',
  faint: 'faint',
  bad: 'bad',
  mark: 'mark',
  variant: 'variant',
  gc: 'gc',
  groups: PHASE_GROUPS.map((group) => group),
  barInk: 'bar-ink',
  unknown: 'unknown',
  frames: FRAMES.map(({ name }) => ({ fill: name, ink: 'ink' })),
};

interface Filled {
  readonly colour: string;
  readonly alpha: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Notes down what is filled. Text is six pixels a letter. */
function recorder() {
  const filled: Filled[] = [];
  const texts: string[] = [];
  let lines = 0;
  const context = {
    font: '',
    fillStyle: '',
    strokeStyle: '',
    lineWidth: 1,
    globalAlpha: 1,
    textBaseline: '',
    setTransform() {},
    clearRect() {},
    translate() {},
    beginPath() {},
    moveTo() {},
    lineTo() {},
    closePath() {},
    fill() {},
    strokeRect() {},
    stroke: () => {
      lines += 1;
    },
    measureText: (text: string) => ({ width: 6 * text.length }),
    fillText: (text: string) => texts.push(text),
    fillRect(x: number, y: number, width: number, height: number) {
      filled.push({ colour: context.fillStyle, alpha: context.globalAlpha, x, y, width, height });
    },
  };
  return { context: context as unknown as CanvasRenderingContext2D, filled, texts, lines: () => lines };
}

const NO_HIGHLIGHT = { row: null, spans: [], frames: null, served: null };

function sceneOf(timeline: Timeline, changes: Partial<Scene> = {}): Scene {
  const model = buildModel(timeline, 'all');
  const tracks = placeTracks(model);
  return {
    model,
    tracks,
    view: { fromUs: 0, toUs: timeline.wallUs, widthPx: 100 },
    heightPx: tracks.height + HEADER_PX,
    scrollTop: 0,
    highlight: NO_HIGHLIGHT,
    pointed: null,
    ...changes,
  };
}

describe('what is drawn', () => {
  const timeline = timelineOf({
    wallUs: 100,
    threads: [
      threadOf(0, {
        cpu: cpuOf(
          [
            [NODES.idle, 0],
            [NODES.parse, 60],
          ],
          100,
          10,
        ),
      }),
    ],
    jobs: jobsOf([
      {
        name: 'a',
        thread: 0,
        lane: 0,
        startUs: 10,
        phases: [
          ['queue', 10],
          ['wait', 40],
          ['process', 30],
        ],
      },
    ]),
  });

  test('a job is its phases, each in its colour, where they were; cpuWait is thinner', () => {
    const { context, filled } = recorder();
    draw(context, sceneOf(timeline), PALETTE, 1);
    const bars = filled.filter(({ colour }) => PALETTE.groups.includes(colour));
    assert.deepEqual(
      bars.map(({ colour, x, width }) => [colour, Math.round(x), Math.round(width)]),
      [
        ['queued', 10, 10],
        ['waiting', 20, 40],
        ['processing', 60, 29],
      ],
    );
    assert.ok(bars[0]!.height < bars[1]!.height && bars[1]!.height === bars[2]!.height);
  });

  test('a chosen function stays strong, and so do the jobs that it served', () => {
    const { context, filled } = recorder();
    const highlight = {
      ...NO_HIGHLIGHT,
      frames: Uint8Array.from(timeline.frames, (_, i) => (i === 7 ? 1 : 0)),
      served: Uint8Array.of(0),
    };
    draw(context, sceneOf(timeline, { highlight }), PALETTE, 1);
    const alphas = (colour: string) =>
      filled.filter((each) => each.colour === colour).map(({ alpha }) => alpha);
    assert.deepEqual(alphas('parseOrders'), [1]);
    assert.ok(alphas('runJob').every((alpha) => alpha < 0.5));
    assert.ok(alphas('processing').every((alpha) => alpha < 0.5));
  });

  test('narrow jobs share a column, in which each phase has its share of the height', () => {
    // A hundred jobs of a tenth of a pixel: a quarter of their time is processing, and one failed.
    const jobs = jobsOf(
      Array.from({ length: 100 }, (_, i) => ({
        name: 'a',
        thread: 0,
        lane: 0,
        startUs: i,
        phases: [
          ['wait', 0.75],
          ['process', 0.25],
        ] as const,
        failed: i === 42,
      })),
    );
    const scene = sceneOf(timelineOf({ wallUs: 1_000, jobs }));
    const { context, filled } = recorder();
    const drawn = draw(context, scene, PALETTE, 1);
    assert.equal(drawn.mergedJobs, 100);
    const only = (colour: string): Filled => {
      const found = filled.filter((each) => each.colour === colour);
      assert.equal(found.length, 1, `columns that look the same are one rectangle: ${colour}`);
      return found[0]!;
    };
    const [processing, waiting] = [only('processing'), only('waiting')];
    assert.deepEqual([processing.x, processing.width, waiting.width], [0, 10, 10]);
    assert.ok(Math.abs(processing.height / (processing.height + waiting.height) - 0.25) < 1e-9);
    assert.ok(waiting.y < processing.y, 'processing at the bottom');
    assert.deepEqual([only('bad').x, only('bad').width], [4, 1]);
    assert.match(detailNotes(drawn).join(' '), /drawn merged: 100 jobs\./);
  });
});

test('messages are lines between the threads, if there are few enough in view', () => {
  const of = (count: number) =>
    timelineOf({
      wallUs: 1_000,
      threads: [threadOf(0), threadOf(1)],
      jobs: jobsOf(
        Array.from({ length: count }, (_, i) => ({
          name: 'a',
          thread: 1,
          lane: i,
          startUs: 100 + i,
          phases: [['wait', 500]] as const,
          queuedUs: 50,
          returnedUs: 900,
        })),
      ),
    });
  const few = recorder();
  assert.deepEqual(detailNotes(draw(few.context, sceneOf(of(5)), PALETTE, 1)), []);
  assert.equal(few.lines(), 10);
  const many = recorder();
  const drawn = draw(many.context, sceneOf(of(200)), PALETTE, 1);
  assert.match(detailNotes(drawn).join(' '), /^Messages between threads are not drawn for the 200/);
  const chosen = recorder();
  draw(chosen.context, sceneOf(of(200), { highlight: { ...NO_HIGHLIGHT, row: 7 } }), PALETTE, 1);
  assert.equal(chosen.lines() - many.lines(), 2);
});

describe('100,000 jobs and 1,000,000 stretches', () => {
  const JOBS = 100_000;
  const STRETCHES = 1_000_000;
  const LANES = 16;
  const jobs = jobsOf(
    Array.from({ length: JOBS }, (_, i) => ({
      name: 'a',
      thread: 0,
      lane: i % LANES,
      startUs: i * 10,
      phases: [
        ['wait', 120],
        ['process', 30],
      ] as const,
    })),
  );
  const stretches = Array.from(
    { length: STRETCHES },
    (_, i) => [i % 2 === 0 ? NODES.parse : NODES.aggregate, i] as const,
  );
  const timeline = timelineOf({
    wallUs: STRETCHES,
    threads: [threadOf(0, { cpu: cpuOf(stretches, STRETCHES, 1) })],
    jobs,
  });
  const scene = sceneOf(timeline);
  const widthPx = 1_000;

  for (const span of [STRETCHES, STRETCHES / 40, 2_000, 100]) {
    test(`${span} µs in view take as many rectangles as pixels allow, not as there are jobs`, () => {
      const { context, filled } = recorder();
      const fromUs = (STRETCHES - span) / 2;
      const drawn = draw(context, { ...scene, view: { fromUs, toUs: fromUs + span, widthPx } }, PALETTE, 1);
      // Two columns or boxes for each pixel of a row, each of at most nine pieces; the curves have three.
      const rows = LANES + 4;
      assert.ok(filled.length <= widthPx * (rows * 2 * 9 + 2 * 3) + 100, String(filled.length));
      assert.ok(filled.length < 70_000, String(filled.length));
      assert.ok(drawn.rectangles <= filled.length);
      assert.equal(drawn.mergedCalls > 0, span > 1_000);
    });
  }
});
