import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FlameData, FlameFrame } from '../../../../src/core/documents/flame.ts';
import type { SourceExcerpts } from '../../../../src/core/documents/source-excerpts.ts';
import type { VariantName } from '../../../../src/core/variants.ts';
import { html } from '../../../../src/output/markup/markup.ts';
import { hotSection } from '../../../../src/output/sections/hot.ts';
import { hotLines } from '../../../../src/output/terminal/hot.ts';
import { styleFor } from '../../../../src/output/terminal/style.ts';
import { variantViews } from '../../../../src/output/view/run/captures.ts';
import { type HotView, hotView } from '../../../../src/output/view/run/hot.ts';
import { profiled, RUN_VARIANTS } from '../../../fixtures/runs/records.ts';
import { type Calls, dataOf, functionFrame } from '../../../support/call-trees.ts';

const JOBS = 'src/jobs.ts';
const CRUNCH = functionFrame('crunch', { file: JOBS, line: 10, column: 1 });
const ON_BODY = functionFrame('onBody', {
  ...{ file: 'undici@7.30.2/client.js', line: 5, column: 1 },
  ...{ category: 'dependency', package: 'undici@7.30.2' },
});

/** Per line of `crunch`: its µs. */
type Lines = readonly (readonly [line: number, self: number])[];

function flameOf(variant: VariantName, threads: readonly (readonly [Calls, Lines])[]): FlameData {
  const data = dataOf(
    threads.map(([calls]) => calls),
    [CRUNCH, ON_BODY],
  );
  return {
    ...data,
    variant,
    threads: data.threads.map((thread, i) => {
      const lines = threads[i]![1];
      return {
        ...thread,
        samples: thread.duration / 10,
        lines: {
          frame: lines.map(() => 0),
          line: lines.map(([at]) => at),
          self: lines.map(([, us]) => us),
        },
      };
    }),
  };
}

/**
 * 9 repeats of 40 jobs (as the record says) are 360. event-loop: 720 µs of crunch, 360 of onBody, which crunch
 * called; 2 and 1 for each job. worker-pool: 360 and 1,080 µs of crunch on two threads: 4 for each job.
 */
const FLAMES = [
  flameOf('event-loop', [
    [
      [
        '(root)',
        0,
        [
          ['(idle)', 50_000],
          ['crunch', 720, [['onBody', 360]]],
        ],
      ],
      [
        [12, 540],
        [30, 180],
      ],
    ],
  ]),
  flameOf('worker-pool', [
    [
      [
        '(root)',
        0,
        [
          ['(idle)', 9_000],
          ['crunch', 360],
        ],
      ],
      [[12, 360]],
    ],
    [['(root)', 0, [['crunch', 1_080]]], [[12, 1_080]]],
  ]),
];

const SOURCES: SourceExcerpts[] = [
  {
    schemaVersion: 2,
    files: [
      {
        file: JOBS,
        parts: [
          { first: 9, lines: ['', 'function crunch() {', '\tlet sum = 0;', '  while (sum < 9) sum++;'] },
          { first: 13, lines: ['}', 'done();'] },
        ],
      },
    ],
  },
];

function viewOf(flames = FLAMES, sources = SOURCES): HotView {
  const hot = hotView(variantViews(profiled(), flames), sources);
  assert.ok(hot !== null);
  return hot;
}

describe('hot functions', () => {
  test('with an unknown number of jobs the lines are not said to lack samples', () => {
    const run = profiled();
    const artifacts = run.artifacts.map((each) => ({ ...each, repeats: null }));
    const hot = hotView(variantViews({ ...run, artifacts }, FLAMES), SOURCES);
    assert.deepEqual(hot?.files, []);
    const page = html`${hotSection(hot)}`.source;
    assert.doesNotMatch(page, /No samples in your own files/);
    assert.match(page, /number of profiled jobs is not known/);
  });

  test('each time for one job, over all threads; the share is of what was not idle', () => {
    const { variants, functions } = viewOf();
    assert.deepEqual(variants, [
      {
        variant: 'event-loop',
        jobs: 360,
        busyUs: 1_080,
        busyPerJobUs: 3,
        idleShare: 50_000 / 51_080,
      },
      {
        variant: 'worker-pool',
        jobs: 360,
        busyUs: 1_440,
        busyPerJobUs: 4,
        idleShare: 9_000 / 10_440,
      },
    ]);
    assert.deepEqual(functions, [
      {
        ...{ name: 'crunch', place: 'src/jobs.ts:10', category: 'user', package: null },
        times: [
          { self: 720, totalUs: 1_080, share: 2 / 3, selfPerJobUs: 2, totalPerJobUs: 3, isSure: true },
          { self: 1_440, totalUs: 1_440, share: 1, selfPerJobUs: 4, totalPerJobUs: 4, isSure: true },
        ],
      },
      {
        ...{
          name: 'onBody',
          place: 'undici@7.30.2/client.js:5',
          category: 'dependency',
          package: 'undici@7.30.2',
        },
        times: [
          { self: 360, totalUs: 360, share: 1 / 3, selfPerJobUs: 1, totalPerJobUs: 1, isSure: true },
          null,
        ],
      },
    ]);
  });

  test('ten samples are enough, of which a long one is no more than a short one', () => {
    // 12 samples of 10 µs, and 120 µs of which one sample is 65 µs: 120² / (65² + 11 · 5²) is 3.2.
    for (const [squares, sure] of [
      [12 * 10 ** 2, true],
      [65 ** 2 + 11 * 5 ** 2, false],
    ] as const) {
      const flame = flameOf('event-loop', [[['(root)', 0, [['crunch', 120]]], [[12, 120]]]]);
      const threads = flame.threads.map((thread) => ({ ...thread, variance: [0, squares] }));
      const { functions, files } = viewOf([{ ...flame, threads }]);
      assert.equal(functions[0]?.times[0]?.isSure, sure);
      assert.deepEqual(files[0]?.lines.find(({ line }) => line === 12)?.isSure, [sure]);
    }
  });

  test('a profile of nothing but waiting has none', () => {
    const idle = [flameOf('event-loop', [[['(root)', 0, [['(idle)', 50_000]]], []]])];
    assert.equal(hotView(variantViews(profiled(), idle), []), null);
    assert.equal(hotView(variantViews(profiled(), []), []), null);
  });

  test('without the number of jobs there are no figures for one', () => {
    const hot = hotView(variantViews(profiled({ artifacts: [] }), FLAMES), SOURCES);
    assert.equal(hot?.variants[0]?.jobs, null);
    assert.equal(hot?.functions[0]?.times[0]?.selfPerJobUs, null);
    assert.deepEqual(hot?.files, []);
  });
});

describe('hot lines', () => {
  test('time of each line in every variant, with the lines around it and the head of its function', () => {
    const [file, ...others] = viewOf().files;
    assert.deepEqual(others, []);
    assert.equal(file?.file, JOBS);
    // 540 + 180 over 360 jobs, and 1,440.
    assert.deepEqual(file?.perJobUs, [2, 4]);
    assert.deepEqual(
      file?.lines.map(({ line, text, perJobUs, heat }) => [line, text, ...perJobUs, heat]),
      [
        [10, 'function crunch() {', null, null, 0],
        [11, '  let sum = 0;', null, null, 0],
        [12, '  while (sum < 9) sum++;', 1.5, 4, 8],
        [13, '}', null, null, 0],
        [14, 'done();', null, null, 0],
        // A function in there whose lines were not saved.
        [30, null, 0.5, null, 1],
      ],
    );
  });

  test('without the source there are the times', () => {
    const [file] = viewOf(FLAMES, []).files;
    assert.deepEqual(
      file?.lines.map(({ line, text }) => [line, text]),
      [
        [12, null],
        [30, null],
      ],
    );
    assert.match(html`${hotSection(viewOf(FLAMES, []))}`.source, /<p class="quiet">/);
  });

  test('source that is markup, or turns its direction round, is text', () => {
    const hostile = '</code></table><img src=x onerror=alert(1)>\u202e';
    const sources = [
      { schemaVersion: 2 as const, files: [{ file: JOBS, parts: [{ first: 12, lines: [hostile] }] }] },
    ];
    const { source } = html`${hotSection(viewOf(FLAMES, sources))}`;
    assert.ok(!source.includes('<img'));
    assert.ok(!source.includes('\u202e'));
    assert.ok(source.includes('&lt;/code&gt;&lt;/table&gt;&lt;img'));
  });
});

describe('in a terminal', () => {
  test('a column for each variant, what is left, and all of it', () => {
    assert.deepEqual(hotLines(viewOf(), 80, styleFor(false)).slice(0, 6), [
      'hot functions, per job  event-loop  worker-pool',
      'crunch  jobs.ts:10         2.00 µs      4.00 µs',
      'onBody  undici@7.30.2      1.00 µs            —',
      'everything else               0 µs         0 µs',
      'total busy                 3.00 µs      4.00 µs',
      'threads idle                 97.9%        86.2%',
    ]);
  });

  test('a time that rests on few samples is marked, and none at all is a dash', () => {
    const calls: Calls = [
      '(root)',
      0,
      [
        ['(idle)', 9_000],
        ['crunch', 90, [['onBody', 0, [['writev', 910]]]]],
      ],
    ];
    const rows = hotLines(viewOf([flameOf('event-loop', [[calls, []]])]), 80, styleFor(false));
    assert.deepEqual(rows.slice(1, 3), [
      'writev                     2.53 µs',
      'crunch  jobs.ts:10       ~0.250 µs',
    ]);
    const { source } = html`${hotSection(viewOf([flameOf('event-loop', [[calls, []]])]))}`;
    assert.match(source, /~0\.250 µs<small>2\.78 µs<\/small>/);
  });

  test('fits 80 columns whatever functions are called', () => {
    const name = fc.string({ minLength: 1, maxLength: 200 });
    const frame: fc.Arbitrary<Pick<FlameFrame, 'name' | 'file'>> = fc.record({ name, file: fc.option(name) });
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 80, max: 160 }),
        (some, width) => {
          const frames = some.map((each, i) => functionFrame(each.name, { ...each, line: i, column: 1 }));
          const calls: Calls = [
            '(root)',
            0,
            frames.map(({ name: called }, i) => [called, 10 ** (i % 7)] as const),
          ];
          const flames = RUN_VARIANTS.map((variant) => ({ ...dataOf([calls], frames), variant }));
          const hot = hotView(variantViews(profiled(), flames), []);
          if (hot === null) return;
          for (const line of hotLines(hot, width, styleFor(false))) assert.ok(line.length <= width, line);
        },
      ),
      { numRuns: 30 },
    );
  });
});
