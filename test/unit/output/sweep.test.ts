import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analyseSweep } from '../../../src/analysis/sweep/analyse.ts';
import { sweepVerdict } from '../../../src/analysis/verdict/sweep/verdict.ts';
import type { SweepRecord } from '../../../src/core/documents/sweep-record.ts';
import { renderSweepHtml } from '../../../src/output/pages/sweep/page.ts';
import { renderSweepSummary } from '../../../src/output/terminal/sweep-summary.ts';
import { indexHtml } from '../../support/index-html.ts';
import {
  crossoverSweep,
  pair,
  pointVariant,
  rate,
  result,
  scalingSweep,
  sweep,
} from '../../support/sample-sweep.ts';

/** Analysed once: the laws' intervals take thousands of fits. */
const SCALING = analysed(scalingSweep());
const CROSSOVER = analysed(crossoverSweep());

function analysed(record: SweepRecord): SweepRecord {
  return { ...record, analysis: analyseSweep(record) };
}

const line = (record: SweepRecord, topic: string): string =>
  sweepVerdict(record).lines.find((each) => each.topic === topic)?.text ?? '';

describe('the verdict of a sweep', () => {
  test('along the jobs in flight: what to use, how far it carries, what the law predicts', () => {
    const record = structuredClone(SCALING);
    const { text } = sweepVerdict(record);
    // 28 · 128 / (1 + 0.006 · 127 + 0.00002 · 128 · 127) = 1,717
    assert.equal(
      text,
      'Use worker-pool-batched with 128 in flight: 1,717 jobs/s, 61.3 times as many as event-loop with 1.',
    );
    assert.match(
      line(record, 'best'),
      /^event-loop gained nothing that this sweep could see beyond 32 in flight/,
    );
    assert.match(line(record, 'best'), /worker-pool-batched still gained at 128 in flight/);
    assert.match(line(record, 'law'), /event-loop: peak at about 40 in flight/);
    assert.match(
      line(record, 'law'),
      /worker-pool-batched: peak at about 223 in flight .*beyond what was measured/,
    );
    assert.match(line(record, 'excluded'), /worker-pool at 4 in flight \(jobs failed\)/);
    assert.match(line(record, 'map'), /^Of 8 points /);
  });

  test('of variants that are level the simplest is recommended, and the others are named', () => {
    const record = sweep({
      axes: [{ name: 'concurrency', values: [1, 2, 4, 8] }],
      variants: ['event-loop', 'worker-pool'],
      at: ([n = 1]) => ({
        variants: [pointVariant('event-loop', 30 * n), pointVariant('worker-pool', 30.2 * n)],
        comparisons: [pair('event-loop', 'worker-pool', 1.007, 'no-difference')],
      }),
    });
    assert.equal(
      sweepVerdict(record).text,
      'Use event-loop with 8 in flight: 240 jobs/s, 8.00 times as many as with 1.',
    );
    assert.equal(
      line(record, 'choice'),
      'worker-pool is level with it there: no difference that this point could see (it would have seen 2.1%).',
    );
    assert.match(line(record, 'law'), /event-loop and worker-pool: no peak in sight: it grows in proportion/);
  });

  test('of two axes: the frontier, and where there is none', () => {
    const { text } = sweepVerdict(structuredClone(CROSSOVER));
    assert.equal(
      text,
      'Threads pay from somewhere between 0 and 4 ms of CPU per response depending on the jobs in flight, at 4 to 64 in flight.',
    );
    assert.equal(line(structuredClone(CROSSOVER), 'frontier'), 'At 1 in flight neither side wins anywhere.');
    assert.match(
      line(structuredClone(CROSSOVER), 'inconclusive'),
      /^1 point \(16 ms of CPU, 64 in flight\) had too few rounds/,
    );
  });

  test('an interpolation is named as one', () => {
    const record = sweep({
      axes: [{ name: 'cpu', values: [2, 5, 10, 20] }],
      variants: ['event-loop', 'worker-pool'],
      at: ([cpu = 0]) => ({
        variants: [pointVariant('event-loop', 100), pointVariant('worker-pool', 100)],
        // ln(5 ÷ 6.3) and ln(10 ÷ 6.3): the line between them is 0 at 6.3 ms.
        comparisons: [pair('event-loop', 'worker-pool', cpu / 6.3)],
      }),
    });
    assert.equal(
      sweepVerdict(record).text,
      'Threads pay from somewhere between 5 and 10 ms of CPU per response (about 6.3 ms by interpolation).',
    );
  });

  test('one side throughout, and nothing at all', () => {
    const of = (ratio: number, verdict?: 'no-difference') =>
      sweepVerdict(
        sweep({
          axes: [{ name: 'latency', values: [5, 20] }],
          variants: ['event-loop', 'worker-pool'],
          at: ([latency = 0]) => ({
            variants: [pointVariant('event-loop', 100), pointVariant('worker-pool', 100)],
            comparisons: [pair('event-loop', 'worker-pool', ratio * (latency === 5 ? 1.1 : 1), verdict)],
          }),
        }),
      ).text;
    assert.equal(of(1.5), 'Threads win at every point, by up to 1.65 times (5 ms of latency).');
    assert.equal(of(0.5), 'event-loop wins at every point, by up to 2.00 times (20 ms of latency).');
    assert.equal(of(1, 'no-difference'), 'No point of this sweep shows a difference between the variants.');
  });

  test('along threads: Amdahl, and the lack of CPUs is not taken for serial work', () => {
    const record = sweep({
      axes: [{ name: 'workers', values: [1, 2, 4, 8] }],
      variants: ['event-loop', 'worker-pool'],
      at: ([n = 1]) => ({
        variants: [pointVariant('event-loop', 48), pointVariant('worker-pool', 50 / (0.1 + 0.9 / n))],
        comparisons: [pair('event-loop', 'worker-pool', 50 / 48 / (0.1 + 0.9 / n))],
      }),
    });
    assert.match(sweepVerdict(record).text, /^Use worker-pool with 8 threads: 235 jobs\/s/);
    assert.match(line(record, 'law'), /worker-pool: at most 10\.0× with any number of threads/);
    Object.assign(record.sessions[0]!.environment, { cpus: 2, availableCpus: 2 });
    assert.match(
      line(record, 'law'),
      /more threads than 2 CPUs: what looks serial is partly the lack of a CPU/,
    );
  });

  test('threads that bring nothing are not recommended', () => {
    const record = sweep({
      axes: [{ name: 'workers', values: [1, 2, 4] }],
      variants: ['event-loop', 'worker-pool'],
      at: () => ({
        variants: [pointVariant('event-loop', 100), pointVariant('worker-pool', 90)],
        comparisons: [pair('event-loop', 'worker-pool', 0.9)],
      }),
    });
    assert.equal(sweepVerdict(record).text, 'Threads bring nothing here: use event-loop, 100 jobs/s.');
  });

  test('what a point can’t decide is not recommended', () => {
    const record = sweep({
      axes: [{ name: 'concurrency', values: [1, 2, 4] }],
      variants: ['event-loop', 'worker-pool'],
      at: ([n = 1]) => ({
        variants: [pointVariant('event-loop', 20 * n), pointVariant('worker-pool', 25 * n)],
        comparisons: [pair('event-loop', 'worker-pool', 1.25, 'inconclusive')],
      }),
    });
    assert.equal(
      sweepVerdict(record).text,
      'Inconclusive which variant to use: the most was 100 jobs/s, by worker-pool with 4 in flight.',
    );
    assert.equal(line(record, 'choice'), '');
  });

  test('points that do not follow the law get no prediction from it', () => {
    const jagged: Readonly<Record<number, number>> = { 1: 10, 2: 40, 4: 15, 8: 90, 16: 20 };
    const record = sweep({
      axes: [{ name: 'concurrency', values: [1, 2, 4, 8, 16] }],
      variants: ['event-loop'],
      at: ([n = 1]) => ({ variants: [pointVariant('event-loop', jagged[n]!)] }),
    });
    assert.match(line(record, 'law'), /event-loop: nothing: the points lie \S+% off the curve\.$/);
  });

  test('what the points’ own runs warned of is counted', () => {
    const record = structuredClone(SCALING);
    for (const { result: measured, at } of record.points) {
      measured!.warnings.push(
        { code: 'machine-busy', variant: null },
        { code: 'machine-busy', variant: 'event-loop' },
      );
      if (at[0] === 1) measured!.warnings.push({ code: 'too-few-rounds', variant: null });
    }
    assert.equal(
      line(record, 'warned'),
      '`machine-busy` at 8 of 8 points and `too-few-rounds` at 1: see their reports.',
    );
  });

  test('a sweep without a point, and one that was stopped', () => {
    const none = sweep({
      axes: [{ name: 'concurrency', values: [1, 2] }],
      variants: ['event-loop'],
      at: () => null,
      over: { status: 'stopped' },
    });
    assert.equal(sweepVerdict(none).text, 'No point has been measured.');
    assert.equal(line(none, 'sweep'), 'It was stopped: 0 of 2 points have been measured.');
    assert.match(renderSweepHtml(none), /stopped before its end/);
    assert.ok(renderSweepSummary(none, { colour: false, width: 80, reportPath: null }).length > 0);
  });
});

describe('the summary of a sweep', () => {
  const text = (record: SweepRecord, width = 80) =>
    renderSweepSummary(record, { colour: false, width, reportPath: 'profiles/x/report.html' });

  test('fits 80 columns', () => {
    for (const record of [structuredClone(SCALING), structuredClone(CROSSOVER)]) {
      for (const each of text(record).split('\n')) assert.ok([...each].length <= 80, each);
    }
  });

  test('a map of two axes, inconclusive cells left inconclusive', () => {
    const lines = text(structuredClone(CROSSOVER)).split('\n');
    const start = lines.findIndex((each) => each.startsWith('in flight'));
    assert.deepEqual(
      lines.slice(start, start + 5).map((each) => each.trim().split(/\s+/)),
      [
        ['in', 'flight', '0', 'ms', '1', 'ms', '2', 'ms', '4', 'ms', '8', 'ms', '16', 'ms'],
        ['64', 'E', '1.12×', 'WB', '1.48×', 'WB', '1.70×', 'WB', '1.84×', 'WB', '1.92×', '?'],
        ['16', '=', 'WB', '1.45×', 'WB', '1.70×', 'WB', '1.84×', 'WB', '1.92×', 'WB', '1.96×'],
        ['4', '=', '=', '=', 'WB', '1.14×', 'WB', '1.78×', 'WB', '1.96×'],
        ['1', '=', '=', '=', '=', '=', '='],
      ],
    );
  });

  test('few rounds are marked, and one alone has no spread', () => {
    const few = { ...rate(100), method: 'range', level: 0.75 } as const;
    const record = sweep({
      axes: [{ name: 'concurrency', values: [1, 2] }],
      variants: ['event-loop', 'worker-pool'],
      at: () => ({
        variants: [
          pointVariant('event-loop', 100, { throughput: few }),
          pointVariant('worker-pool', 100, { throughput: { ...few, low: 100, high: 100, level: 0 } }),
        ],
      }),
    });
    assert.match(text(record), /^1 +100 ±1\.0%\* +100 \* +inconclusive$/m);
  });
});

describe('the page of a sweep', () => {
  test('shows what was measured, twice in the same bytes, without a script', () => {
    for (const record of [structuredClone(SCALING), structuredClone(CROSSOVER)]) {
      const page = renderSweepHtml(record);
      assert.equal(page, renderSweepHtml(structuredClone(record)));
      assert.doesNotMatch(page, /<script/);
      assert.match(page, /script-src &#39;none&#39;|script-src 'none'/);
      assert.doesNotMatch(page, / style="/, 'its policy would drop it');
      assert.doesNotMatch(page, /NaN|Infinity|undefined|null/);
      for (const { result: measured } of record.points) {
        assert.ok(page.includes(`href="${measured!.path}/report.html"`), measured!.path);
      }
    }
  });

  test('text from outside is text', () => {
    const hostile = '<img src=x onerror=alert(1)>\u001b[31m\u202e';
    const record = structuredClone(SCALING);
    record.commandLine = `threadmill sweep --workload '${hostile}'`;
    record.definition.workload.name = hostile;
    record.definition.workload.source = hostile;
    record.definition.url = `http://me:secret@host/${hostile}`;
    record.warnings.push({ code: hostile, message: hostile, advice: hostile, variant: null });
    record.points[1]!.result!.warnings.push({ code: hostile, variant: null });
    record.points[0]!.result = null;
    record.points[0]!.failure = { code: 'runner-lost', message: hostile };
    record.status = 'failed';
    record.failure = { code: 'x', message: hostile, advice: hostile };
    const listing = { id: hostile, record, problem: null, hasReport: true };
    for (const page of [renderSweepHtml(record), indexHtml([], [listing])]) {
      assert.doesNotMatch(page, /<img/);
      assert.ok(page.includes('&lt;img src=x onerror=alert(1)&gt;'));
      assert.ok(!page.includes('\u001b') && !page.includes('\u202e') && !page.includes('secret'));
    }
    const shown = renderSweepSummary(record, { colour: false, width: 80, reportPath: null });
    assert.ok(!shown.includes('\u001b') && !shown.includes('\u202e'), shown);
  });

  test('the index lists sweeps among runs, the newest first', () => {
    const page = indexHtml(
      [],
      [
        {
          id: 'a',
          record: scalingSweep({ createdAt: '2026-01-01T00:00:00.000Z' }),
          problem: null,
          hasReport: true,
        },
        {
          id: 'b',
          record: crossoverSweep({ createdAt: '2026-01-02T00:00:00.000Z' }),
          problem: null,
          hasReport: false,
        },
        { id: 'c', record: null, problem: 'it is not JSON', hasReport: false },
      ],
    );
    assert.match(page, /3 sweeps/);
    assert.ok(page.indexOf('Threads pay from') < page.indexOf('with 128 in flight'));
    assert.ok(page.includes('href="a/report.html"') && !page.includes('href="b/report.html"'));
    assert.match(page, /it is not JSON/);
  });

  test('differing responses void a cell, and its title says so', () => {
    const record = sweep({
      axes: [{ name: 'concurrency', values: [1, 2] }],
      variants: ['event-loop', 'worker-pool'],
      at: () =>
        result({ mismatches: 1, variants: [pointVariant('event-loop', 1), pointVariant('worker-pool', 1)] }),
    });
    assert.match(renderSweepHtml(record), /the variants got different responses/);
  });
});

describe('the sparkline of a sweep', () => {
  const entry = (record: SweepRecord): string =>
    indexHtml([], [{ id: 's', record, problem: null, hasReport: true }]);

  test('one line for each variant, from zero to the best of them', () => {
    const lines = [...entry(SCALING).matchAll(/<polyline class="v-([a-z-]+)" points="([^"]*)"/g)];
    assert.deepEqual(
      lines.map(([, variant]) => variant),
      ['event-loop', 'worker-pool', 'worker-pool-batched'],
    );
    // 8 points at equal distances, the best on top at the end; of worker-pool the one with failures is left out.
    assert.match(lines[2]?.[2] ?? '', /^0,98 143,\d+ .* 1000,0$/);
    assert.equal(lines[1]?.[2]?.split(' ').length, 7);
    assert.match(entry(SCALING), />1,717\/s</);
  });

  test('of two axes at the last value of the other one; none of a sweep that was not analysed', () => {
    assert.match(entry(CROSSOVER), /aria-label="jobs a second, (?:CPU|in flight) [^"]* to [^"]*"/);
    assert.doesNotMatch(entry({ ...SCALING, analysis: null }), /<polyline/);
  });
});
