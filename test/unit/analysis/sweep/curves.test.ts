import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analyseSweep } from '../../../../src/analysis/sweep/analyse.ts';
import type { Curve } from '../../../../src/core/documents/sweep-analysis.ts';
import { throughputAt } from '../../../../src/core/statistics/scalability-fit.ts';
import { pointVariant, rate, type SweepSketch, sweep } from '../../../support/sample-sweep.ts';

const POWERS = [1, 2, 4, 8, 16, 32, 64];
const concurrency = { name: 'concurrency', values: POWERS } as const;

/** One variant along one axis. */
function curveOf(sketch: Partial<SweepSketch> & Pick<SweepSketch, 'at'>): Curve {
  const record = sweep({
    axes: [{ ...concurrency, values: [...POWERS] }],
    variants: ['event-loop'],
    ...sketch,
  });
  return analyseSweep(record).panels[0]!.curves[0]!;
}
const rates = (of: (n: number) => number) => ({
  at: ([n = 0]: readonly number[]) => ({ variants: [pointVariant('event-loop', of(n))] }),
});

describe('curves', () => {
  test('points of a known law give it back: σ 0.05, κ 0.001, a peak at √(0.95 / 0.001) = 30.8', () => {
    const { law, best, points } = curveOf(
      rates((n) => throughputAt({ lambda: 30, sigma: 0.05, kappa: 0.001 }, n)),
    );
    assert.equal(law?.kind, 'universal-scalability-law');
    if (law?.kind !== 'universal-scalability-law') return;
    assert.equal(law.lambda.toFixed(6), '30.000000');
    assert.equal(law.sigma.estimate.toFixed(6), '0.050000');
    assert.equal(law.kappa.estimate.toFixed(6), '0.001000');
    assert.equal(law.peak?.n.toFixed(1), '30.8');
    assert.equal(law.peak?.extrapolated, false);
    assert.equal(law.points, 7);
    // X(32) is the highest: 30 · 32 / (1 + 0.05 · 31 + 0.001 · 32 · 31) = 271.03; X(16) = 241.2, X(64) = 234.7.
    assert.deepEqual([best?.n, best?.throughput.toFixed(1), best?.enough], [32, '271.0', 32]);
    assert.equal(best?.fallsTo?.toFixed(3), '0.866');
    assert.equal(best?.rising, false);
    assert.deepEqual(points[0]?.speedup, { estimate: 1, low: 1, high: 1 });
    // 241.2 over 30, each ±1%: ±√2% of it.
    assert.equal(points[4]?.speedup?.estimate.toFixed(3), '8.040');
    assert.equal((points[4]!.speedup!.high / points[4]!.speedup!.estimate).toFixed(3), '1.014');
  });

  test('the least that can’t be told from the best is enough', () => {
    // 16: 1.5% below the best, within the 2% that were asked for. 8: 4% below, and no interval reaches that far.
    const plateau: Readonly<Record<number, number>> = {
      1: 100,
      2: 190,
      4: 300,
      8: 384,
      16: 394,
      32: 398,
      64: 400,
    };
    const { best } = curveOf(rates((n) => plateau[n]!));
    assert.deepEqual([best?.n, best?.enough, best?.enoughThroughput, best?.rising], [64, 16, 394, false]);
    assert.equal(best?.sure, true);
  });

  test('a wide interval can’t be told from the best either', () => {
    const noisy = (n: number) =>
      pointVariant('event-loop', 100 + n, { throughput: rate(100 + n, n === 2 ? 0.7 : 0.01) });
    const { best } = curveOf({ at: ([n = 0]) => ({ variants: [noisy(n)] }) });
    assert.equal(best?.enough, 2);
  });

  test('rising to the end', () => {
    const { best, law } = curveOf(rates((n) => 30 * n));
    assert.deepEqual([best?.n, best?.enough, best?.rising, best?.fallsTo], [64, 64, true, null]);
    assert.equal(law?.kind === 'universal-scalability-law' && law.peak, null);
  });

  test('failed jobs, a saturated server and missing points take no part', () => {
    const { points, law, best } = curveOf({
      at: ([n = 0]) => {
        const variants = [pointVariant('event-loop', 30 * n, n === 2 ? { failedJobs: 3 } : {})];
        if (n === 4) return null;
        const warnings = [{ code: 'server-saturated', variant: 'event-loop' as const }];
        return n === 64 ? { variants, warnings } : { variants };
      },
    });
    assert.deepEqual(
      points.map(({ excluded }) => excluded),
      [null, 'jobs-failed', 'not-measured', null, null, null, 'server-saturated'],
    );
    assert.equal(law?.points, 4);
    assert.equal(best?.n, 32);
    assert.equal(points[6]?.speedup, null);
    assert.equal(points[6]?.throughput?.estimate, 30 * 64, 'what was measured is shown all the same');
  });

  test('a server at its limit for another variant says nothing of this one', () => {
    const { points } = curveOf({
      at: ([n = 0]) => ({
        variants: [pointVariant('event-loop', n)],
        warnings: [{ code: 'server-saturated', variant: 'worker-pool' }],
      }),
    });
    assert.ok(points.every(({ excluded }) => excluded === null));
  });

  test('three points are too few for a law', () => {
    const few = curveOf({ axes: [{ name: 'concurrency', values: [1, 2, 4] }], ...rates((n) => n) });
    assert.deepEqual([few.law, few.lawMissing], [null, 'too-few-points']);
  });

  test('sequential has no concurrency to scale with; speedups are multiples of it', () => {
    const record = sweep({
      axes: [{ name: 'concurrency', values: [1, 4, 16] }],
      variants: ['sequential', 'event-loop'],
      at: ([n = 0]) => ({ variants: [pointVariant('sequential', 20), pointVariant('event-loop', 20 * n)] }),
    });
    const [panel] = analyseSweep(record).panels;
    assert.deepEqual(panel?.reference, { variant: 'sequential', n: 1, throughput: 20 });
    assert.deepEqual([panel?.curves[0]?.best, panel?.curves[0]?.lawMissing], [null, null]);
    assert.equal(panel?.curves[1]?.points[2]?.speedup?.estimate.toFixed(6), '16.000000');
  });
});

describe('threads', () => {
  const along = (values: number[], cpus: number) => {
    const record = sweep({
      axes: [{ name: 'workers', values }],
      variants: ['event-loop', 'worker-pool'],
      // A tenth of the work is serial: 1 ÷ (0.1 + 0.9 ÷ n).
      at: ([n = 0]) => ({
        variants: [pointVariant('event-loop', 48), pointVariant('worker-pool', 50 / (0.1 + 0.9 / n))],
      }),
    });
    record.sessions[0]!.environment.availableCpus = cpus;
    return analyseSweep(record).panels[0]!.curves;
  };

  test('Amdahl’s law: a tenth serial, never more than ten times', () => {
    const [eventLoop, pool] = along([1, 2, 4, 8], 8);
    assert.equal(eventLoop?.law, null);
    assert.equal(eventLoop?.best, null);
    const law = pool?.law;
    assert.ok(law?.kind === 'amdahl');
    assert.equal(law.serial.estimate.toFixed(6), '0.100000');
    assert.equal(law.greatestSpeedup?.toFixed(4), '10.0000');
    assert.deepEqual([law.points, law.beyondCpus], [4, false]);
  });

  test('threads without a CPU of their own are left out, unless too few are left', () => {
    const [, some] = along([1, 2, 4, 8], 4);
    assert.ok(some?.law?.kind === 'amdahl');
    assert.deepEqual([some.law.points, some.law.beyondCpus], [3, false]);
    const [, all] = along([1, 2, 4, 8], 2);
    assert.ok(all?.law?.kind === 'amdahl');
    assert.deepEqual([all.law.points, all.law.beyondCpus], [4, true]);
  });
});

describe('panels of two axes', () => {
  test('one for each value of the axis that curves do not run along', () => {
    const record = sweep({
      axes: [
        { name: 'cpu', values: [0, 5] },
        { name: 'concurrency', values: [1, 2, 4, 8] },
      ],
      variants: ['event-loop'],
      at: ([cpu = 0, n = 0]) => ({ variants: [pointVariant('event-loop', n / (1 + cpu))] }),
    });
    // In the order in which they were measured, which is none.
    record.points.reverse();
    const { panels, sides, cells } = analyseSweep(record);
    assert.deepEqual(
      panels.map(({ along, at, curves }) => [along, at, curves[0]?.points.map(({ n }) => n)]),
      [
        ['concurrency', 0, [1, 2, 4, 8]],
        ['concurrency', 5, [1, 2, 4, 8]],
      ],
    );
    assert.equal(panels[1]?.reference?.throughput.toFixed(4), (1 / 6).toFixed(4));
    assert.deepEqual([sides, cells], [null, []]);
  });

  test('the same record gives the same analysis', () => {
    const record = sweep({
      axes: [concurrency].map(({ name, values }) => ({ name, values: [...values] })),
      variants: ['event-loop'],
      ...rates((n) => (40 * n) / (1 + 0.03 * (n - 1)) + Math.sin(n)),
    });
    assert.deepEqual(analyseSweep(record), analyseSweep(structuredClone(record)));
  });
});
