import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analyseSweep } from '../../../../../src/analysis/sweep/analyse.ts';
import { sweepVerdict } from '../../../../../src/analysis/verdict/sweep/verdict.ts';
import type { SweepRecord } from '../../../../../src/core/documents/sweep-record.ts';
import { sweepVerdictSchema } from '../../../../../src/core/documents/verdict.ts';
import { TOPIC_LABELS } from '../../../../../src/core/labels.ts';
import { wrapText } from '../../../../../src/output/terminal/style.ts';
import { headlineText } from '../../../../../src/output/view/verdict.ts';
import { assertGolden } from '../../../../support/golden.ts';
import { crossoverSweep, pair, pointVariant, scalingSweep, sweep } from '../../../../support/sample-sweep.ts';

const TWO = ['event-loop', 'worker-pool'] as const;
const JAGGED: Readonly<Record<number, number>> = { 1: 10, 2: 40, 4: 15, 8: 90, 16: 20 };

/** Two variants along one axis: their rates, and how many times as fast the second is. */
function along(
  name: 'concurrency' | 'workers' | 'cpu' | 'latency',
  values: number[],
  at: (
    n: number,
  ) => readonly [
    rate: number,
    other: number,
    ratio: number,
    verdict?: 'no-difference' | 'inconclusive' | undefined,
  ],
): SweepRecord {
  return sweep({
    axes: [{ name, values }],
    variants: [...TWO],
    at: ([n = 1]) => {
      const [rate, other, ratio, verdict] = at(n);
      return {
        variants: [pointVariant('event-loop', rate), pointVariant('worker-pool', other)],
        comparisons: [pair('event-loop', 'worker-pool', ratio, verdict)],
      };
    },
  });
}

const amdahl = (n: number) => 50 / (0.1 + 0.9 / n);

function warned(record: SweepRecord, code: string, points: number): SweepRecord {
  for (const { result } of record.points.slice(0, points)) {
    result!.warnings.push({ code, variant: null }, { code, variant: 'event-loop' });
  }
  return record;
}

function fewCpus(record: SweepRecord): SweepRecord {
  Object.assign(record.sessions[0]!.environment, { cpus: 2, availableCpus: 2 });
  return record;
}

const workersSweep = () => along('workers', [1, 2, 4, 8], (n) => [48, amdahl(n), amdahl(n) / 48]);
const latencySweep = (ratio: number, verdict?: 'no-difference') =>
  along('latency', [5, 20], (latency) => [100, 100, ratio * (latency === 5 ? 1.1 : 1), verdict]);

const SWEEPS = {
  scaling: () => scalingSweep(),
  'two-axes': () => crossoverSweep(),
  tied: () => along('concurrency', [1, 2, 4, 8], (n) => [30 * n, 30.2 * n, 1.007, 'no-difference']),
  // ln(5 ÷ 6.3) and ln(10 ÷ 6.3): the line between them is 0 at 6.3 ms.
  interpolated: () => along('cpu', [2, 5, 10, 20], (cpu) => [100, 100, cpu / 6.3]),
  'threads-win': () => latencySweep(1.5),
  'event-loop-wins': () => latencySweep(0.5),
  'no-difference': () => latencySweep(1, 'no-difference'),
  workers: workersSweep,
  'more-workers-than-cpus': () => fewCpus(workersSweep()),
  'useless-workers': () => along('workers', [1, 2, 4], () => [100, 90, 0.9]),
  inconclusive: () => along('concurrency', [1, 2, 4], (n) => [20 * n, 25 * n, 1.25, 'inconclusive']),
  'off-the-law': () =>
    sweep({
      axes: [{ name: 'concurrency', values: [1, 2, 4, 8, 16] }],
      variants: ['event-loop'],
      at: ([n = 1]) => ({ variants: [pointVariant('event-loop', JAGGED[n]!)] }),
    }),
  'busy-machine': () => warned(warned(latencySweep(1.5), 'machine-busy', 2), 'heap-growing', 1),
  stopped: () =>
    sweep({
      axes: [{ name: 'concurrency', values: [1, 2] }],
      variants: ['event-loop'],
      at: () => null,
      over: { status: 'stopped' },
    }),
} as const satisfies Record<string, () => SweepRecord>;
type Name = keyof typeof SWEEPS;

/** Each analysed once: intervals of laws take thousands of fits. */
const VERDICTS = new Map(
  (Object.keys(SWEEPS) as Name[]).map((name) => {
    const record = SWEEPS[name]();
    return [name, sweepVerdictSchema.parse(sweepVerdict({ ...record, analysis: analyseSweep(record) }))];
  }),
);
const verdictIn = (name: Name) => VERDICTS.get(name)!;

describe('verdict of a sweep', () => {
  test('recommends the variant of the highest throughput and the value that is enough for it', () => {
    const recommended = (name: Name) => Object.values(verdictIn(name).recommended ?? {});
    assert.deepEqual(recommended('scaling'), ['worker-pool-batched', 'concurrency', 128]);
    assert.deepEqual(recommended('workers'), ['worker-pool', 'workers', 8]);
    assert.deepEqual(recommended('useless-workers'), ['event-loop', 'workers', null]);
  });

  test('recommends nothing that a point can’t decide, and nothing on two axes', () => {
    for (const name of ['inconclusive', 'two-axes', 'threads-win', 'stopped'] as const) {
      assert.equal(verdictIn(name).recommended, null, name);
    }
  });

  test('of tied variants the simplest is recommended, and the others are ties', () => {
    const { recommended, ties } = verdictIn('tied');
    assert.equal(recommended?.variant, 'event-loop');
    assert.deepEqual(
      ties.map(({ variant, verdict }) => [variant, verdict]),
      [['worker-pool', 'no-difference']],
    );
    assert.ok(ties[0]!.detectablePercent! > 0);
  });

  test('counts the points of the map by what they show', () => {
    const none = { decided: 0, noDifference: 0, inconclusive: 0, unknown: 0, notMeasured: 0 };
    assert.deepEqual(verdictIn('threads-win').points, { ...none, decided: 2 });
    assert.deepEqual(verdictIn('no-difference').points, { ...none, noDifference: 2 });
    assert.deepEqual(verdictIn('inconclusive').points, { ...none, inconclusive: 3 });
    assert.deepEqual(verdictIn('two-axes').points, {
      ...none,
      decided: 13,
      noDifference: 10,
      inconclusive: 1,
    });
  });

  test('confidence is low where half of the points warn of the machine, and for a stopped sweep', () => {
    assert.deepEqual(verdictIn('threads-win').confidence, { level: 'high', reasons: [], doubt: null });
    assert.deepEqual(verdictIn('busy-machine').confidence, {
      level: 'low',
      reasons: ['machine-busy'],
      doubt: 'busy machine',
    });
    assert.deepEqual(verdictIn('stopped').confidence.reasons, ['run-stopped']);
    const once = sweepVerdict(warned(scalingSweep(), 'machine-busy', 1));
    assert.equal(once.confidence.level, 'high');
  });
});

test('verdict of a sweep: the words of every record made by hand', () => {
  const texts = [...VERDICTS].map(([name, verdict]) =>
    [
      `# ${name}`,
      ...wrapText(headlineText(verdict), 100),
      ...verdict.lines.flatMap(({ topic, text }) =>
        wrapText(`${TOPIC_LABELS[topic]}: ${text}`, 100, '', '  '),
      ),
      '',
    ].join('\n'),
  );
  assertGolden('sweep-verdict.txt', texts.join('\n'));
});
