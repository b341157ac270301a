import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analyseSweep } from '../../../../../src/analysis/sweep/analyse.ts';
import { sweepVerdict } from '../../../../../src/analysis/verdict/sweep/verdict.ts';
import type { SweepRecord } from '../../../../../src/core/documents/sweep-record.ts';
import { reasonText } from '../../../../../src/core/reasons.ts';
import { renderSweepPage } from '../../../../../src/output/pages/sweep/page.ts';
import { renderSweepSummary } from '../../../../../src/output/terminal/sweep-summary.ts';
import { sweepView } from '../../../../../src/output/view/sweep.ts';
import { indexHtml } from '../../../../support/index-html.ts';
import {
  crossoverSweep,
  pointVariant,
  rate,
  result,
  scalingSweep,
  sweep,
} from '../../../../support/sample-sweep.ts';

/** Analysed once: the laws' intervals take thousands of fits. */
const SCALING = analysed(scalingSweep());
const CROSSOVER = analysed(crossoverSweep());

function analysed(record: SweepRecord): SweepRecord {
  return { ...record, analysis: analyseSweep(record) };
}

describe('the summary of a sweep', () => {
  const text = (record: SweepRecord, width = 80) =>
    renderSweepSummary(record, { colour: false, width, reportPath: 'profiles/x/report.html', details: true });

  test('fits 80 columns', () => {
    for (const record of [structuredClone(SCALING), structuredClone(CROSSOVER)]) {
      for (const each of text(record).split('\n')) assert.ok([...each].length <= 80, each);
    }
  });

  test('a sweep without a point, that was stopped: what was not measured, and no figures', () => {
    const none = sweep({
      axes: [{ name: 'concurrency', values: [1, 2] }],
      variants: ['event-loop'],
      at: () => null,
      over: { status: 'stopped' },
    });
    assert.match(renderSweepPage(sweepView(none)), /<div class="banner warning"/);
    assert.ok(text(none).length > 0);
  });

  test('the words of a saved verdict are printed as they are saved', () => {
    const record = structuredClone(SCALING);
    record.verdict = { ...sweepVerdict(record), headline: 'As it was saved.' };
    assert.match(text(record), /^As it was saved\.$/m);
    assert.match(renderSweepPage(sweepView(record)), /<h1 class="headline">As it was saved\.<\/h1>/);
  });

  test('a map of two axes, inconclusive cells left inconclusive', () => {
    const lines = text(structuredClone(CROSSOVER)).split('\n');
    const start = lines.findIndex((each) => each.startsWith('concurrency'));
    assert.deepEqual(
      lines.slice(start, start + 5).map((each) => each.trim().split(/\s+/)),
      [
        ['concurrency', '0', 'ms', '1', 'ms', '2', 'ms', '4', 'ms', '8', 'ms', '16', 'ms'],
        ['64', 'E', '1.12×', 'WB', '1.48×', 'WB', '1.70×', 'WB', '1.84×', 'WB', '1.92×', '?'],
        ['16', '=', 'WB', '1.45×', 'WB', '1.70×', 'WB', '1.84×', 'WB', '1.92×', 'WB', '1.96×'],
        ['4', '=', '=', '=', 'WB', '1.14×', 'WB', '1.78×', 'WB', '1.96×'],
        ['1', '=', '=', '=', '=', '=', '='],
      ],
    );
  });

  test('a table too wide for the terminal keeps the columns of all variants', () => {
    const variants = ['event-loop+undici-request', 'event-loop+node-http', 'event-loop+fetch'] as const;
    const record = sweep({
      axes: [
        { name: 'concurrency', values: [1, 2] },
        { name: 'latency', values: [1, 2] },
      ],
      variants: [...variants],
      at: () => ({ variants: variants.map((name) => pointVariant(name, 100)) }),
    });
    assert.match(text(record), new RegExp(variants.map((name) => name.replace('+', '\\+')).join(' +')));
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
      const page = renderSweepPage(sweepView(record));
      assert.equal(page, renderSweepPage(sweepView(structuredClone(record))));
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
    for (const page of [renderSweepPage(sweepView(record)), indexHtml([], [listing])]) {
      assert.doesNotMatch(page, /<img/);
      assert.ok(page.includes('&lt;img src=x onerror=alert(1)&gt;'));
      assert.ok(!page.includes('\u001b') && !page.includes('\u202e') && !page.includes('secret'));
    }
    const shown = renderSweepSummary(record, { colour: false, width: 80, reportPath: null, details: true });
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
    assert.ok(page.indexOf('Threads win above') < page.indexOf('concurrency 128:'));
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
    assert.ok(renderSweepPage(sweepView(record)).includes(reasonText('responses-differ')));
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
    assert.match(entry(CROSSOVER), /aria-label="jobs\/s, (?:CPU|concurrency) [^"]* to [^"]*"/);
    assert.doesNotMatch(entry({ ...SCALING, analysis: null }), /<polyline/);
  });
});
