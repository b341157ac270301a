import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { verdictOf } from '../../../../src/analysis/verdict/verdict.ts';
import { verdictSchema } from '../../../../src/core/documents/verdict.ts';
import { TOPIC_LABELS } from '../../../../src/core/labels.ts';
import { wrapText } from '../../../../src/output/terminal/style.ts';
import { headlineText } from '../../../../src/output/view/verdict.ts';
import { verdictCase } from '../../../fixtures/runs/verdict-cases.ts';
import { VERDICT_RECORDS, type VerdictRecordName } from '../../../fixtures/runs/verdict-records.ts';
import { assertGolden } from '../../../support/golden.ts';

const verdictIn = (name: VerdictRecordName) => verdictOf(VERDICT_RECORDS[name]());

describe('verdict: what is concluded of', () => {
  /** The reasons of a low confidence last. */
  type Expected = readonly [outcome: string, recommended: string | null, why: string | null, low: string];
  const EXPECTED: Readonly<Partial<Record<VerdictRecordName, Expected>>> = {
    waiting: ['decided', 'event-loop', null, ''],
    computing: ['decided', 'worker-pool', null, ''],
    'server-bound': ['decided', 'event-loop', null, ''],
    'low-efficiency': ['decided', 'event-loop', null, ''],
    'rate-limited': ['decided', 'event-loop', null, ''],
    'baseline-fastest': ['decided', 'event-loop', null, ''],
    'all-tied': ['no-difference', 'event-loop', null, ''],
    'tied-with-the-fastest': ['decided', 'event-loop', null, ''],
    'not-separated-from-the-fastest': ['inconclusive', null, 'too-noisy', 'too-noisy'],
    'busy-machine': ['decided', 'event-loop', null, 'machine-noisy'],
    'undecided-leader': ['decided', 'event-loop', null, 'leader-undecided'],
    'busy-machine-and-undecided-leader': ['decided', 'event-loop', null, 'machine-noisy leader-undecided'],
    'drifting-times': ['decided', 'event-loop', null, 'trials-drifting'],
    'too-noisy': ['inconclusive', null, 'too-noisy', 'too-noisy machine-noisy'],
    'three-rounds': ['inconclusive', null, 'too-few-rounds', 'too-few-rounds'],
    'one-round': ['inconclusive', null, 'too-few-rounds', 'too-few-rounds'],
    schedule: ['decided', 'event-loop', null, ''],
    'baseline-misses-the-rate': ['decided', 'event-loop', null, ''],
    'every-variant-misses-the-rate': ['decided', 'event-loop', null, 'rate-not-held'],
    'jobs-unsent': ['not-compared', null, 'jobs-unsent', 'jobs-unsent'],
    'jobs-failed-alike': ['not-compared', null, 'jobs-failed', 'jobs-failed'],
    'jobs-failed-once': ['not-compared', null, 'jobs-failed', 'jobs-failed'],
    'responses-differ': ['not-compared', null, 'responses-differ', 'responses-differ'],
    'aa-failed': ['not-compared', null, 'aa-failed', 'aa-failed'],
    'aa-passed': ['decided', 'event-loop', null, ''],
    'one-variant': ['not-compared', null, 'one-variant', ''],
    stopped: ['not-compared', null, 'nothing-measured', 'nothing-measured'],
    'stopped-late': ['decided', 'event-loop', null, 'run-stopped'],
    failed: ['not-compared', null, 'run-failed', 'run-failed'],
  };

  for (const [name, expected] of Object.entries(EXPECTED) as [VerdictRecordName, Expected][]) {
    test(`${name}: ${expected.filter((part) => part !== null && part !== '').join(', ')}`, () => {
      const verdict = verdictSchema.parse(verdictIn(name));
      const { outcome, recommended, why, confidence, reasons } = verdict;
      assert.deepEqual([outcome, recommended, why, confidence.reasons.join(' ')], expected);
      assert.equal(confidence.level, confidence.reasons.length === 0 ? 'high' : 'low');
      assert.ok(confidence.reasons.every((code) => reasons.some((reason) => reason.code === code)));
      // A headline that claims something says what speaks against it.
      if (why === null) assert.equal(confidence.doubt !== null, confidence.level === 'low');
    });
  }
});

describe('verdict: bottleneck', () => {
  const KINDS: Readonly<Partial<Record<VerdictRecordName, string | null>>> = {
    waiting: 'waiting',
    computing: 'cpu',
    'server-bound': 'server',
    'low-efficiency': 'mixed',
    'rate-limited': 'rate-limit',
    'loop-that-never-waits': 'cpu',
    'untraced-waiting': 'waiting',
    'untraced-computing': 'cpu',
    'untraced-between': null,
    'untraced-server': 'server',
    'untraced-libuv': 'cpu',
    'every-variant-misses-the-rate': null,
    'three-rounds': null,
  };

  for (const [name, kind] of Object.entries(KINDS) as [VerdictRecordName, string | null][]) {
    test(`${name}: ${kind ?? 'unknown'}`, () => assert.equal(verdictIn(name).bottleneck?.kind ?? null, kind));
  }

  test('terms: as they are recorded in the traced pass; null without one', () => {
    const run = VERDICT_RECORDS['low-efficiency']();
    const { idealMs, idealOf, efficiency, waitingMs, cpuMs, serverMs } = run.variants[1]!.trace!.bottleneck!;
    const { bottleneck } = verdictOf(run);
    assert.deepEqual(bottleneck?.terms, { idealMs, idealOf, efficiency, waitingMs, cpuMs, serverMs });
    assert.deepEqual(bottleneck?.causes, ['waiting', 'cpu']);
    assert.equal(verdictIn('untraced-waiting').bottleneck?.terms, null);
  });

  test('a rate limit that takes little of the wall time is no bottleneck', () => {
    const run = VERDICT_RECORDS['rate-limited']();
    const load = { kind: 'closed', rateLimit: 1_000 } as const;
    assert.equal(verdictOf({ ...run, spec: { ...run.spec, load } }).bottleneck, null);
  });
});

describe('verdict: figures', () => {
  test('speedup: of the recommended variant against the baseline, as in the comparisons of the run', () => {
    const run = VERDICT_RECORDS.waiting();
    const { speedup } = verdictOf(run);
    const { ratio } = run.comparisons.find(({ a, b }) => a === 'sequential' && b === 'event-loop')!;
    assert.deepEqual(speedup, { variant: 'event-loop', baseline: 'sequential', rounds: 12, ...ratio });
  });

  test('speedup of a variant that is tied with the fastest: that of the fastest', () => {
    assert.equal(verdictIn('tied-with-the-fastest').speedup?.variant, 'worker-pool-batched');
  });

  test('no speedup where none was shown, and none with a variant that missed the rate', () => {
    const names = ['all-tied', 'baseline-fastest', 'three-rounds', 'one-variant'] as const;
    for (const name of names) assert.equal(verdictIn(name).speedup, null, name);
    assert.notEqual(verdictIn('schedule').speedup, null);
    assert.equal(verdictIn('baseline-misses-the-rate').speedup, null);
    assert.equal(verdictIn('every-variant-misses-the-rate').speedup, null);
  });

  test('ties: with the verdict of the pair, and the smallest difference that would have been detected', () => {
    const { ties } = verdictIn('undecided-leader');
    assert.deepEqual(
      ties.map(({ variant, verdict }) => [variant, verdict]),
      [
        ['worker-pool', 'inconclusive'],
        ['worker-pool-batched', 'inconclusive'],
      ],
    );
    assert.equal(ties[0]?.detectablePercent, 19);
    const run = VERDICT_RECORDS['all-tied']();
    const detectablePercent = run.comparisons[0]!.minimumDetectableEffect;
    assert.deepEqual(verdictOf(run).ties, [
      { variant: 'worker-pool', verdict: 'no-difference', detectablePercent },
    ]);
    const names = verdictIn('computing').ties.map(({ variant }) => variant);
    assert.deepEqual(names, ['worker-pool-batched']);
  });

  test('cost: of the recommended variant, CPU divided by the jobs; null where nothing is compared', () => {
    const cost = { variant: 'event-loop', threads: 1, cpuMsPerJob: 0.85, startupMs: 21.8 };
    const unknown = { mainCpuMsPerJob: null, worstStallMs: null };
    assert.deepEqual(verdictIn('waiting').cost, { ...cost, ...unknown, peakRssBytes: 84_300_000 });
    assert.equal(verdictIn('jobs-failed-alike').cost, null);
  });

  test('crossover: the estimate of the run, and null with a code where it is withheld', () => {
    const run = VERDICT_RECORDS.waiting();
    const of = (over: Partial<NonNullable<typeof run.crossover>>) =>
      verdictOf({ ...run, crossover: { nowMs: 0.78, atMs: 6.6, withheld: null, ...over } }).crossover;
    assert.deepEqual(of({}), { nowMs: 0.78, atMs: 6.6, withheld: null });
    for (const withheld of ['one-cpu', 'one-worker', 'cpu-taken', 'jobs-in-step'] as const) {
      assert.deepEqual(of({ withheld }), { nowMs: 0.78, atMs: null, withheld });
    }
    const contradicted = { nowMs: 7, atMs: null, withheld: 'contradicted' };
    assert.deepEqual(of({ nowMs: 7, withheld: 'one-cpu' }), contradicted);
    assert.equal(verdictOf({ ...run, crossover: null }).crossover, null);
  });
});

test('verdict: whatever the wall times, no variant is recommended that is slower than another', () => {
  const walls = fc.record({
    wall: fc.double({ min: 1, max: 10_000, noNaN: true }),
    cpuMs: fc.double({ min: 0.1, max: 5_000, noNaN: true }),
    noise: fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 12, maxLength: 12 }),
  });
  fc.assert(
    fc.property(
      fc.record({ sequential: walls, 'event-loop': walls, 'worker-pool': walls }),
      fc.integer({ min: 1, max: 12 }),
      (variants, rounds) => {
        const run = verdictCase({ variants, rounds });
        const { recommended, headline, lines } = verdictSchema.parse(verdictOf(run));
        const words = [headline, ...lines.map(({ text }) => text)].join('\n');
        assert.doesNotMatch(words, /undefined|NaN|null|Infinity|—|\(\)|\.\./);
        for (const { a, b, verdict } of run.comparisons) {
          if (verdict === 'faster') assert.notEqual(recommended, a);
          if (verdict === 'slower') assert.notEqual(recommended, b);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('verdict: the words of every record made by hand', () => {
  const texts = Object.keys(VERDICT_RECORDS).map((name) => {
    const verdict = verdictIn(name as VerdictRecordName);
    return [
      `# ${name}`,
      ...wrapText(headlineText(verdict), 100),
      ...verdict.lines.flatMap(({ topic, text }) =>
        wrapText(`${TOPIC_LABELS[topic]}: ${text}`, 100, '', '  '),
      ),
      ...verdict.next.map(({ command }) => `Next: ${command}`),
      '',
    ].join('\n');
  });
  assertGolden('verdict.txt', texts.join('\n'));
});

test('next: the commands have the workload and the options of the run, apart from what a sweep decides', () => {
  const run = VERDICT_RECORDS.waiting();
  assert.deepEqual(
    verdictOf(run).next.map(({ command }) => command),
    ['threadmill sweep --jitter 0.2 --concurrency 16,32,40', 'threadmill profile --seed 7'],
  );
  const { workload } = run.spec;
  const own = {
    ...workload,
    source: 'my jobs.ts',
    settings: { ...workload.settings, latencyMs: 5, jobs: 40 },
  };
  const other = { ...run, command: 'profile' as const, spec: { ...run.spec, workload: own } };
  assert.deepEqual(
    verdictOf(other).next.map(({ command }) => command),
    ["threadmill sweep --workload 'my jobs.ts' --latency 5 --jitter 0.2 --concurrency 16,32,40"],
  );
  const fault = [{ fault: 'reset' as const, share: 0.01, value: null, spread: null }];
  for (const more of [{ retry: 3 }, { fault }]) {
    const settings = { ...workload.settings, ...more };
    const unlike = { ...run, spec: { ...run.spec, workload: { ...workload, settings } } };
    // A sweep has neither option.
    assert.deepEqual(
      verdictOf(unlike).next.map(({ command }) => command),
      ['threadmill profile --seed 7'],
    );
  }
});
