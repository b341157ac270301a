import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { summarise } from '../../../../src/analysis/summarise.ts';
import type { MachineSpan, TrialRecord, VariantRecord } from '../../../../src/core/documents/run-record.ts';
import { record, trial, variant } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { codesOf, warned } from '../../../support/warned.ts';

/** Steady but for a few per mille, and in no order. */
const STEADY = [100, 100.3, 99.8, 100.1, 99.9, 100.2, 99.7, 100.4, 99.6, 100, 100.1, 99.9];
const RISING = STEADY.map((wall, round) => wall + round);

function trialsOf(walls: readonly number[], order = 0): TrialRecord[] {
  return walls.map((wallMs, at) => trial({ round: at + 1, order, wallMs }));
}

function summarised(...variants: VariantRecord[]): { variants: VariantRecord[] } {
  summarise(variants, 40);
  return { variants };
}

describe('trials-drifting', () => {
  const two = (first: readonly number[], second: readonly number[]) => ({
    variants: [
      variant('sequential', { trials: trialsOf(first, 0) }),
      variant('event-loop', { trials: trialsOf(second, 1) }),
    ],
  });
  const scaled = (walls: readonly number[], by: number) => walls.map((wall) => wall * by);

  test('all variants alike: the run', () => {
    const [warning, ...more] = warned(two(RISING, scaled(RISING, 3)));
    assert.deepEqual(more, []);
    assert.equal(warning?.code, 'trials-drifting');
    assert.equal(warning?.variant, null);
    // From 100 to 110.9.
    assertNames(warning.message, /\+1[01](?:\.\d)?%/);
  });

  test('on a schedule it is the response times that change', () => {
    const { spec } = record();
    const times = { p50: 1, p90: 1, p99: null, p999: null, max: 1 };
    const open = {
      responseMs: times,
      latenessMs: times,
      offeredPerSecond: 1,
      achievedPerSecond: 1,
      unsent: 0,
    };
    const trials = RISING.map((ms, at) => trial({ round: at + 1, open: { ...open, meanResponseMs: ms } }));
    const [warning] = warned({
      spec: { ...spec, load: { kind: 'open', rate: 1, arrivals: 'uniform' } },
      variants: [variant('event-loop', { trials })],
    });
    assertNames(warning!.message, 'response time', '+1');
  });

  test('one variant alone, which rounds do not balance out', () => {
    const [warning] = warned(two(STEADY, RISING));
    assert.equal(warning?.code, 'trials-drifting');
    assert.equal(warning?.variant, 'event-loop');
    assert.match(warning.advice, /leak/);
    assert.match(warned(two(STEADY, RISING.toReversed()))[0]!.advice, /--warmup/);
  });

  test('steady walls, and a drift of less than two per cent', () => {
    assert.deepEqual(codesOf(two(STEADY, scaled(STEADY.toReversed(), 2))), []);
    const barely = STEADY.map((_, round) => 100 + round * 0.1);
    assert.deepEqual(codesOf(two(barely, barely)), []);
  });
});

describe('trials-bimodal', () => {
  const codes = (walls: readonly number[]) =>
    codesOf({ variants: [variant('event-loop', { trials: trialsOf(walls) })] });
  /** Now from one group, now from the other. */
  const turns = STEADY.map((wall, at) => (at % 2 === 0 ? wall : wall * 1.2));

  test('two groups in turns', () => {
    const [warning] = warned({ variants: [variant('event-loop', { trials: trialsOf(turns) })] });
    assert.equal(warning?.code, 'trials-bimodal');
    // The median of 99.6, 99.7, 99.8, 99.9, 100 and 100.1, and that of the others times 1.2.
    assertNames(warning.message, /\b6 .* 99\.[89] ms .*\b6 .* 120 ms/);
  });

  test('one group; groups that are near; a step in time, which is a drift', () => {
    assert.deepEqual(codes(STEADY), []);
    assert.deepEqual(codes(STEADY.map((wall, at) => (at % 2 === 0 ? 100 : 104) + (wall - 100) / 100)), []);
    const step = STEADY.map((wall, at) => (at < 6 ? wall : wall * 1.2) + at / 1_000);
    assert.ok(!codes(step.toSorted((a, b) => a - b)).includes('trials-bimodal'));
  });
});

describe('trials-outlying', () => {
  const machine = (othersMs: number): MachineSpan => ({ busyMs: 500, othersMs, stealMs: 0, pressureMs: 0 });
  const withOne = (
    wallMs: number,
    changes: Partial<TrialRecord> = {},
    usual: Partial<TrialRecord> = {},
    at = 6,
  ) =>
    summarised(
      variant('event-loop', {
        trials: trialsOf(STEADY).map((each, index) =>
          index === at ? { ...each, ...usual, wallMs, ...changes } : { ...each, ...usual },
        ),
      }),
    );

  test('a severe one that is far off is named, with its round', () => {
    const [warning, ...more] = warned(withOne(130));
    assert.deepEqual(more, []);
    assert.equal(warning?.code, 'trials-outlying');
    assertNames(warning.message, /event-loop .*\b7\b.* \+30%$/);
    assertNames(warned(withOne(70))[0]!.message, /\b7\b.* −30%$/);
  });

  test('severe, but only because the others are so steady', () => {
    const near = withOne(105);
    assert.deepEqual(
      near.variants[0]!.outliers.map(({ round, kind, side }) => [round, kind, side]),
      [[7, 'severe', 'high']],
    );
    assert.deepEqual(codesOf(near), []);
  });

  test('other programs, the hypervisor, garbage collection: what took half of the difference is named', () => {
    const others = warned(withOne(130, { machine: machine(25) }, { machine: machine(4) }));
    assertNames(others[0]!.message, /other programs .*\b21 ms/);
    // 10 ms of 30 explain nothing.
    assert.match(
      warned(withOne(130, { machine: machine(14) }, { machine: machine(4) }))[0]!.message,
      /\+30%$/,
    );
    const steal = warned(withOne(130, { machine: { ...machine(0)!, stealMs: 20 } }, { machine: machine(0) }));
    assertNames(steal[0]!.message, /hypervisor .*\b20 ms/);
    const gc = (pauseMs: number) => ({
      threads: [
        {
          thread: 0,
          eventLoop: { activeMs: 1, delayMs: null },
          cpu: null,
          gc: { count: 1, pauseMs, longestMs: pauseMs },
          heapBeforeBytes: null,
          heapUsedBytes: 1,
        },
      ],
    });
    assertNames(warned(withOne(130, gc(29), gc(2)))[0]!.message, /garbage collection .*\b27 ms/);
    assertNames(warned(withOne(130, {}, {}, 0))[0]!.message, /\b1 \+30%.* first round/);
  });

  test('at most three are named, the farthest first', () => {
    const names = ['sequential', 'event-loop', 'worker-pool', 'worker-pool-batched'] as const;
    const variants = names.map((name, at) =>
      variant(name, { trials: trialsOf(STEADY.map((wall, round) => (round === 6 ? 130 + 10 * at : wall))) }),
    );
    const [warning] = warned(summarised(...variants));
    assertNames(
      warning!.message,
      /worker-pool-batched .*\+60%.* worker-pool .*\+50%.* event-loop .*\+40%.*\b1 more$/,
    );
    assert.ok(!warning!.message.includes('sequential'));
  });
});
