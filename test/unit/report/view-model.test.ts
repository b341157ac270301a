import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildReportView } from '../../../src/report/view-model.ts';
import { runRecordSchema } from '../../../src/types/run-record.ts';
import { tinyFlame } from '../../fixtures/runs/flames.ts';
import { block, estimate, outcomes, profiled, record, variant } from '../../fixtures/runs/records.ts';

const summaryOf = (name: Parameters<typeof variant>[0]) => {
  const { summary } = variant(name);
  assert.ok(summary);
  return summary;
};

test('the fixtures are records', () => {
  runRecordSchema.parse(record());
  runRecordSchema.parse(profiled());
});

describe('headline', () => {
  const headline = (over: Parameters<typeof record>[0]) => buildReportView(record(over), []).headline;

  test('names those that the run can’t tell apart together, and their factors', () => {
    const { text, comparison, details } = headline({});
    assert.equal(
      text,
      'event-loop and worker-pool-batched each ran the same 40 jobs 12.3 to 12.4 times as fast as sequential.',
    );
    assert.equal(comparison, true);
    assert.match(details.join(' '), /quartiles of the factor over 10 rounds: 12\.2–12\.6×/);
    assert.match(details.join(' '), /event-loop had the highest factor/);
    assert.match(details.join(' '), /No difference between them that this run could see\./);
  });

  test('a factor whose quartiles include 1 is no win', () => {
    const eventLoop = variant('event-loop', {
      summary: { ...summaryOf('event-loop'), speedup: estimate(1.04, 0.97, 1.1) },
    });
    const view = buildReportView(record({ variants: [variant('sequential'), eventLoop] }), []);
    assert.match(view.headline.text, /^No clear winner: event-loop was 1\.04 times as fast/);
    assert.deepEqual(
      view.rows.map((row) => row.isFastest),
      [false, false],
    );
  });

  test('the baseline can be the fastest', () => {
    const eventLoop = variant('event-loop', {
      summary: { ...summaryOf('event-loop'), speedup: estimate(0.8, 0.7, 0.9) },
    });
    const { text } = headline({ variants: [variant('sequential'), eventLoop] });
    assert.equal(text, 'Nothing was faster than sequential: it ran the same 40 jobs in 4,126 ms.');
  });

  test('one variant alone is not compared', () => {
    const { text, comparison } = headline({ variants: [variant('sequential')] });
    assert.equal(text, 'sequential ran the same 40 jobs in 4,126 ms.');
    assert.equal(comparison, false);
  });

  test('failed jobs void the comparison', () => {
    const failing = variant('event-loop', {
      blocks: [block({ outcomes: outcomes({ ok: 37, timeout: 3 }) })],
    });
    const view = buildReportView(
      record({ variants: [variant('sequential'), failing, variant('worker-pool')] }),
      [],
    );
    assert.equal(view.headline.comparison, false);
    assert.equal(view.headline.text, 'No comparison: 3 jobs failed.');
    assert.equal(view.rows[1]?.speedup, null);
    assert.notEqual(view.rows[2]?.speedup, null);
    assert.equal(view.banners[0]?.title, 'Jobs failed');
  });

  test('responses that differ void it for all', () => {
    const view = buildReportView(
      record({ equivalence: { baseline: 'sequential', compared: 120, mismatches: 3, examples: [] } }),
      [],
    );
    assert.equal(view.headline.comparison, false);
    assert.ok(view.rows.every((row) => row.speedup === null && !row.isFastest));
  });

  test('a run that stopped says how far it came, and cut-off jobs are no failures', () => {
    const cut = variant('event-loop', {
      blocks: [
        block({
          wallMs: null,
          lost: 'interrupted',
          outcomes: outcomes({ ok: 5, aborted: 10, 'not-started': 25 }),
        }),
      ],
      summary: null,
    });
    const view = buildReportView(
      record({
        status: 'aborted',
        exitCode: 130,
        finishedAt: null,
        variants: [variant('sequential', { summary: null, blocks: [] }), cut],
      }),
      [],
    );
    assert.equal(view.headline.text, 'The run was stopped after 1 of 10 rounds had started.');
    assert.deepEqual(
      view.banners.map((banner) => banner.title),
      ['This run was stopped before its end'],
    );
    assert.equal(view.rows[1]?.failedJobs, 35);
    assert.equal(view.rows[1]?.note, 'round 1: interrupted');
  });

  test('a run that failed gives its reason', () => {
    const failure = {
      code: 'server-unreachable',
      message: 'The server at http://u:p@x.test refused',
      advice: 'Start it.',
    };
    const view = buildReportView(record({ status: 'failed', failure, variants: [], artefacts: [] }), []);
    assert.equal(view.headline.text, 'The run failed: The server at http://x.test refused');
    assert.deepEqual(view.walls, { axisMs: 1, ticksMs: [0], bars: [] });
  });
});

test('walls start at zero and reach past the slowest round', () => {
  const { walls } = buildReportView(record(), []);
  const slowest = Math.max(...walls.bars.flatMap((bar) => bar.dots.map((dot) => dot.wallMs)));
  assert.equal(walls.ticksMs[0], 0);
  assert.deepEqual(walls.ticksMs, [0, 1_000, 2_000, 3_000, 4_000]);
  assert.ok(walls.axisMs > slowest);
  assert.equal(walls.bars[0]?.dots.length, 10);
});

test('errors are quoted once for each message, warm-ups told apart', () => {
  const error = {
    position: 3,
    name: 'users',
    outcome: 'timeout' as const,
    status: null,
    code: 'UND_ERR',
    message: 'late',
  };
  const failing = variant('event-loop', {
    warmups: [
      block({
        round: 0,
        outcomes: outcomes({ ok: 39, reset: 1 }),
        errors: [{ ...error, outcome: 'reset', message: 'gone' }],
      }),
    ],
    blocks: [1, 2].map((round) =>
      block({ round, outcomes: outcomes({ ok: 39, timeout: 1 }), errors: [error] }),
    ),
  });
  const [failure] = buildReportView(record({ variants: [failing] }), []).failures;
  assert.ok(failure);
  assert.deepEqual(failure.outcomes, [{ outcome: 'timeout', jobs: 2 }]);
  assert.equal(failure.warmupFailedJobs, 1);
  assert.deepEqual(
    failure.errors.map(({ round, message }) => [round, message]),
    [
      [1, 'late'],
      [0, 'gone'],
    ],
  );
});

test('captures are in their fixed order; links stay below the report', () => {
  const artefact = {
    variant: 'sequential' as const,
    threads: 'main' as const,
    title: 't',
    loadMs: null,
    repeats: null,
    caveat: null,
  };
  const { variants } = buildReportView(
    profiled({
      artefacts: [
        { ...artefact, capture: 'clinic-flame', path: '../../etc/passwd' },
        { ...artefact, capture: '0x', path: 'javascript:alert(1)/x y.html' },
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
  const { variants } = buildReportView(profiled(), [tinyFlame()]);
  const pool = variants.find(({ variant: name }) => name === 'worker-pool');
  assert.equal(pool?.idleShare, 7_000 / 20_000);
  assert.deepEqual(
    pool?.functions.slice(0, 2).map(({ name, selfUs, totalUs }) => [name, selfUs, totalUs]),
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
    blocks: [],
    warmups: [],
    summary: null,
  });
  const [row] = buildReportView(record({ variants: [bare] }), []).rows;
  assert.equal(row?.note, 'not started');
  assert.equal(row?.wallMs, null);
  assert.deepEqual(row?.latencyMs, { p50: null, p90: null, p99: null, p999: null, max: null });
});
