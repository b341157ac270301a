import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verdictOf } from '../../../../src/analysis/verdict/verdict.ts';
import { runRecordSchema } from '../../../../src/core/documents/run-record.ts';
import { COVERAGE_NAMES } from '../../../../src/core/labels.ts';
import { html } from '../../../../src/output/markup/markup.ts';
import { workersSection } from '../../../../src/output/pages/run/sections/workers.ts';
import { runView } from '../../../../src/output/view/run.ts';
import { tinyFlame } from '../../../fixtures/runs/flames.ts';
import { outcomes, profiled, record, trial, variant } from '../../../fixtures/runs/records.ts';
import { traced } from '../../../fixtures/runs/traces.ts';
import { verdictCase } from '../../../fixtures/runs/verdict-cases.ts';

const PAIR = { 'event-loop': { wall: 331 }, 'worker-pool': { wall: 338 } } as const;

test('the fixtures are records', () => {
  runRecordSchema.parse(record());
  runRecordSchema.parse(profiled());
  runRecordSchema.parse(verdictCase({ variants: PAIR, double: 331 }));
});

describe('what the verdict does to the view', () => {
  test('a saved verdict: texts of 1,000 characters stay whole, longer ones end at 2,000', () => {
    const run = record();
    const verdict = verdictOf(run);
    const withText = (text: string) =>
      runView(
        {
          ...run,
          verdict: {
            ...verdict,
            headline: text,
            lines: [{ topic: 'choice', text }],
            next: [{ command: text, why: text }],
          },
        },
        [],
      ).verdict;
    for (const [given, shown] of [
      [1_000, 1_000],
      [5_000, 2_000],
    ] as const) {
      const { headline, lines, next } = withText('x'.repeat(given));
      const texts = [
        headline,
        ...lines.map(({ text }) => text),
        ...next.flatMap(({ command, why }) => [command, why]),
      ];
      assert.deepEqual(
        texts.map(({ length }) => length),
        [shown, shown, shown, shown],
      );
    }
  });

  test('workers: PSS has a column only if a worker has a value', () => {
    const columns = (pssBytes: number | null) => {
      const workerCost = { rssBytes: 1e7, pssBytes, taskMs: null };
      const view = runView(
        record({ variants: [variant('sequential'), variant('worker-pool', { workerCost })] }),
        [],
      );
      const { source } = html`${workersSection(view)}`;
      return [/PSS/.test(source), source.match(/<th scope="col"/g)?.length, source.match(/<td/g)?.length];
    };
    assert.deepEqual(columns(9e6), [true, 8, 7]);
    assert.deepEqual(columns(null), [false, 7, 6]);
  });

  test('its variant is marked, and no other', () => {
    const { verdict, rows } = runView(record(), []);
    assert.equal(verdict.recommended, 'event-loop');
    assert.deepEqual(
      rows.map(({ isRecommended }) => isRecommended),
      [false, true, false, false],
    );
  });

  test('failed jobs in one variant void the speedups of all', () => {
    const failing = variant('event-loop', {
      trials: [trial({ outcomes: outcomes({ ok: 37, timeout: 3 }) })],
    });
    const view = runView(record({ variants: [variant('sequential'), failing, variant('worker-pool')] }), []);
    assert.equal(view.verdict.why, 'jobs-failed');
    assert.ok(view.rows.every(({ speedup, isRecommended }) => speedup === null && !isRecommended));
    assert.deepEqual(view.banners, [], 'the list of failures says it');
  });

  test('responses that differ void all of them, and so does an A/A arm that differs', () => {
    const differing = record({
      equivalence: { baseline: 'sequential', compared: 120, mismatches: 3, examples: [] },
    });
    for (const run of [differing, verdictCase({ variants: PAIR, double: 400 })]) {
      const { rows } = runView(run, []);
      assert.ok(rows.every(({ speedup, isRecommended }) => speedup === null && !isRecommended));
      assert.ok(rows.every(({ comparedMs }) => comparedMs !== null));
    }
  });

  test('a run that stopped: cut-off jobs are no failures', () => {
    const cut = variant('event-loop', {
      trials: [
        trial({
          wallMs: null,
          lost: 'interrupted',
          outcomes: outcomes({ ok: 5, aborted: 10, 'not-started': 25 }),
        }),
      ],
      summary: null,
    });
    const view = runView(
      record({
        status: 'aborted',
        exitCode: 130,
        finishedAt: null,
        variants: [variant('sequential', { summary: null, trials: [] }), cut],
      }),
      [],
    );
    assert.equal(view.verdict.why, 'nothing-measured');
    assert.deepEqual(
      view.banners.map(({ tone, about }) => [tone, about]),
      [['warning', 'run']],
    );
    assert.match(view.banners[0]!.text, /\b130\b/);
    assert.equal(view.rows[1]?.failedJobs, 35);
    assert.equal(view.rows[1]?.note, 'round 1: interrupted');
  });
});

test('a run without any variant has walls nonetheless', () => {
  assert.deepEqual(runView(record({ variants: [] }), []).walls, {
    compared: 'wall',
    axisMs: 1,
    ticksMs: [0],
    bars: [],
  });
});

test('walls start at zero and reach past the slowest round', () => {
  const { walls } = runView(record(), []);
  const slowest = Math.max(...walls.bars.flatMap((bar) => bar.dots.map((dot) => dot.ms)));
  assert.equal(walls.ticksMs[0], 0);
  assert.deepEqual(walls.ticksMs, [0, 1_000, 2_000, 3_000, 4_000]);
  assert.ok(walls.axisMs > slowest);
  assert.equal(walls.bars[0]?.dots.length, 10);
});

describe('where the wall goes', () => {
  const run = record();
  const { breakdowns, walls } = runView({ ...run, variants: traced(run.variants) }, []);

  test('the parts of every bar and of every thread add up to it', () => {
    assert.equal(breakdowns.length, 4);
    for (const bar of breakdowns) {
      for (const { shares, totalMs } of [bar, ...bar.byThread]) {
        assert.ok(Math.abs(shares.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
        assert.ok(Math.abs(shares.reduce((sum, { ms }) => sum + ms, 0) - totalMs) < 1e-6);
      }
      assert.ok(Math.abs(bar.totalMs - bar.wallMs * bar.byThread.length) < 1e-6, bar.variant);
    }
  });

  test('phases that no job had are left out; the ideal stands at the walls', () => {
    assert.deepEqual(
      breakdowns[0]?.phases.map(({ phase }) => phase),
      ['queue', 'tcp', 'send', 'wait', 'download', 'process'],
    );
    assert.deepEqual(
      walls.bars.map(({ bottleneck }) => bottleneck?.idealMs),
      [4_020, 251.25, 251.25, 251.25],
    );
  });

  test('rounds far out are marked, and still there', () => {
    const dots = walls.bars.flatMap((bar) => bar.dots);
    assert.equal(dots.length, 40);
    assert.deepEqual(
      dots.filter(({ outlier }) => outlier !== null).map(({ outlier }) => outlier),
      ['severe', 'mild', 'severe', 'mild'],
    );
  });

  test('without a traced pass there is nothing', () => {
    assert.deepEqual(runView(record(), []).breakdowns, []);
  });
});

test('pairs are shown where they are claimed', () => {
  const { pairs } = runView(record(), []);
  assert.equal(pairs.length, 6);
  assert.deepEqual([pairs[0]?.b, pairs[0]?.a, pairs[0]?.verdict], ['event-loop', 'sequential', 'faster']);
  assert.deepEqual(runView(verdictCase({ variants: PAIR, double: 400 }), []).pairs, []);
});

test('failures: each kind of error once, over variants, trials and items; warm-ups told apart', () => {
  const error = {
    ...{ position: 3, item: 1, name: 'users', input: '{ id: 1 }' },
    ...{ outcome: 'timeout' as const, status: null, code: 'UND_ERR', message: 'late by 7 ms' },
  };
  const failing = (name: 'event-loop' | 'worker-pool', ...errors: (typeof error)[]) =>
    variant(name, {
      warmups: [
        trial({
          ...{ round: 0, outcomes: outcomes({ ok: 39, reset: 1 }) },
          errors: [{ ...error, outcome: 'reset', message: 'gone' }],
        }),
      ],
      trials: [1, 2].map((round) => trial({ round, outcomes: outcomes({ ok: 38, timeout: 2 }), errors })),
    });
  const variants = [
    failing('event-loop', error, { ...error, position: 8, item: 0, input: '{ id: 0 }' }),
    failing('worker-pool', { ...error, message: 'late by 2.5 ms' }, { ...error, position: 9, item: 5 }),
  ];
  const { failures } = runView(record({ variants }), []);
  assert.deepEqual(
    { ...failures, kinds: null, advice: null },
    {
      ...{
        failedJobs: 8,
        plannedJobs: 160,
        outcomes: [{ outcome: 'timeout', jobs: 8 }],
        warmupFailedJobs: 2,
      },
      ...{ timedTrials: 4, variantsRun: 2, kinds: null, moreKinds: 0, advice: null, isAllowed: false },
    },
  );
  const [late, gone, ...more] = failures?.kinds ?? [];
  assert.deepEqual(more, []);
  assert.deepEqual(late, {
    ...{ outcome: 'timeout', status: null, code: 'UND_ERR', message: 'late by 7 ms' },
    items: [
      { items: [0], name: 'users', input: '{ id: 0 }' },
      { items: [1, 5], name: 'users', input: '{ id: 1 }' },
    ],
    ...{ moreItems: 0, variants: ['event-loop', 'worker-pool'], trials: 4 },
  });
  assert.deepEqual([gone?.message, gone?.trials], ['gone', 0]);
});

test('a capture that did not see all threads does not say so', () => {
  const artifact = { variant: 'sequential', title: 't', loadMs: null, repeats: null, caveat: 'why' } as const;
  const { variants } = runView(
    profiled({
      artifacts: [
        { ...artifact, capture: 'threads', threads: 'some', path: 'a' },
        { ...artifact, capture: 'heap', threads: 'all', path: 'b' },
      ],
    }),
    [],
  );
  assert.deepEqual(
    variants[0]?.captures.map((capture) => capture.available && COVERAGE_NAMES[capture.threads]),
    ['not all threads', 'all threads'],
  );
});

test('captures are in their fixed order; links stay below the report', () => {
  const artifact = {
    variant: 'sequential' as const,
    threads: 'main' as const,
    title: 't',
    loadMs: null,
    repeats: null,
    caveat: null,
  };
  const { variants } = runView(
    profiled({
      artifacts: [
        { ...artifact, capture: 'clinic-flame', path: '../../etc/passwd' },
        { ...artifact, capture: '0x', path: 'javascript:alert(1)/x y.html' },
        { variant: 'sequential', capture: 'threads', unavailable: 'no inspector', advice: null },
      ],
    }),
    [],
  );
  const captures = variants[0]?.captures ?? [];
  assert.deepEqual(
    captures.map(({ capture }) => capture),
    ['threads', '0x', 'clinic-flame'],
  );
  assert.deepEqual(
    captures.map((capture) => (capture.available ? capture.href : 'none')),
    ['none', './javascript%3Aalert(1)/x%20y.html', null],
  );
});

test('a flame gives its idle share and its functions; recursion counts once', () => {
  const { variants } = runView(profiled(), [tinyFlame()]);
  const pool = variants.find(({ variant: name }) => name === 'worker-pool');
  assert.equal(pool?.idleShare, 7_000 / 20_000);
  assert.deepEqual(
    pool?.functions.slice(0, 2).map(({ name, self, totalUs }) => [name, self, totalUs]),
    [
      ['parseOrders', 6_000, 8_500],
      ['dispatch', 3_000, 3_000],
    ],
  );
});

test('nothing known about a variant is nothing shown', () => {
  const bare = variant('event-loop', {
    state: 'pending',
    startupMs: null,
    processStartMs: null,
    trials: [],
    warmups: [],
    summary: null,
  });
  const [row] = runView(record({ variants: [bare] }), []).rows;
  assert.equal(row?.note, 'not started');
  assert.equal(row?.comparedMs, null);
  assert.deepEqual(new Set(Object.values(row?.figures ?? {})), new Set([null]));
});
