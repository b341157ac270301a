import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD_MARK, runCard } from '../../../../src/output/card/run-card.ts';
import { runView } from '../../../../src/output/view/run.ts';
import { profiled, record, scheduled } from '../../../fixtures/runs/records.ts';

test('card: one SVG with the headline, a bar and a speedup of every variant, and the doubt', () => {
  const run = profiled();
  const svg = runCard(runView(run, []));
  assert.ok(svg.startsWith(CARD_MARK));
  assert.match(svg, /class="headline"[^>]*>[^<]*event-loop[^<]* 12\.4×[^<]*sequential/);
  assert.match(svg, /class="doubt"[^>]*>● [^<]*busy machine/);
  assert.equal(svg.match(/<rect class="bar"/g)?.length, run.variants.length);
  assert.equal(svg.match(/<circle class="mark"/g)?.length, run.variants.length);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity|href|<script/);
});

test('card: names from outside are text, and a run without a trial draws no bar', () => {
  const run = record();
  const workload = { ...run.spec.workload, name: '</text><script>alert(1)</script>' };
  const variants = run.variants.map((each) => ({ ...each, trials: [], summary: null }));
  const svg = runCard(runView({ ...run, variants, spec: { ...run.spec, workload } }, []));
  assert.doesNotMatch(svg, /<script|NaN|Infinity/);
  assert.match(svg, /&lt;script&gt;/);
});

test('card: a variant whose name has a plus has its own colours', () => {
  const run = record();
  const [first, second, ...others] = run.variants;
  const variants = [first!, { ...second!, name: 'event-loop+fetch' as const }, ...others];
  const svg = runCard(runView({ ...run, variants }, []));
  assert.match(svg, /<g class="event-loop\+fetch">/);
  assert.match(svg, /[}]\.event-loop\\\+fetch\{--v:#[0-9a-f]{6};--ink:#/);
});

test('card: of a run on a schedule the times are mean response times', () => {
  assert.match(runCard(runView(scheduled(), [])), />mean response, median</);
});

test('card: speedups of too few rounds have quartiles and no 95% CI', () => {
  const run = record();
  assert.match(runCard(runView(run, [])), />speedup [^<]*\(95% CI\), log scale</);
  const variants = run.variants.map((each) => {
    const { speedup } = each.summary!;
    const few = speedup && { ...speedup, method: 'median-quartiles' as const, level: null };
    return { ...each, summary: { ...each.summary!, speedup: few } };
  });
  const svg = runCard(runView({ ...run, variants }, []));
  assert.match(svg, />speedup [^<]*\(quartiles\), log scale</);
});
