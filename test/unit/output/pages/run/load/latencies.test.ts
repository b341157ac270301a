import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { RunRecord } from '../../../../../../src/core/documents/run-record.ts';
import { TAILS_NOTE } from '../../../../../../src/core/labels.ts';
import { OUTCOME_CODE } from '../../../../../../src/core/outcomes.ts';
import { sortNumbers } from '../../../../../../src/core/statistics/quantile.ts';
import { JobTable } from '../../../../../../src/engine/measurement/job-table.ts';
import { loadLatencies } from '../../../../../../src/output/pages/run/load/latencies.ts';
import { renderRunPage } from '../../../../../../src/output/pages/run/page.ts';
import { latencySeries, TABLE_PERCENTS } from '../../../../../../src/output/view/run/latencies.ts';
import { runView } from '../../../../../../src/output/view/run.ts';
import { writeDue, writeRows } from '../../../../../../src/store/job-rows.ts';
import { RunFolder } from '../../../../../../src/store/run-folder.ts';
import { outcomes, record, scheduled, trial, variant } from '../../../../../fixtures/runs/records.ts';
import { assertNames } from '../../../../../support/assert-names.ts';

/** Job j of round r takes 10 r + j ms: three rounds of 40 jobs, the second of them with a failure. */
const JOBS = 40;
const run: RunRecord = record({
  variants: [
    variant('event-loop', {
      trials: [1, 2, 3].map((round) =>
        trial({ round, outcomes: round === 2 ? outcomes({ ok: 39, timeout: 1 }) : outcomes({ ok: JOBS }) }),
      ),
    }),
    variant('worker-pool', { trials: [trial({ lost: 'crashed', wallMs: null })] }),
  ],
});

function rowsOf(round: number): JobTable {
  const table = new JobTable(JOBS, new ArrayBuffer(2_048));
  for (let job = 0; job < JOBS; job++) {
    table.start[job] = 5e9 + job * 1e6;
    table.end[job] = 5e9 + job * 1e6 + (10 * round + job) * 1e6;
    table.outcome[job] = OUTCOME_CODE.ok;
  }
  return table;
}

describe('how long jobs took, from their rows', () => {
  let folder = '';
  const latenciesOf = (record: RunRecord, limits?: Parameters<typeof loadLatencies>[3]) =>
    loadLatencies(RunFolder.open(folder), record, [], limits);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'threadmill-latencies-'));
    await mkdir(join(folder, 'jobs'));
    for (const round of [1, 2, 3]) {
      writeRows({ file: join(folder, 'jobs/event-loop.bin'), trial: round - 1 }, rowsOf(round));
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('all trials that count, and no other: 10 to 49 ms and 30 to 69 ms', () => {
    const [only, ...others] = latenciesOf(run);
    assert.deepEqual(others, []);
    assert.equal(only?.variant, 'event-loop');
    assert.deepEqual([only?.trials, only?.missing, only?.sampled], [2, 0, false]);
    const service = only?.service;
    assert.deepEqual([service?.times, service?.least, service?.greatest], [80, 10, 69]);
    // 40 values up to 39.5: the median lies between the 40th, 39, and the 41st, 40.
    assert.equal(service?.percentiles[TABLE_PERCENTS.indexOf(50)], 39.5);
    assert.equal(service?.percentiles[TABLE_PERCENTS.indexOf(99)], null);
    assert.equal(only?.response, null);
  });

  test('of too many a part of each trial, another in the next, and the greatest of all', () => {
    const [only] = latenciesOf(run, { times: 20, rows: 1_000 });
    // Every fourth of 80: jobs 0, 4, … of the first trial, and 1, 5, … of the other.
    assert.deepEqual(
      [only?.sampled, only?.service?.times, only?.service?.least, only?.service?.greatest],
      [true, 20, 10, 69],
    );
    assert.equal(only?.service?.steps.at(-1)?.value, 67);
    const page = renderRunPage(runView(run, [], { latencies: only === undefined ? [] : [only] }));
    assert.match(page, /<strong>a sample<\/strong>/);
  });

  test('the least of all jobs, also where it is not in the sample', () => {
    const reversed = rowsOf(1);
    reversed.end.forEach((_, job) => {
      reversed.end[job] = reversed.start[job]! + (49 - job) * 1e6;
    });
    writeRows({ file: join(folder, 'jobs/offload.bin'), trial: 0 }, reversed);
    const variants = [variant('offload', { trials: [trial({ outcomes: outcomes({ ok: JOBS }) })] })];
    // Jobs 0, 4, … 36 take 49, 45, … 13 ms; job 39 takes 10 ms.
    const [only] = latenciesOf({ ...run, variants }, { times: 10, rows: 1_000 });
    assert.deepEqual([only?.service?.times, only?.service?.least, only?.service?.greatest], [10, 10, 49]);
  });

  test('with jobs whose failure is allowed the curves are of all others, and no sample', () => {
    const table = rowsOf(1);
    table.outcome[3] = OUTCOME_CODE.timeout;
    writeRows({ file: join(folder, 'jobs/worker-pool.bin'), trial: 0 }, table);
    const allowed = trial({ outcomes: outcomes({ ok: 39, timeout: 1 }), allowedFailures: 1 });
    const failing = { ...run, variants: [variant('worker-pool', { trials: [allowed] })] };
    const latencies = latenciesOf(failing);
    assert.equal(latencies[0]?.service?.times, 39);
    assert.doesNotMatch(renderRunPage(runView(failing, [], { latencies })), /<strong>a sample/);
  });

  test('rows that are not there are said to be missing', () => {
    const longer = {
      ...run,
      variants: run.variants.map((each) => ({
        ...each,
        trials: each.trials.flatMap((one) => [one, { ...one, round: one.round + 3 }]),
      })),
    };
    const latencies = latenciesOf(longer);
    assert.deepEqual([latencies[0]?.trials, latencies[0]?.missing], [2, 2]);
    assertNames(
      renderRunPage(runView(longer, [], { latencies })),
      /<code>jobs\/<\/code>[^<]*event-loop 2 trials of 4/,
    );
    const nothing = loadLatencies(RunFolder.open(join(folder, 'nowhere')), run, []);
    assert.equal(nothing[0]?.service, null);
    assert.match(renderRunPage(runView(run, [], { latencies: nothing })), /event-loop 2 trials of 2/);
  });

  test('on a schedule: from when a job was due, too', () => {
    const { spec } = scheduled();
    const [, second] = run.variants[0]!.trials;
    const open: RunRecord = {
      ...run,
      spec,
      variants: [
        {
          ...run.variants[0]!,
          name: 'sequential',
          trials: [{ ...second!, outcomes: outcomes({ ok: JOBS }) }],
        },
      ],
    };
    const file = join(folder, 'jobs/sequential.bin');
    writeRows({ file, trial: 0 }, rowsOf(1));
    // Every job was due 100 ms before the first of them began.
    writeDue({ file, trial: 0 }, new Float64Array(JOBS).fill(4.9e9));
    const latencies = latenciesOf(open);
    const { service, response } = latencies[0]!;
    assert.deepEqual([service?.least, service?.greatest], [10, 49]);
    // Job j ended 2 j + 10 ms after the first of them began.
    assert.deepEqual([response?.least, response?.greatest], [110, 188]);
    const page = renderRunPage(runView(open, [], { latencies }));
    assert.match(
      page,
      /<h3>Response time, from when a job was due<\/h3>[\s\S]*<h3>Service time, from when it started<\/h3>/,
    );
  });
});

test('a series is small, however many times there were', () => {
  const many = sortNumbers(Float64Array.from({ length: 200_000 }, (_, index) => 1 + index / 1_000));
  const series = latencySeries(many, 1, 500);
  assert.ok(series.steps.length < 300 && series.curve.length < 300);
  assert.equal(series.curve.at(-1)?.percent.toFixed(6), '99.995000');
  assert.equal(series.greatest, 500);
  assert.deepEqual(
    series.percentiles.map((ms) => ms?.toFixed(2)),
    ['3.00', '21.00', '51.00', '101.00', '151.00', '181.00', '191.00', '199.00', '200.80', '200.98'],
  );
});

test('two charts and a table: steps to 100%, a curve as far as the jobs support it', () => {
  const series = latencySeries(
    sortNumbers(Array.from({ length: 1_000 }, (_, index) => 100 + index / 10)),
    100,
    199.9,
  );
  const latencies = [
    {
      variant: 'event-loop' as const,
      trials: 25,
      missing: 0,
      leftOut: 0,
      sampled: false,
      service: series,
      response: null,
    },
  ];
  const page = renderRunPage(runView(record(), [], { latencies }));
  const section = /<section id="latencies"[\s\S]*?<\/section>/.exec(page)?.[0] ?? '';
  assert.equal(section.match(/<div class="chart" role="img"/g)?.length, 2);
  const steps = /<path class="line steps" d="(M[\d.]+ 100V[^"]+)"/.exec(section)?.[1] ?? '';
  assert.match(steps, /V0\.0$/);
  assert.ok(steps.length < 4_000, String(steps.length));
  assert.match(section, /<text x="97\.000%" y="14">99%<\/text>/);
  assert.doesNotMatch(section, /99\.9%<\/text>/);
  assert.match(section, /<title>event-loop, p90: 190 ms<\/title>/);
  assert.match(
    section,
    /<th scope="row">p99<\/th><td>199 ms<\/td>[\s\S]*<th scope="row">p99\.9<\/th><td>—<\/td>/,
  );
  assertNames(section, TAILS_NOTE.wall);
});
