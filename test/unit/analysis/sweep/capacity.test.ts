import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analyseSweep } from '../../../../src/analysis/sweep/analyse.ts';
import { gridOf } from '../../../../src/analysis/sweep/axes.ts';
import { ceilingOf, ratesAbove } from '../../../../src/analysis/sweep/capacity.ts';
import { capacityTexts, ceilingText } from '../../../../src/analysis/verdict/sweep/capacity.ts';
import { sweepVerdict } from '../../../../src/analysis/verdict/sweep/verdict.ts';
import { sweepRecordSchema } from '../../../../src/core/documents/sweep-record.ts';
import { throughputAt } from '../../../../src/core/statistics/scalability-fit.ts';
import { renderSweepPage } from '../../../../src/output/pages/sweep/page.ts';
import { sweepView } from '../../../../src/output/view/sweep.ts';
import { pointVariant, rate, type SweepSketch, sweep } from '../../../support/sample-sweep.ts';

const LAW = { lambda: 100, sigma: 0.05, kappa: 0.0025 };

/** 0.25 ms of the queue server and 0.4 ms of the coordinator per job at the last point. */
function alongWorkers(values: readonly number[], over: Partial<SweepSketch> = {}) {
  return sweep({
    axes: [{ name: 'queue-workers', values: [...values] }],
    variants: ['distributed-queue'],
    at: ([n = 1]) => ({
      variants: [
        pointVariant('distributed-queue', throughputAt(LAW, n), {
          queue: {
            serverCpuMsPerJob: rate(n === values.at(-1) ? 0.25 : 0.5, 0.1),
            coordinatorCpuMsPerJob: rate(0.4, 0.1),
            bytesPerJob: 3_000,
          },
        }),
      ],
    }),
    ...over,
  });
}

const curveOf = (record: ReturnType<typeof alongWorkers>) => analyseSweep(record).panels[0]!.curves[0]!;

describe('how far one queue carries', () => {
  test('1, 2 and 4 workers give the law, the rates above what was measured, and where one CPU ends', () => {
    const record = alongWorkers([1, 2, 4]);
    const { law, capacity, best } = curveOf(record);
    assert.equal(law?.kind, 'universal-scalability-law');
    assert.equal(law?.points, 3);
    assert.equal(best?.rising, true);
    // 1,000 × 1 ÷ 0.25, and ÷ 0.275 and 0.225.
    const [low, high] = [1_000 / 0.275, 1_000 / 0.225].map((each) => each.toFixed(3));
    assert.equal(capacity?.queueServer?.estimate, 4_000);
    assert.deepEqual(
      [capacity?.queueServer?.low.toFixed(3), capacity?.queueServer?.high.toFixed(3)],
      [low, high],
    );
    assert.equal(capacity?.coordinator?.estimate, 2_500);
    assert.equal(capacity?.measuredTo, 4);
    // 338.98 at 4; the law's peak is 672 at 19.5.
    const rates = capacity!.rates.map(({ perSecond, workers, extrapolated, beyond }) => [
      ...[perSecond, workers === null ? null : workers.n.toFixed(2), extrapolated, beyond],
    ]);
    // 500 (1 + 0.05 (n − 1) + 0.0025 n (n − 1)) = 100 n: n = 7.04.
    assert.deepEqual(rates, [
      [500, '7.04', true, null],
      [1_000, null, true, null],
      [2_000, null, true, null],
    ]);
    assert.deepEqual(
      capacity!.predicted.map(({ n, estimate }) => [n, estimate.toFixed(1)]),
      [[8, '536.9']],
    );
    record.analysis = analyseSweep(record);
    record.verdict = sweepVerdict(record);
    assert.equal(sweepRecordSchema.safeParse(record).success, true);
    assert.equal(
      record.verdict.lines.some(({ topic }) => topic === 'capacity'),
      true,
    );
    assert.match(renderSweepPage(sweepView(record)), /id="capacity-title"/);
  });

  test('a rate that was asked for is the only one; above a ceiling that is said', () => {
    const { capacity } = curveOf(alongWorkers([1, 2, 4], { over: { targetRate: 300 } }));
    assert.deepEqual(
      capacity!.rates.map(({ perSecond, extrapolated, beyond }) => [perSecond, extrapolated, beyond]),
      [[300, false, null]],
    );
    const far = curveOf(alongWorkers([1, 2, 4], { over: { targetRate: 5_000 } })).capacity!.rates[0]!;
    // Both are above; the coordinator is the lower one.
    assert.deepEqual([far.workers, far.beyond], [null, 'coordinator']);
  });

  test('two points have ceilings and no law; other axes and other variants have neither', () => {
    const { law, lawMissing, capacity } = curveOf(alongWorkers([1, 2]));
    assert.deepEqual(
      [law, lawMissing, capacity?.rates, capacity?.predicted],
      [null, 'too-few-points', [], []],
    );
    assert.equal(capacity?.queueServer?.estimate, 4_000);
    const panels = analyseSweep(
      sweep({
        axes: [{ name: 'workers', values: [1, 2, 4] }],
        variants: ['worker-pool'],
        at: ([n = 1]) => ({ variants: [pointVariant('worker-pool', 10 * n)] }),
      }),
    ).panels;
    assert.equal('capacity' in panels[0]!.curves[0]!, false);
    assert.deepEqual(capacityTexts(panels[0]!), []);
  });

  test('next round rates, and ceilings of CPU that was too little to be seen', () => {
    assert.deepEqual(ratesAbove(338), [500, 1_000, 2_000]);
    assert.deepEqual(ratesAbove(1), [2, 5, 10]);
    assert.deepEqual(ratesAbove(9.9), [10, 20, 50]);
    const kind = { method: 'range', level: 0.75 } as const;
    assert.equal(ceilingOf({ estimate: 1, low: 0, high: 2, ...kind }, 10), null);
    assert.deepEqual(ceilingOf({ estimate: 5, low: 4, high: 8, ...kind }, 10), {
      estimate: 2_000,
      low: 1_250,
      high: 2_500,
      ...kind,
    });
  });

  test('the interval of a ceiling is named as what it is: a range for fewer than 6 rounds, nothing for one', () => {
    const ends = { estimate: 2_000, low: 1_250, high: 2_500 };
    assert.equal(
      ceilingText({ ...ends, method: 'range', level: 0.75 }).includes('(range 1,250–2,500)'),
      true,
    );
    const measured = ceilingText({ ...ends, method: 'hettmansperger-sheather', level: 0.95 });
    assert.equal(measured.includes('(95% CI 1,250–2,500)'), true);
    const once = { estimate: 2_000, low: 2_000, high: 2_000, method: 'range', level: 0 } as const;
    assert.equal(ceilingText(once).includes('('), false);
  });

  test('curves run along the workers of the queue beside any other axis, and no point is left out', () => {
    const axes = [
      { name: 'cpu' as const, values: [0, 5] },
      { name: 'queue-workers' as const, values: [1, 2] },
    ];
    assert.equal(gridOf(axes).length, 4);
    const record = sweep({ axes, variants: ['distributed-queue'], at: () => null });
    assert.deepEqual(
      analyseSweep(record).panels.map(({ along, at }) => [along, at]),
      [
        ['queue-workers', 0],
        ['queue-workers', 5],
      ],
    );
  });
});
