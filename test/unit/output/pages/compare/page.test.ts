import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunRecord } from '../../../../../src/core/documents/run-record.ts';
import { renderComparePage } from '../../../../../src/output/pages/compare/page.ts';
import { type ComparedRun, compareView } from '../../../../../src/output/view/compare.ts';
import { flame, realisticFlame } from '../../../../fixtures/runs/flames.ts';
import { profiled, scheduled } from '../../../../fixtures/runs/records.ts';
import { traced } from '../../../../fixtures/runs/traces.ts';
import { assertNames } from '../../../../support/assert-names.ts';
import { recordOfWalls, steady } from '../../../../support/record-of-walls.ts';

const [FIRST, SECOND] = ['20260704T101500Z-aaaa', '20260704T111500Z-bbbb'] as const;

function run(record: RunRecord, id: string, over: Partial<ComparedRun> = {}): ComparedRun {
  return {
    record: { ...record, id, spec: { ...record.spec, runId: id } },
    flames: [],
    problems: [],
    href: `./${id}/report.html`,
    ...over,
  };
}

/** As a reader sees it. */
function textOf(page: string): string {
  return page
    .replace(/<(style|script|title)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

const slower = () => {
  const before = recordOfWalls({ sequential: steady(1_000), 'event-loop': steady(100) });
  const after = recordOfWalls({ sequential: steady(1_000), 'event-loop': steady(120) });
  return [before, after] as const;
};

describe('two runs', () => {
  const [before, after] = slower();
  const view = compareView(run(before, FIRST), run(after, SECOND));
  const page = renderComparePage(view);

  test('what is claimed is what compare claims, the worst first', () => {
    const text = textOf(page);
    assert.equal(view.comparison.verdict.conclusion, 'regression');
    assert.match(text, /event-loop [^.]*\+20\.0% \(\d+(\.\d)?% CI .*sequential/);
    assert.ok(text.indexOf('+20.0% (') < text.indexOf('Same machine, versions and settings'));
  });

  test('the bars of both are on one axis, and their rounds in a table', () => {
    assert.equal(view.walls.before.axisMs, view.walls.after.axisMs);
    assert.deepEqual(view.walls.before.ticksMs, view.walls.after.ticksMs);
    assert.equal(page.match(/class="side (?:before|after)"/g)?.length, 4);
    const [, half = ''] = page.split('id="walls"');
    assert.equal(half.split('</section>')[0]?.match(/<(?:circle class="dot"|path)/g)?.length, 32);
  });

  test('both summaries stand side by side', () => {
    assert.deepEqual(
      view.rows.map(({ variant, sides }) => [
        variant,
        Math.round(sides.before?.comparedMs?.estimate ?? 0),
        Math.round(sides.after?.comparedMs?.estimate ?? 0),
      ]),
      [
        ['sequential', 1_000, 1_000],
        ['event-loop', 100, 120],
      ],
    );
  });

  test('without profiles there is no script', () => {
    assert.doesNotMatch(page, /<script/);
    assert.deepEqual(view.profiles, []);
    assertNames(page, 'threadmill profile');
  });

  test('the reports are linked, and the commands are there', () => {
    assert.ok(page.includes(`href="./${FIRST}/report.html"`));
    assert.ok(page.includes(`threadmill report --compare ${FIRST} ${SECOND}`));
    const elsewhere = compareView(run(before, FIRST, { href: null }), run(after, SECOND));
    assert.ok(!renderComparePage(elsewhere).includes(`${FIRST}/report.html`));
  });

  test('it is the same for the same runs', () => {
    assert.equal(renderComparePage(compareView(run(before, FIRST), run(after, SECOND))), page);
    assert.ok(page.slice(0, 2_048).includes('<meta name="generator" content="Threadmill: comparison">'));
  });
});

test('an option that only the earlier run has is listed', () => {
  const [before, after] = slower();
  const queued = { ...before, spec: { ...before.spec, queueWorkers: '3' } };
  const { facts } = compareView(run(queued, FIRST), run(after, SECOND));
  const found = facts.find(({ label }) => label === 'Workers of the queue');
  assert.deepEqual([found?.before, found?.after], ['3', '']);
});

test('what differs around the runs stands between the verdict and the figures', () => {
  const [before, after] = slower();
  const environment = {
    ...after.environment,
    node: 'v24.1.0',
    packages: { undici: '8.0.0', piscina: '5.3.2' },
  };
  const page = renderComparePage(compareView(run(before, FIRST), run({ ...after, environment }, SECOND)));
  const lead = textOf(page.slice(page.indexOf('is slower'), page.indexOf('id="walls"')));
  assertNames(lead, 'Node v20.20.2 v24.1.0', 'undici 7.30.2 8.0.0');
});

describe('profiles of both', () => {
  /** 360 jobs in each run: 1 ms of work a job before, 3 ms after, and 1 ms that was not there. */
  const work = (...calls: readonly (readonly [string, number])[]) =>
    flame('event-loop', [['main thread', ['(root)', 0, [['(idle)', 5_000_000], ...calls]]]]);
  const before = run(profiled(), FIRST, { flames: [work(['work', 360_000])] });
  const after = run(profiled(), SECOND, { flames: [work(['work', 1_080_000], ['more', 360_000])] });

  test('the difference is per job', () => {
    const [pair] = compareView(before, after).profiles;
    assert.deepEqual(
      [pair?.variant, pair?.flames.before?.jobs, pair?.flames.after?.jobs],
      ['event-loop', 360, 360],
    );
    assert.deepEqual([pair?.difference?.totalA, pair?.difference?.totalB], [1_000, 4_000]);
    assert.deepEqual(
      pair?.difference?.rows.slice(0, 2).map(({ name, a, b, change }) => [name, a, b, change]),
      [
        ['work', 1_000, 3_000, 'grew'],
        ['more', 0, 1_000, 'added'],
      ],
    );
    const page = renderComparePage(compareView(before, after));
    assert.match(
      page,
      /data-island="diff" data-id="event-loop" data-a="before-event-loop" data-b="after-event-loop"/,
    );
    assertNames(page, '4.00 ms after, 1.00 ms before (+300%)');
  });

  test('of a variant that only one run has a profile of there is no difference', () => {
    const alone = run(profiled(), SECOND, { flames: [realisticFlame('worker-pool', 1)] });
    const view = compareView(before, alone);
    assert.deepEqual(
      view.profiles.map(({ variant, difference, flames: { before, after } }) => [
        variant,
        difference,
        ...[before, after].map((side) => side !== null),
      ]),
      [
        ['event-loop', null, true, false],
        ['worker-pool', null, false, true],
      ],
    );
    assert.doesNotMatch(renderComparePage(view), /<script|<div data-island/);
  });

  test('what can not be read is said', () => {
    const problem = {
      code: 'profile-unreadable',
      message: 'a <b> is no profile',
      advice: '',
      variant: null,
    } as const;
    const page = renderComparePage(compareView({ ...before, problems: [problem] }, after));
    assert.match(page, /a &lt;b&gt; is no profile/);
  });
});

test('where the wall goes, in both runs where both were traced', () => {
  const base = profiled();
  const with_ = { ...base, variants: traced(base.variants) };
  const one = compareView(run(with_, FIRST), run(base, SECOND));
  assert.equal(one.breakdowns.length, 4);
  assert.ok(one.breakdowns.every(({ bars }) => bars.before !== null && bars.after === null));
  assert.match(renderComparePage(one), /not traced/);
  const both = renderComparePage(compareView(run(with_, FIRST), run(with_, SECOND)));
  assert.equal(both.match(/aria-label="[\w-]+ (?:before|after): /g)?.length, 8);
});

test('runs at a rate are compared by their response times', () => {
  const page = renderComparePage(compareView(run(scheduled(), FIRST), run(scheduled(), SECOND)));
  assertNames(textOf(page), 'Response time', 'Mean response time');
});

test('a variant that only one run has is shown, and nothing is said of it', () => {
  const [before] = slower();
  const after = recordOfWalls({ sequential: steady(1_000), 'worker-pool': steady(90) });
  const view = compareView(run(before, FIRST), run(after, SECOND));
  assert.deepEqual(
    view.rows.map(({ variant }) => variant),
    ['sequential', 'worker-pool', 'event-loop'],
  );
  assert.deepEqual(
    view.comparison.variants.map(({ name }) => name),
    ['sequential'],
  );
  const text = textOf(renderComparePage(view));
  const missing = view.comparison.warnings.filter(({ code }) => code === 'missing-variant');
  for (const { message } of missing) assertNames(text, message.slice(1));
  assertNames(missing.map(({ message }) => message).join('; '), /before.*worker-pool/);
  assertNames(text, 'not in both');
});

test('text from the records is data', () => {
  const hostile = '</script><img src=x onerror=alert(1)>';
  const [before, after] = slower();
  const environment = { ...after.environment, cpuModel: hostile };
  const evil = { ...after, environment, commandLine: hostile, threadmill: hostile };
  const page = renderComparePage(compareView(run(before, FIRST), run(evil, SECOND)));
  assert.doesNotMatch(page, /<img/);
  assert.match(page, /&lt;img/);
});
