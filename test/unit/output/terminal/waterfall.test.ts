import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { styleFor } from '../../../../src/output/terminal/style.ts';
import { waterfallLines } from '../../../../src/output/terminal/waterfall.ts';
import { type Cell, waterfallCells } from '../../../../src/output/terminal/waterfall-cells.ts';
import { type DrawnJob, threeWays, timelineOf, waiting } from '../../../fixtures/runs/timelines.ts';

const PLAIN = styleFor(false);

test('a staircase, a stack, and the lanes of two threads, on one axis', () => {
  assert.equal(
    `\n${waterfallLines(threeWays(), 70, PLAIN).join('\n')}\n`,
    `
Traced trials, 3.33 ms a column: ░ waiting, █ processing (▏ at least)
sequential  one at a time, 2 of 8 jobs started; all take 800 ms
          ░░░░░░░░░░░░░░░░░░░░░░░░░░░███
                                        ░░░░░░░░░░░░░░░░░░░░░░░░░░░███
event-loop  concurrency 4, all 8 jobs
          ░░░░░░░░░░░░░░░░░░░░░░░░░░░███░░░░░░░░░░░░░░░░░░░░░░░░░░░███
          ░░░░░░░░░░░░░░░░░░░░░░░░░░░███░░░░░░░░░░░░░░░░░░░░░░░░░░░███
          ░░░░░░░░░░░░░░░░░░░░░░░░░░░███░░░░░░░░░░░░░░░░░░░░░░░░░░░███
          ░░░░░░░░░░░░░░░░░░░░░░░░░░░███░░░░░░░░░░░░░░░░░░░░░░░░░░░███
worker-pool  2 threads, concurrency 2 on each, all 8 jobs
worker 1  ░░░░░░░░░░░░░░░░░░░░░░░░░░░███░░░░░░░░░░░░░░░░░░░░░░░░░░░███
          ░░░░░░░░░░░░░░░░░░░░░░░░░░░███░░░░░░░░░░░░░░░░░░░░░░░░░░░███
worker 2  ░░░░░░░░░░░░░░░░░░░░░░░░░░░███░░░░░░░░░░░░░░░░░░░░░░░░░░░███
          ░░░░░░░░░░░░░░░░░░░░░░░░░░░███░░░░░░░░░░░░░░░░░░░░░░░░░░░███
          |0             |50 ms         |100 ms        |150 ms
`,
  );
});

/** One character for each cell: processing as the number of its eighths. */
function drawn(jobs: readonly DrawnJob[], windowUs: number, cells: number): string {
  const timeline = timelineOf('event-loop', jobs);
  const marks: Readonly<Record<Exclude<Cell['shows'], 'processing'>, string>> = {
    ...{ nothing: ' ', queued: 'q', connecting: 'c', waiting: '.', 'in-flight': 'f', failed: '!' },
  };
  return waterfallCells(timeline, [...jobs.keys()], windowUs, cells)
    .map((cell) => (cell.shows === 'processing' ? String(cell.eighths) : marks[cell.shows]))
    .join('');
}

describe('cells of a row', () => {
  // Ten cells of 8 µs each.
  const row = (...jobs: DrawnJob[]) => drawn(jobs, 80, 10);

  test('processing is as wide as it is, in eighths', () => {
    assert.equal(row(waiting(0, 40, 12)), '...48     ');
    assert.equal(row(waiting(0, 40, 8)), '....8     ');
    assert.equal(row(waiting(0, 35, 3)), '....3     ');
  });

  test('processing too short to be seen is a sliver', () => {
    assert.equal(row(waiting(0, 40, 0.01)), '....1     ');
  });

  test('half a cell of waiting is shown, less is not, unless nothing else were left of the job', () => {
    assert.equal(row({ start: 0, end: 20, phases: [['wait', 0, 20]] }), '...       ');
    assert.equal(row({ start: 0, end: 19, phases: [['wait', 0, 19]] }), '..        ');
    assert.equal(row({ start: 0, end: 1, phases: [['wait', 0, 1]] }), '.         ');
  });

  test('connecting, cpuWait and what no phase covers; a job without phases is in flight', () => {
    const phases = [
      ['queue', 0, 8],
      ['dns', 8, 12],
      ['tls', 12, 24],
      ['process', 72, 80],
    ] as const;
    assert.equal(row({ start: 0, end: 80, phases }), 'qcc......8');
    assert.equal(row({ start: 8, end: 40 }), ' ffff     ');
  });

  test('a failed job ends in a mark, one that goes on beyond the window does not', () => {
    assert.equal(row({ ...waiting(0, 36, 0), outcome: 'timeout' }), '....!     ');
    assert.equal(row({ ...waiting(40, 200, 0), outcome: 'timeout' }), '     .....');
  });

  test('whatever the jobs: as many cells as asked for, every job shows, processing never more than there is', () => {
    const job = fc.record({ gap: fc.nat(30), length: fc.integer({ min: 1, max: 60 }), share: fc.nat(100) });
    fc.assert(
      fc.property(
        fc.array(job, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 70 }),
        (some, cells) => {
          let at = 0;
          const jobs = some.map(({ gap, length, share }) => {
            const start = at + gap;
            at = start + length;
            return waiting(start, at, (length * share) / 100);
          });
          const text = drawn(jobs, at, cells);
          assert.equal(text.length, cells);
          const processing = some.reduce((sum, { length, share }) => sum + (length * share) / 100, 0);
          const eighths = [...text].reduce((sum, mark) => sum + (Number(mark) || 0), 0);
          // Each cell rounds by up to half an eighth, or shows a sliver of one.
          assert.ok(eighths <= (8 * cells * processing) / at + cells, text);
          for (const { start, end } of jobs) {
            const [from, to] = [Math.floor((start / at) * cells), Math.ceil((end / at) * cells)];
            assert.match(text.slice(from, Math.max(to, from + 1)), /\S/);
          }
        },
      ),
    );
  });
});

describe('a waterfall', () => {
  test('nothing to draw is nothing', () => {
    assert.deepEqual(waterfallLines([], 80, PLAIN), []);
    assert.deepEqual(waterfallLines([timelineOf('event-loop', [])], 80, PLAIN), []);
  });

  test('of a run of sequential alone shows all of it', () => {
    const [sequential] = threeWays();
    const text = waterfallLines([sequential!], 80, PLAIN).join('\n');
    assert.match(text, /^sequential {2}.*\b8 jobs$/m);
  });

  test('colours are put on, nothing else is changed', () => {
    const plain = waterfallLines(threeWays(), 80, PLAIN).join('\n');
    const coloured = waterfallLines(threeWays(), 80, styleFor(true)).join('\n');
    assert.ok(coloured.includes('\u001b[33m'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: takes the colours out again
    assert.equal(coloured.replace(/\u001b\[\d+m/g, ''), plain);
  });

  test('fits its width, whatever runs on how many threads', () => {
    const job = fc.record({
      start: fc.nat(10_000),
      length: fc.integer({ min: 1, max: 20_000_000 }),
      thread: fc.nat(12),
      lane: fc.nat(40),
    });
    fc.assert(
      fc.property(fc.array(job, { maxLength: 30 }), fc.integer({ min: 80, max: 160 }), (some, width) => {
        const jobs = some.map(({ start, length, ...place }) =>
          waiting(start, start + length, length / 3, place),
        );
        const lines = waterfallLines(
          [timelineOf('worker-pool-batched', jobs, 12), ...threeWays()],
          width,
          PLAIN,
        );
        for (const line of lines) {
          assert.ok(line.length <= width, line);
          assert.equal(line, line.trimEnd());
        }
        assert.ok(lines.length < 40, String(lines.length));
      }),
    );
  });
});
