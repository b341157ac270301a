import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderRunPage } from '../../../../../src/output/pages/run/page.ts';
import { renderSummary } from '../../../../../src/output/terminal/summary.ts';
import { allocationsView } from '../../../../../src/output/view/run/allocations.ts';
import { runView } from '../../../../../src/output/view/run.ts';
import {
  hostileAllocations,
  plainAllocations,
  pooledAllocations,
} from '../../../../fixtures/runs/allocations.ts';
import { HEAP_REPEATS, heapCaptured, profiled } from '../../../../fixtures/runs/records.ts';

/** Half of the 95% interval of so many samples that stand for 1,000 bytes each. */
const within = (samples: number): number => 1.959964 * Math.sqrt(samples * 1_000 ** 2);
const assertNear = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9 * expected);

const RECORD = heapCaptured(['event-loop', 'worker-pool']);
const JOBS = RECORD.spec.jobs * HEAP_REPEATS;
const LOADED = [pooledAllocations(), plainAllocations()];

describe('what allocates', () => {
  const view = allocationsView(RECORD, LOADED)!;

  test('for each variant in the order of the run: bytes for one job, within what sampling leaves open', () => {
    const [plain, pooled] = view.variants;
    assert.deepEqual([plain!.variant, pooled!.variant], ['event-loop', 'worker-pool']);
    assert.deepEqual([plain!.jobs, plain!.samples, plain!.all.bytes], [JOBS, 116, 116_000]);
    assertNear(plain!.perJob.bytes, 116_000 / JOBS);
    assertNear(plain!.perJob.error, within(116) / JOBS);
    assertNear(plain!.unseen, 3_000 / JOBS);
    assert.deepEqual(
      pooled!.threads.map(({ label, perJob }) => [label, Math.round(perJob.bytes * JOBS)]),
      [
        ['main thread', 25_000],
        ['worker 1', 64_000],
      ],
    );
  });

  test('by function, side by side; built-in ones are part of their caller', () => {
    const rows = view.functions.map(({ name, place, perJob }) => [
      name,
      place,
      ...perJob.map((each) => each && Math.round(each.self.bytes * JOBS)),
    ]);
    assert.deepEqual(rows, [
      ['totals', 'src/jobs.ts:12', 100_000, 64_000],
      ['post', 'piscina/dist/index.js:4', null, 25_000],
      ['(V8 API)', null, 16_000, null],
    ]);
    const [plain] = view.functions[0]!.perJob;
    assertNear(plain!.self.error, within(100) / JOBS);
    assertNear(plain!.share, 100 / 116);
  });

  test('by whose code: every kind, adding up to all', () => {
    const sums = view.kinds.map(({ kind, perJob }) => [
      kind,
      ...perJob.map(({ bytes }) => Math.round(bytes * JOBS)),
    ]);
    assert.deepEqual(sums, [
      ['yours', 100_000, 64_000],
      ['packages', 0, 25_000],
      ['node', 0, 0],
      ['v8', 16_000, 0],
      ['threadmill', 0, 0],
    ]);
    for (const column of [0, 1]) {
      assertNear(
        view.kinds.reduce((sum, { perJob }) => sum + perJob[column]!.share, 0),
        1,
      );
    }
  });

  test('collections are those of the timed trials', () => {
    const { trials } = RECORD.variants.find(({ name }) => name === 'event-loop')!;
    const pauseMs = trials.flatMap(({ threads }) => threads).reduce((sum, { gc }) => sum + gc.pauseMs, 0);
    const { gc } = view.variants[0]!;
    assert.equal(gc!.jobs, trials.length * RECORD.spec.jobs);
    assert.equal(gc!.pausePerJobUs, (pauseMs * 1_000) / gc!.jobs);
  });
});

test('a variant that was not sampled is left out, and so is the section without any', () => {
  assert.deepEqual(
    allocationsView(heapCaptured(['worker-pool']), LOADED)!.variants.map(({ variant }) => variant),
    ['worker-pool'],
  );
  assert.equal(allocationsView(heapCaptured(['sequential']), LOADED), null);
  assert.equal(allocationsView(profiled({ artifacts: [] }), LOADED), null);
  const html = renderRunPage(runView(profiled(), []));
  assert.doesNotMatch(html, /id="allocations"/);
});

test('a function that could as well be chance has no line', () => {
  // Of 2 samples, 2,000 ± 2,800 bytes; of 4, 4,000 ± 3,900.
  const { functions } = allocationsView(heapCaptured(['event-loop']), [hostileAllocations()])!;
  assert.equal(functions.length, 1);
});

test('the page: table, flamegraphs and what must be known to believe them', () => {
  const caveat = '1 of 3 threads ended during the load: what they allocated is missing.';
  const record = heapCaptured(['event-loop', 'worker-pool'], caveat);
  const html = renderRunPage(runView(record, [], { allocations: LOADED }));
  const section = /<section id="allocations"[\s\S]*?<\/section>/.exec(html)![0];
  for (const id of ['heap-event-loop', 'heap-worker-pool']) {
    assert.ok(section.includes(`data-island="flame" data-id="${id}"`));
  }
  assert.ok(section.includes('data-a="heap-event-loop" data-b="heap-worker-pool"'));
  assert.ok(section.includes(caveat));
  assert.match(section, /totals<small>src\/jobs\.ts:12<\/small>/);
});

test('names are data', () => {
  const html = renderRunPage(
    runView(heapCaptured(['event-loop']), [], { allocations: [hostileAllocations()] }),
  );
  assert.doesNotMatch(html, /<img/);
  assert.match(html, /&lt;\/script&gt;&lt;img src=x/);
});

test('the terminal: what a job allocates, within 80 columns', () => {
  const names = ['sequential', 'event-loop', 'worker-pool', 'worker-pool-batched'] as const;
  const allocations = names.map((name) => plainAllocations(name));
  const text = renderSummary(
    heapCaptured(names),
    { colour: false, width: 80, reportPath: null, details: true },
    { allocations },
  );
  const at = text.indexOf('allocated, per job');
  const lines = text.slice(at).split('\n').slice(0, 7);
  for (const line of lines) assert.ok(line.length <= 80, line);
  assert.match(lines[1]!, /^total( +[\d.]+ k?B){4}$/);
  assert.match(lines[2]!, /^±( +[\d.]+ k?B){4}$/);
  assert.match(lines[3]!, /^your code( +[\d.]+ k?B){4}$/);
});
