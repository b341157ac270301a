import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { figuresOf, GATE_METRICS, METRIC_NAMES, metricOf } from '../../../src/analysis/metrics.ts';
import { trialLines } from '../../../src/output/csv/trials.ts';
import { renderRunMarkdown } from '../../../src/output/markdown/run.ts';
import { html } from '../../../src/output/markup/markup.ts';
import { summarySection } from '../../../src/output/pages/run/sections/summary.ts';
import { renderSummary } from '../../../src/output/terminal/summary.ts';
import { columnsOf } from '../../../src/output/view/metric-columns.ts';
import { runView } from '../../../src/output/view/run.ts';
import { record } from '../../fixtures/runs/records.ts';

test('metrics: each has one reader', () => {
  for (const name of METRIC_NAMES) {
    const { trial, variant, ratioOf } = metricOf(name);
    assert.equal([trial, variant, ratioOf].filter((reader) => reader !== undefined).length, 1, name);
  }
});

test('metrics: docs/comparing.md lists all that --fail-if knows', () => {
  const guide = readFileSync(new URL('../../../docs/comparing.md', import.meta.url), 'utf8');
  assert.deepEqual(
    GATE_METRICS.filter((name) => !guide.includes(`\`${name}\``)),
    [],
  );
});

test('metrics: every column of a closed loop stands in the terminal and on the page, every CSV name in the CSV', () => {
  const run = record();
  const rows = run.variants.map((variant) => ({ figures: figuresOf(variant) }));
  const terminal = renderSummary(run, { colour: false, width: 200, reportPath: null, details: true });
  const page = html`${summarySection(runView(run, []))}`.source;
  const markdown = renderRunMarkdown(run);
  for (const { head, brief } of columnsOf(['cost', 'latency'], rows)) {
    assert.ok(terminal.includes(` ${head}`), head);
    assert.ok(page.includes(`<th scope="col">${head}</th>`), head);
    assert.equal(markdown.includes(`| ${head} |`), brief, head);
  }
  const [heads = ''] = trialLines([run]);
  const columns = heads.trim().split(',');
  assert.deepEqual(
    METRIC_NAMES.flatMap((name) => metricOf(name).csv ?? []).filter((csv) => !columns.includes(csv)),
    [],
  );
});

test('metrics: requests/job and wasted/job have a column only where a request was sent again', () => {
  const headsOf = (sent: number, wastedMs: number) => {
    const run = record();
    for (const { trials } of run.variants)
      for (const trial of trials) Object.assign(trial, { retries: { sent, wastedMs } });
    const rows = run.variants.map((variant) => ({ figures: figuresOf(variant) }));
    return columnsOf(['cost'], rows).map(({ head }) => head);
  };
  const both = (heads: string[]) => heads.filter((head) => head === 'requests/job' || head === 'wasted/job');
  assert.deepEqual(both(headsOf(0, 0)), []);
  assert.deepEqual(both(headsOf(4, 80)), ['requests/job', 'wasted/job']);
});
