import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { analyseSweep, sidesOf } from '../../../../src/analysis/sweep/analyse.ts';
import type { Cell } from '../../../../src/core/documents/sweep-analysis.ts';
import type { PointResult } from '../../../../src/core/documents/sweep-record.ts';
import { usualVariants, type VariantName } from '../../../../src/core/variants.ts';
import { pair, pointVariant, sweep } from '../../../support/sample-sweep.ts';

const FOUR = usualVariants(false);

const THREE: readonly VariantName[] = ['event-loop', 'worker-pool', 'worker-pool-batched'];

/** One point of three variants. */
function cell(
  comparisons: PointResult['comparisons'],
  over: Partial<PointResult> = {},
  variants: readonly VariantName[] = THREE,
): Cell {
  const record = sweep({
    axes: [{ name: 'cpu', values: [5] }],
    variants,
    at: () => ({ variants: variants.map((name) => pointVariant(name, 100)), comparisons, ...over }),
  });
  return analyseSweep(record).cells[0]!;
}

describe('sides', () => {
  test('the main thread against the threads, else two of a kind', () => {
    assert.deepEqual(
      sidesOf(FOUR)?.map(({ name, variants }) => [name, variants.length]),
      [
        ['main-thread', 2],
        ['threads', 2],
      ],
    );
    assert.deepEqual(
      sidesOf(['sequential', 'event-loop'])?.map(({ name }) => name),
      ['sequential', 'event-loop'],
    );
    assert.equal(sidesOf(['event-loop']), null);
  });
});

describe('cells', () => {
  test('threads win by either pool; the factor is that of the better one', () => {
    const won = cell([
      pair('event-loop', 'worker-pool', 1.5),
      pair('event-loop', 'worker-pool-batched', 1.6),
      pair('worker-pool', 'worker-pool-batched', 1.05, 'no-difference'),
    ]);
    assert.deepEqual(
      [won.state, won.side, won.winners],
      ['decided', 1, ['worker-pool', 'worker-pool-batched']],
    );
    assert.equal(won.factor?.estimate, 1.6);
    assert.equal(won.logRatio, Math.log(1.6));
  });

  test('one pool may win where the other does not, and beat that one, too', () => {
    const won = cell([
      pair('event-loop', 'worker-pool', 1, 'no-difference'),
      pair('event-loop', 'worker-pool-batched', 1.3),
      pair('worker-pool', 'worker-pool-batched', 1.3),
    ]);
    assert.deepEqual([won.side, won.winners], [1, ['worker-pool-batched']]);
  });

  test('event-loop wins only against both; the factor is its lead over the nearest', () => {
    const both = cell([
      pair('event-loop', 'worker-pool', 0.5),
      pair('event-loop', 'worker-pool-batched', 0.8),
      pair('worker-pool', 'worker-pool-batched', 1.6),
    ]);
    assert.deepEqual([both.state, both.side, both.winners], ['decided', 0, ['event-loop']]);
    // Turned round, the ends of the interval change places: 0.8 ± 2%.
    assert.deepEqual(both.factor, { estimate: 1 / 0.8, low: 1 / (0.8 * 1.02), high: 1 / (0.8 * 0.98) });
    assert.equal(both.logRatio, Math.log(0.8));
    const one = cell([
      pair('event-loop', 'worker-pool', 0.5),
      pair('event-loop', 'worker-pool-batched', 1, 'no-difference'),
      pair('worker-pool', 'worker-pool-batched', 2),
    ]);
    assert.deepEqual([one.state, one.side, one.winners, one.unseenPercent], ['level', null, [], 2.1]);
  });

  test('inconclusive stays inconclusive, and says why', () => {
    const few = cell([
      pair('event-loop', 'worker-pool', 1.5, 'inconclusive'),
      pair('event-loop', 'worker-pool-batched', 1.4, 'inconclusive'),
      pair('worker-pool', 'worker-pool-batched', 1, 'inconclusive'),
    ]);
    assert.deepEqual([few.state, few.side, few.reason], ['inconclusive', null, 'too-few-rounds']);
    const [first, ...rest] = [
      pair('event-loop', 'worker-pool', 1.1, 'inconclusive'),
      pair('event-loop', 'worker-pool-batched', 0.9),
    ];
    const odd = cell([{ ...first!, reason: 'interval-and-test-disagree' }, ...rest]);
    assert.deepEqual([odd.state, odd.reason], ['inconclusive', 'interval-and-test-disagree']);
  });

  test('failures and differing responses void it, a saturated server marks it', () => {
    const won = [pair('event-loop', 'worker-pool', 2)];
    const two: readonly VariantName[] = ['event-loop', 'worker-pool'];
    const failed = [pointVariant('event-loop', 1), pointVariant('worker-pool', 2, { failedJobs: 1 })];
    assert.deepEqual(
      [cell(won, { variants: failed }, two), cell(won, { mismatches: 1 }, two)].map(
        ({ state, side, reason }) => [state, side, reason],
      ),
      [
        ['unknown', null, 'jobs-failed'],
        ['unknown', null, 'responses-differ'],
      ],
    );
    const warnings = [{ code: 'server-saturated', variant: null }];
    const marked = cell(won, { warnings }, two);
    assert.deepEqual([marked.state, marked.serverSaturated], ['decided', true]);
  });

  test('of four variants a winner has to beat the whole other side', () => {
    const all = (eventLoop: number) =>
      cell(
        [
          pair('sequential', 'event-loop', 10),
          pair('sequential', 'worker-pool', 10 * eventLoop),
          pair('sequential', 'worker-pool-batched', 12 * eventLoop),
          pair('event-loop', 'worker-pool', eventLoop, eventLoop === 1 ? 'no-difference' : undefined),
          pair(
            'event-loop',
            'worker-pool-batched',
            1.2 * eventLoop,
            eventLoop === 1 ? 'no-difference' : undefined,
          ),
          pair('worker-pool', 'worker-pool-batched', 1.2),
        ],
        {},
        FOUR,
      );
    assert.deepEqual([all(1.1).side, all(1.1).winners], [1, ['worker-pool-batched']]);
    assert.equal(all(1).state, 'level');
  });
});

describe('wins that stand alone', () => {
  /** One row; each number is a ratio, claimed with p = 0.03: of 24 points that is no more than chance. */
  const isolatedIn = (row: readonly (number | 'inconclusive')[], pHolm = 0.03) => {
    const record = sweep({
      axes: [{ name: 'cpu', values: row.map((_, index) => index) }],
      variants: ['event-loop', 'worker-pool'],
      at: ([x = 0]) => {
        const found = row[x]!;
        const verdict = found === 'inconclusive' ? found : found === 1 ? 'no-difference' : undefined;
        return {
          variants: [pointVariant('event-loop', 100), pointVariant('worker-pool', 100)],
          comparisons: [
            pair(
              'event-loop',
              'worker-pool',
              found === 'inconclusive' ? 1.2 : found,
              verdict,
              verdict ? 1 : pHolm,
            ),
          ],
        };
      },
    });
    const { cells, frontiers } = analyseSweep(record);
    return { isolated: cells.map(({ isolated }) => isolated), frontiers: frontiers.length };
  };

  test('without a neighbour of the same side they are marked, and make no frontier', () => {
    assert.deepEqual(isolatedIn([1, 1, 1.3, 1]), { isolated: [false, false, true, false], frontiers: 0 });
    assert.deepEqual(isolatedIn([0.8, 1.3, 0.8]), { isolated: [true, true, true], frontiers: 0 });
    assert.deepEqual(isolatedIn([1, 1, 1.3, 1.3]), { isolated: [false, false, false, false], frontiers: 1 });
    // What is inconclusive is not there: the next known cell is the neighbour.
    assert.deepEqual(isolatedIn([1, 1.3, 'inconclusive', 1.3]).isolated, [false, false, false, false]);
  });

  test('unless they are sure enough for as many points', () => {
    // Four points: p = 0.0125 is just enough.
    assert.deepEqual(isolatedIn([1, 1, 1, 1.3], 0.0125), {
      isolated: [false, false, false, false],
      frontiers: 1,
    });
    assert.deepEqual(isolatedIn([1, 1, 1, 1.3], 0.0126), {
      isolated: [false, false, false, true],
      frontiers: 0,
    });
  });

  test('neighbours above and below count as well', () => {
    const record = sweep({
      axes: [
        { name: 'cpu', values: [1, 2] },
        { name: 'concurrency', values: [4, 8] },
      ],
      variants: ['event-loop', 'worker-pool'],
      at: ([cpu]) => ({
        variants: [pointVariant('event-loop', 100), pointVariant('worker-pool', 100)],
        comparisons: [
          cpu === 2
            ? pair('event-loop', 'worker-pool', 1.3, 'faster', 0.04)
            : pair('event-loop', 'worker-pool', 1, 'no-difference'),
        ],
      }),
    });
    const { cells, frontiers } = analyseSweep(record);
    assert.ok(cells.every(({ isolated }) => !isolated));
    assert.equal(frontiers.length, 2);
  });

  test('the p-value of a cell is that of the least sure claim it rests on', () => {
    const won = cell([
      pair('event-loop', 'worker-pool', 1.5, 'faster', 0.01),
      pair('event-loop', 'worker-pool-batched', 1.6, 'faster', 0.02),
      pair('worker-pool', 'worker-pool-batched', 1.05, 'no-difference'),
    ]);
    assert.equal(won.pValue, 0.01);
    const both = cell([
      pair('event-loop', 'worker-pool', 0.5, 'slower', 0.01),
      pair('event-loop', 'worker-pool-batched', 0.8, 'slower', 0.02),
      pair('worker-pool', 'worker-pool-batched', 1.6),
    ]);
    assert.equal(both.pValue, 0.02);
  });
});

/** Two variants over a grid: how many times as fast the pool is, and which cells are decided. */
function grid(
  cpu: readonly number[],
  rows: Readonly<Record<number, readonly (number | 'inconclusive' | 'level')[]>>,
) {
  const record = sweep({
    axes: [
      { name: 'cpu', values: [...cpu] },
      { name: 'concurrency', values: Object.keys(rows).map(Number) },
    ],
    variants: ['event-loop', 'worker-pool'],
    at: ([x = 0, y = 0]) => {
      const found = rows[y]![cpu.indexOf(x)]!;
      const comparison =
        typeof found === 'number'
          ? pair('event-loop', 'worker-pool', found)
          : pair('event-loop', 'worker-pool', 1.01, found === 'level' ? 'no-difference' : 'inconclusive');
      return {
        variants: [pointVariant('event-loop', 100), pointVariant('worker-pool', 100)],
        comparisons: [comparison],
      };
    },
  });
  return analyseSweep(record).frontiers;
}

describe('the frontier', () => {
  test('by hand: ratios ½ at 4 ms and 2 at 16 ms cross 1 at 8 ms, half way on a logarithmic axis', () => {
    const [only, ...more] = grid([1, 4, 16], { 16: [0.4, 0.5, 2] });
    assert.deepEqual(more, []);
    assert.deepEqual(
      { ...only, interpolated: only?.interpolated?.toFixed(9) },
      { at: 16, from: 4, to: 16, fromSide: 0, toSide: 1, open: [], interpolated: '8.000000000' },
    );
  });

  test('from 0 the axis is taken as it is: ratios ½ at 0 and √2 at 3 cross at 2', () => {
    assert.equal(grid([0, 3], { 4: [0.5, Math.SQRT2] })[0]?.interpolated?.toFixed(9), '2.000000000');
  });

  test('what is inconclusive in between widens the range, and nothing is claimed of it', () => {
    const [found] = grid([1, 2, 4, 8], { 16: [0.5, 'inconclusive', 'level', 2] });
    assert.deepEqual([found?.from, found?.to, found?.open], [1, 8, [2, 4]]);
    // ln ½ at 1 and ln 1.01 at 2: just before 2.
    assert.ok(found!.interpolated! > 1.95 && found!.interpolated! < 2);
  });

  test('from level to a win is a frontier, too; it need not be where the ratio is 1', () => {
    assert.deepEqual(grid([0, 1, 2, 4], { 4: ['level', 'level', 'inconclusive', 1.3] }), [
      { at: 4, from: 1, to: 4, fromSide: null, toSide: 1, open: [2], interpolated: null },
    ]);
    assert.deepEqual(grid([5, 20, 80], { 4: [1.9, 1.2, 'level'] }), [
      { at: 4, from: 20, to: 80, fromSide: 1, toSide: null, open: [], interpolated: null },
    ]);
  });

  test('a win that a level cell follows is not yet one for good', () => {
    const [onset, ...more] = grid([0, 1, 2, 4, 8], { 4: ['level', 1.3, 'level', 1.5, 1.8] });
    assert.deepEqual(more, []);
    assert.deepEqual([onset?.from, onset?.to, onset?.open], [0, 4, [1, 2]]);
    const [end] = grid([0, 1, 2, 4, 8], { 4: [1.8, 1.5, 'level', 1.3, 'level'] });
    assert.deepEqual([end?.from, end?.to, end?.open], [1, 8, [2, 4]]);
  });

  test('each row has its own; rows without a change have none', () => {
    const frontiers = grid([1, 4, 16], {
      1: ['level', 'level', 'inconclusive'],
      4: [0.5, 0.9, 1.8],
      16: [0.5, 1.2, 1.9],
      64: [1.2, 'inconclusive', 1.9],
    });
    assert.deepEqual(
      frontiers.map(({ at, from, to }) => [at, from, to]),
      [
        [4, 4, 16],
        [16, 1, 4],
      ],
    );
  });

  test('every change of winner counts, in either direction', () => {
    assert.deepEqual(
      grid([1, 2, 4, 8], { 4: [2, 0.5, 'level', 1.5] }).map(({ from, to, fromSide, toSide }) => [
        from,
        to,
        fromSide,
        toSide,
      ]),
      [
        [1, 2, 1, 0],
        [2, 8, 0, 1],
      ],
    );
  });

  test('lies between its ends, which are known to differ; rows do not matter to each other', () => {
    const ratio = fc.oneof(
      fc.double({ min: 0.2, max: 0.95, noNaN: true }),
      fc.double({ min: 1.05, max: 5, noNaN: true }),
      fc.constantFrom('inconclusive' as const, 'level' as const),
    );
    const row = fc.array(ratio, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(row, row, (one, other) => {
        const cpu = [0, 1, 2, 4, 8, 16];
        const found = grid(cpu, { 4: one, 8: other });
        for (const { at, from, to, fromSide, toSide, open, interpolated } of found) {
          const cells = at === 4 ? one : other;
          const at0 = (x: number) => cells[cpu.indexOf(x)]!;
          const sideAt = (x: number) => {
            const value = at0(x);
            return typeof value === 'number' ? (value > 1 ? 1 : 0) : null;
          };
          assert.notEqual(at0(from), 'inconclusive');
          assert.notEqual(at0(to), 'inconclusive');
          assert.deepEqual([sideAt(from), sideAt(to)], [fromSide, toSide]);
          assert.notEqual(fromSide, toSide);
          assert.deepEqual(
            open,
            cpu.filter((x) => x > from && x < to),
          );
          if (interpolated !== null) assert.ok(interpolated >= from && interpolated <= to);
        }
        assert.deepEqual(
          found.filter(({ at }) => at === 4),
          grid(cpu, { 4: one }),
        );
        const decided = one.flatMap((value) => (typeof value === 'number' ? [value > 1] : []));
        const changes = decided.filter((side, index) => index > 0 && side !== decided[index - 1]).length;
        const between = found.filter(
          ({ at, fromSide, toSide }) => at === 4 && fromSide !== null && toSide !== null,
        );
        assert.equal(between.length, changes);
      }),
    );
  });
});
