import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD_MARK, runCard } from '../../../../src/output/card/run-card.ts';
import { runView } from '../../../../src/output/view/run.ts';
import { profiled, record } from '../../../fixtures/runs/records.ts';

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
