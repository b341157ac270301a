import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { summarise } from '../../../../src/analysis/summarise.ts';
import { stalled } from '../../../../src/analysis/warnings/stalls.ts';
import type { TrialRecord } from '../../../../src/core/documents/run-record.ts';
import { createRandom } from '../../../../src/core/statistics/random.ts';
import { JobTable } from '../../../../src/engine/measurement/job-table.ts';
import { longestGapMs } from '../../../../src/engine/measurement/longest-gap.ts';
import { record, trial, variant } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { warned } from '../../../support/warned.ts';

type Draw = () => number;

const random = createRandom(11);
const normal: Draw = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Response times around 1. */
const NOISE: Readonly<Record<string, Draw>> = {
  'normal, 20%': () => Math.max(0.05, 1 + 0.2 * normal()),
  exponential: () => -Math.log(1 - random()),
  'log-normal, p99 three times the p50': () => Math.exp(0.5 * normal()),
  'log-normal, p99 ten times the p50': () => Math.exp(normal()),
};

interface Shape {
  readonly jobs: number;
  readonly slots: number;
  /** Of a job, ms. */
  readonly draw: Draw;
  /** Everything stands still for so long from the middle of the trial on, ms. */
  readonly frozenMs?: number;
}

/** A trial as the slots would run it. */
function played(round: number, { jobs, slots, draw, frozenMs = 0 }: Shape): TrialRecord {
  const table = JobTable.shared(jobs);
  const freeAt = new Float64Array(slots);
  let longest = 0;
  for (let row = 0; row < jobs; row++) {
    const slot = freeAt.indexOf(Math.min(...freeAt));
    table.start[row] = freeAt[slot]!;
    freeAt[slot] = freeAt[slot]! + draw();
    table.end[row] = freeAt[slot]!;
  }
  const middle = Math.max(...freeAt) / 2;
  const moved = (ms: number) => 1e9 + (ms > middle ? ms + frozenMs : ms) * 1e6;
  for (let row = 0; row < jobs; row++) {
    table.start[row] = moved(table.start[row]!);
    table.end[row] = moved(table.end[row]!);
    longest = Math.max(longest, (table.end[row]! - table.start[row]!) / 1e6);
  }
  return trial({
    round,
    wallMs: (Math.max(...table.end) - 1e9) / 1e6,
    latencyMs: { p50: 1, p90: 1, p99: null, p999: null, max: longest },
    longestGapMs: longestGapMs(table),
  });
}

/** Messages about trials that lie apart. */
function outlying(...trials: readonly (readonly TrialRecord[])[]): string[] {
  const names = ['sequential', 'event-loop', 'worker-pool'] as const;
  const variants = trials.map((own, index) => variant(names[index]!, { trials: [...own] }));
  summarise(variants, 40);
  const { spec } = record();
  return warned({ variants, spec: { ...spec, rounds: 1 } })
    .filter(({ code }) => code === 'trials-outlying')
    .map(({ message }) => message);
}

/** By default what a trial of the default workload looks like, in this variant or in one with 16 in flight. */
const calm = (round: number, over: Partial<TrialRecord> = {}): TrialRecord => {
  const latencyMs = { p50: 40, p90: 80, p99: null, p999: null, max: 150 };
  return trial({ round, wallMs: 400, latencyMs, longestGapMs: 30, ...over });
};
/** The same in which everything stood still for 5 s. */
const frozen = (round: number): TrialRecord => {
  const latencyMs = { p50: 50, p90: 5_080, p99: null, p999: null, max: 5_140 };
  return calm(round, { wallMs: 5_400, latencyMs, longestGapMs: 5_010 });
};

describe('a server that freezes for 5 s in one trial', () => {
  for (const rounds of [2, 3, 4]) {
    test(`of ${rounds}: the trial is named`, () => {
      const trials = Array.from({ length: rounds }, (_, index) =>
        index === 1 ? frozen(2) : calm(index + 1),
      );
      const [message, ...more] = outlying(
        trials,
        trials.map(({ round }) => calm(round)),
      );
      assertNames(message!, 'sequential in round 2 for 5,010 ms', '150 ms');
      assert.deepEqual(more, []);
    });
  }

  test('of one round: it is compared with the trials of the other variants', () => {
    const [message, ...more] = outlying([calm(1)], [frozen(1)], [calm(1, { wallMs: 380 })]);
    assertNames(message!, 'event-loop in round 1 for 5,010 ms');
    assert.deepEqual(more, []);
  });

  test('of five: it is an outlier, told once, and why', () => {
    const trials = [1, 2, 3, 4, 5].map((round) =>
      round === 3 ? frozen(3) : calm(round, { wallMs: 400 + round }),
    );
    const [message, ...more] = outlying(trials);
    assertNames(message!, /sequential in round 3 \+1,?\d+%.* 4,980 ms/);
    assert.deepEqual(more, []);
  });
});

describe('what is no freeze', () => {
  const none = (what: string, ...trials: readonly (readonly TrialRecord[])[]) =>
    test(what, () => assert.deepEqual(outlying(...trials), []));

  none('a single trial, with nothing to compare it with', [frozen(1)]);
  const long = { p50: 40, p90: 80, p99: null, p999: null, max: 5_000 };
  // The job that takes 5 s came last in round 2, and first in the others.
  none('one long job of the plan, whenever its turn comes', [
    calm(1, { wallMs: 5_050, latencyMs: long, longestGapMs: 600 }),
    calm(2, { wallMs: 9_000, latencyMs: long, longestGapMs: 4_990 }),
    calm(3, { wallMs: 5_050, latencyMs: long, longestGapMs: 700 }),
  ]);
  none('a pause of less than half a second, as a busy machine has them', [
    calm(1, { wallMs: 4, latencyMs: { ...long, max: 0.4 }, longestGapMs: 0.4 }),
    calm(2, { wallMs: 490, latencyMs: { ...long, max: 480 }, longestGapMs: 480 }),
  ]);
  none('one that is a small part of a long trial', [
    calm(1, { wallMs: 30_000 }),
    calm(2, { wallMs: 35_000, longestGapMs: 5_000 }),
  ]);
});

describe('simulated trials', () => {
  const TRIES = 300;
  for (const [name, draw] of Object.entries(NOISE)) {
    for (const slots of [1, 16]) {
      for (const trials of [2, 4]) {
        test(`${name}; ${slots} in flight, ${trials} trials: noise is no freeze, a freeze is one`, () => {
          // A second for each job: no gap of noise is too short to count.
          const shape: Shape = { jobs: 40, slots, draw: () => 1_000 * draw() };
          const run = record();
          const found = (own: TrialRecord[]) =>
            stalled({ ...run, variants: [variant('event-loop', { trials: own })] });
          let alarms = 0;
          let longest = 0;
          for (let attempt = 0; attempt < TRIES; attempt++) {
            const noise = Array.from({ length: trials }, (_, index) => played(index + 1, shape));
            longest = Math.max(longest, ...noise.map(({ latencyMs }) => latencyMs.max!));
            alarms += found(noise).length;
          }
          assert.ok(alarms <= 0.01 * TRIES, `${alarms} of ${TRIES}`);
          const still = { ...shape, frozenMs: 10 * longest };
          const [warning] = found(
            Array.from({ length: trials }, (_, index) => played(index + 1, index === 0 ? still : shape)),
          );
          assert.match(warning?.message ?? '', /event-loop in round 1 for /);
        });
      }
    }
  }
});
