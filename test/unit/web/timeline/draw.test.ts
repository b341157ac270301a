import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Timeline } from '../../../../src/core/documents/timeline.ts';
import { PHASE_GROUPS } from '../../../../src/output/view/run/phase-groups.ts';
import { detailNotes } from '../../../../src/web/timeline/caption.ts';
import { draw } from '../../../../src/web/timeline/draw.ts';
import { buildModel } from '../../../../src/web/timeline/model.ts';
import type { Palette } from '../../../../src/web/timeline/palette.ts';
import { rgba } from '../../../../src/web/timeline/pixels.ts';
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
  barInk: 'bar-ink',
  // Red tells them apart.
  groups: PHASE_GROUPS.map((_, i) => rgba(10 * (i + 1), 0, 0, 255)),
  unknown: rgba(100, 0, 0, 255),
  failed: rgba(200, 0, 0, 255),
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

const [QUEUED, WAITING, PROCESSING, FAILED] = [10, 30, 50, 200];

/** Red of each pixel of a column of a picture, from the top, and its alpha; 0 where nothing was drawn. */
function columnOf({ data, width, height }: ImageData, x: number): [red: number, alpha: number][] {
  return Array.from({ length: height }, (_, y) => {
    const at = 4 * (y * width + x);
    return [data[at]!, data[at + 3]!];
  });
}

/** Notes down what is filled, and what is painted pixel by pixel. Text is six pixels a letter. */
function recorder() {
  const filled: Filled[] = [];
  const images: ImageData[] = [];
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
    globalCompositeOperation: '',
    clearRect() {},
    createImageData: (width: number, height: number) => ({
      ...{ width, height, data: new Uint8ClampedArray(4 * width * height) },
    }),
    putImageData: (image: ImageData) => images.push(image),
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
  return {
    context: context as unknown as CanvasRenderingContext2D,
    filled,
    images,
    texts,
    lines: () => lines,
  };
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
    const { context, images } = recorder();
    draw(context, sceneOf(timeline), PALETTE, 1);
    const columns = Array.from({ length: 100 }, (_, x) => columnOf(images[0]!, x).map(([red]) => red));
    const heightOf = (colour: number, x: number) => columns[x]!.filter((red) => red === colour).length;
    const xs = (colour: number) => columns.flatMap((_, x) => (heightOf(colour, x) > 1 ? [x] : []));
    const ends = (colour: number) => [xs(colour).at(0), xs(colour).at(-1), xs(colour).length];
    assert.deepEqual(ends(QUEUED), [10, 19, 10]);
    assert.deepEqual(ends(WAITING), [20, 59, 40]);
    assert.deepEqual(ends(PROCESSING), [60, 88, 29]);
    assert.deepEqual([heightOf(QUEUED, 15), heightOf(WAITING, 30), heightOf(PROCESSING, 70)], [5, 15, 15]);
  });

  test('a chosen function stays strong, and so do the jobs that it served', () => {
    const { context, filled, images } = recorder();
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
    assert.deepEqual(columnOf(images[0]!, 70)[0], [PROCESSING, Math.round(255 * 0.22)]);
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
    const { context, images } = recorder();
    const drawn = draw(context, scene, PALETTE, 1);
    assert.equal(drawn.mergedJobs, 100);
    // 15 pixels high: 3.75 processing, 11.25 waiting. The pixel between them is three quarters processing.
    const column = [
      ...Array.from({ length: 11 }, () => WAITING),
      45,
      ...Array.from({ length: 3 }, () => PROCESSING),
    ];
    const reds = (x: number) => columnOf(images[0]!, x).map(([red]) => red);
    assert.deepEqual(reds(0).slice(0, 15), column);
    assert.deepEqual(reds(9), reds(0));
    assert.deepEqual(reds(4).slice(0, 15), [...column.slice(0, 12), FAILED, FAILED, FAILED]);
    assert.ok(reds(10).every((red) => red === 0));
    assert.match(detailNotes(drawn, scene.model).join(' '), /\b100 jobs/);
  });

  test('a failed job of less than a pixel is seen beside and below wider jobs that did not fail', () => {
    // One pixel is 10 µs. Jobs end and begin within columns 2 and 5; those of 1 µs failed.
    const made = (startUs: number, us: number, failed = false) => ({
      ...{ name: 'a', thread: 0, lane: 0, startUs, phases: [['process', us]] as const, failed },
    });
    const jobs = jobsOf([made(0, 23), made(23, 1, true), made(24, 34), made(58, 1, true), made(59, 40)]);
    const { context, images } = recorder();
    draw(context, sceneOf(timelineOf({ wallUs: 1_000, jobs })), PALETTE, 1);
    const failed = Array.from({ length: 100 }, (_, x) => x).filter((x) =>
      columnOf(images[0]!, x).some(([red]) => red === FAILED),
    );
    assert.deepEqual(failed, [2, 5]);
  });

  test('any jobs at any zoom: every column with a job is painted, and every failure is seen', () => {
    const list = fc.array(
      fc.record({
        gap: fc.integer({ min: 0, max: 60 }),
        us: fc.integer({ min: 1, max: 60 }),
        failed: fc.boolean(),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(
        list,
        fc.nat(500),
        fc.integer({ min: 50, max: 3_000 }),
        fc.constantFrom(1, 1.5, 2),
        (made, fromUs, us, ratio) => {
          let at = 0;
          const jobs = made.map(({ gap, us: length, failed }) => {
            const startUs = at + gap;
            at = startUs + length;
            return { name: 'a', thread: 0, lane: 0, startUs, phases: [['wait', length]] as const, failed };
          });
          const view = { fromUs, toUs: fromUs + us, widthPx: 60 };
          const { context, images } = recorder();
          draw(context, sceneOf(timelineOf({ wallUs: 4_000, jobs: jobsOf(jobs) }), { view }), PALETTE, ratio);
          const image = images[0]!;
          const columns = Array.from({ length: image.width }, (_, x) => columnOf(image, x));
          for (const [i, { startUs, failed }] of jobs.entries()) {
            const x = ((startUs - fromUs) / us) * image.width;
            const end = x + (made[i]!.us / us) * image.width;
            if (end <= 0 || x >= image.width) continue;
            // Its middle, as far as it is in view; edges are rounded to whole pixels.
            const middle = (Math.max(0, x) + Math.min(image.width, end)) / 2;
            const near = columns.slice(Math.max(0, Math.round(middle) - 1), Math.round(middle) + 1);
            assert.ok(
              near.some((column) => column.some(([, alpha]) => alpha > 0)),
              `job ${i}`,
            );
            if (failed)
              assert.ok(
                near.some((column) => column.some(([red]) => red === FAILED)),
                `failed ${i}`,
              );
          }
        },
      ),
      { numRuns: 200 },
    );
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
  assert.deepEqual(detailNotes(draw(few.context, sceneOf(of(5)), PALETTE, 1), sceneOf(of(5)).model), []);
  assert.equal(few.lines(), 10);
  const many = recorder();
  const drawn = draw(many.context, sceneOf(of(200)), PALETTE, 1);
  assert.match(detailNotes(drawn, sceneOf(of(200)).model).join(' '), /^Messages .*\b200\b/);
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
      const { context, filled, images } = recorder();
      const fromUs = (STRETCHES - span) / 2;
      const drawn = draw(context, { ...scene, view: { fromUs, toUs: fromUs + span, widthPx } }, PALETTE, 1);
      // Two columns or boxes for each pixel of the calls' four rows; the curves have three. Lanes are one picture.
      assert.ok(filled.length <= widthPx * (4 * 2 + 2 * 3) + 100, String(filled.length));
      assert.deepEqual(
        images.map((image) => image.width),
        [widthPx],
      );
      assert.equal(drawn.mergedCalls > 0, span > 1_000);
    });
  }
});
