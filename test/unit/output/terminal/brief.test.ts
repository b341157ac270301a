import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conclude } from '../../../../src/analysis/gates/conclude.ts';
import { parseGate } from '../../../../src/analysis/gates/parse-gate.ts';
import { analyseSweep } from '../../../../src/analysis/sweep/analyse.ts';
import type { RunRecord } from '../../../../src/core/documents/run-record.ts';
import { renderRunPage } from '../../../../src/output/pages/run/page.ts';
import { renderComparison } from '../../../../src/output/terminal/compare.ts';
import { renderSummary } from '../../../../src/output/terminal/summary.ts';
import { renderSweepSummary } from '../../../../src/output/terminal/sweep-summary.ts';
import { runView } from '../../../../src/output/view/run.ts';
import { realisticFlame } from '../../../fixtures/runs/flames.ts';
import { outcomes, profiled, record, scheduled, trial, variant } from '../../../fixtures/runs/records.ts';
import { traced } from '../../../fixtures/runs/traces.ts';
import { VERDICT_RECORDS } from '../../../fixtures/runs/verdict-records.ts';
import { assertGolden } from '../../../support/golden.ts';
import { recordOfWalls, steady } from '../../../support/record-of-walls.ts';
import { crossoverSweep, scalingSweep } from '../../../support/sample-sweep.ts';

/** What is printed without `--details`, each held as a whole. */
const PLAIN = { colour: false, width: 80, reportPath: 'profiles/latest/report.html', details: false };
const MAX_LINES = 25;

function assertBrief(name: string, text: string): void {
  const lines = text.trimEnd().split('\n');
  assert.ok(lines.length <= MAX_LINES, `${name}: ${lines.length} lines`);
  for (const line of lines) assert.ok([...line].length <= 80, `${name}: ${line}`);
  assertGolden(`brief-${name}.txt`, text);
}

function failing(): RunRecord {
  const error = {
    position: 3,
    item: 3,
    name: 'payment 3',
    outcome: 'threw',
    status: null,
    code: null,
  } as const;
  const failed = trial({
    outcomes: outcomes({ ok: 38, threw: 2 }),
    errors: [{ ...error, message: 'card declined for order 4', input: null }],
  });
  const lost = {
    code: 'server-lost',
    message: 'the embedded server ended in round 2',
    advice: '',
    variant: null,
  };
  const run = record({ warnings: [lost] });
  return { ...run, variants: run.variants.map((each) => ({ ...variant(each.name), trials: [failed] })) };
}

test('bench: at most 25 lines of 80 columns, the recommended variant marked', () => {
  const run = record({ command: 'bench' });
  const text = renderSummary({ ...run, variants: traced(run.variants) }, PLAIN);
  assert.equal(text.match(/^▸ /gm)?.length, 1);
  assertBrief('bench', text);
});

test('bench on a schedule: response times in at most 25 lines', () => {
  assertBrief('schedule', renderSummary(scheduled(), PLAIN));
});

test('profile: at most 25 lines, with the functions that take most CPU per job', () => {
  const run = profiled();
  const flames = [realisticFlame('event-loop', 0), realisticFlame('worker-pool', 2)];
  assertBrief('profile', renderSummary({ ...run, variants: traced(run.variants) }, PLAIN, { flames }));
});

test('profile of an unknown number of jobs: the time breakdown in place of times per job', () => {
  const run = profiled();
  const artifacts = run.artifacts.map((each) => ({ ...each, repeats: null }));
  const text = renderSummary({ ...run, artifacts, variants: traced(run.variants) }, PLAIN, {
    flames: [realisticFlame('event-loop', 0)],
  });
  assert.doesNotMatch(text, /CPU per job, self/);
  assert.match(text, /^Where the time of event-loop goes$/m);
});

test('too few rounds: terminal and page say once which variant looks fastest', () => {
  const run = VERDICT_RECORDS['three-rounds']();
  const lead = / looks (about )?[\d.]+× as fast as/g;
  assert.equal(renderSummary(run, PLAIN).match(lead)?.length, 1);
  const [header = ''] = renderRunPage(runView(run, [])).match(/<header[\s\S]*<\/header>/) ?? [];
  assert.equal(header.replaceAll(/<[^>]*>/g, '').match(lead)?.length, 1);
});

test('failing run: each kind of error once, no more than 25 lines', () => {
  assertBrief('failing', renderSummary(failing(), PLAIN));
});

test('sweep: one axis as a table, two axes as a map, each in at most 25 lines', () => {
  for (const [name, sweep] of [
    ['sweep', scalingSweep()],
    ['sweep-map', crossoverSweep()],
  ] as const) {
    assertBrief(name, renderSweepSummary({ ...sweep, analysis: analyseSweep(sweep) }, PLAIN));
  }
});

test('compare: headline, times, gates and what to do, in at most 25 lines', () => {
  const walls = { sequential: steady(1_449), 'event-loop': steady(130), 'worker-pool': steady(132) };
  const parsed = parseGate('regression > 3%');
  assert.ok(!('known' in parsed));
  const { comparison, gates } = conclude(
    recordOfWalls({ ...walls, 'event-loop': steady(138.3) }),
    recordOfWalls(walls),
    [parsed],
  );
  assertBrief('compare', renderComparison(comparison!, gates, PLAIN));
});

test('colour: the same text, with the recommended row in the colour of its variant', () => {
  const coloured = renderSummary(record(), { ...PLAIN, colour: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what colours are made of
  const plain = coloured.replaceAll(/\u001b\[\d+m/g, '');
  assert.equal(plain, renderSummary(record(), PLAIN));
  assert.ok(coloured.includes('\u001b[34m'));
});
