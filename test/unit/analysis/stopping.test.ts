import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StoppingRule } from '../../../src/analysis/stopping.ts';
import type { RunRecord } from '../../../src/core/documents/run-record.ts';
import { noOutcomes } from '../../../src/core/outcomes.ts';
import { trialNotBegun } from '../../../src/orchestrator/experiment/lost-trial.ts';
import { record, trial, variant } from '../../fixtures/runs/records.ts';

/** Runs rounds that take `roundMs` each; the walls of the one or two variants in each round, and their CPU, are as given. */
function run(
  changes: Partial<RunRecord['spec']>,
  roundMs: number,
  walls: (round: number) => number[],
  cpuMs: (round: number) => number = () => 10,
) {
  let now = 0;
  const base = record();
  const names = walls(1).length === 1 ? (['event-loop'] as const) : (['sequential', 'event-loop'] as const);
  const variants = names.map((name) => variant(name, { trials: [] }));
  const run = record({
    variants,
    rounds: { completed: 0, endedBy: null, looks: 0, halfWidth: null },
    spec: { ...base.spec, rounds: null, precision: 0.02, maxTimeMs: 60_000, ...changes },
  });
  const rule = new StoppingRule(run, { now: () => now });
  let round = 0;
  do {
    round++;
    for (const [index, wallMs] of walls(round).entries()) {
      const outcomes = { ...noOutcomes(), ok: run.spec.jobs };
      const cpu = { cpuUserMs: cpuMs(round), cpuSystemMs: 0 };
      const { record } = trialNotBegun({
        round,
        order: index,
        plan: new Uint32Array(0),
        reason: '',
        endNs: 0,
      });
      const trial = { ...record, wallMs, outcomes, ...cpu, lost: null };
      variants[index]!.trials.push(trial);
    }
    now += roundMs;
  } while (rule.another());
  return run.rounds;
}

describe('StoppingRule', () => {
  test('a variant that was lost does not keep the others from their precision, not even the baseline', () => {
    for (const lost of [0, 1, 2]) {
      let now = 0;
      const base = record();
      const variants = (['sequential', 'event-loop', 'worker-pool'] as const).map((name, index) =>
        variant(name, { trials: [], state: index === lost ? 'lost' : 'ready' }),
      );
      const rounds = { completed: 0, endedBy: null, looks: 0, halfWidth: null };
      const spec = { ...base.spec, rounds: null, precision: 0.02, maxTimeMs: 60_000 };
      const run = record({ variants, rounds, spec });
      const rule = new StoppingRule(run, { now: () => now });
      do {
        now += 1_000;
        for (const { state, trials } of variants) {
          if (state === 'ready') trials.push(trial({ round: run.rounds.completed + 1 }));
        }
      } while (rule.another());
      assert.deepEqual(
        [run.rounds.endedBy, run.rounds.completed, run.rounds.halfWidth],
        ['precision', 10, 0],
      );
    }
  });

  test('a given number of rounds is kept, however long it takes', () => {
    const ended = run({ rounds: 3, maxTimeMs: 1 }, 1_000, () => [100, 50]);
    assert.deepEqual(ended, { completed: 3, endedBy: 'rounds', looks: 0, halfWidth: null });
  });

  test('steady walls: the first look, after ten rounds, is the last', () => {
    const ended = run({}, 1_000, () => [100, 50]);
    assert.deepEqual(ended, { completed: 10, endedBy: 'precision', looks: 1, halfWidth: 0 });
  });

  describe('one variant alone', () => {
    const noisy = (round: number) => [100, 150, 120, 180, 90][round % 5]!;

    test('noisy walls: the run goes on until the time is up', () => {
      const ended = run({ maxTimeMs: 12_000 }, 1_000, (round) => [noisy(round)]);
      assert.deepEqual([ended.completed, ended.endedBy, ended.looks], [12, 'max-time', 1]);
      assert.ok(ended.halfWidth! > 0.1, `${ended.halfWidth}`);
    });

    test('steady walls, but noisy CPU: likewise', () => {
      const ended = run({ maxTimeMs: 12_000 }, 1_000, () => [100], noisy);
      assert.deepEqual([ended.completed, ended.endedBy], [12, 'max-time']);
      assert.ok(ended.halfWidth! > 0.1, `${ended.halfWidth}`);
    });

    test('both steady: the first look is the last', () => {
      const ended = run(
        {},
        1_000,
        (round) => [100 + (round % 2)],
        (round) => 50 + (round % 2) / 10,
      );
      assert.deepEqual([ended.completed, ended.endedBy, ended.looks], [10, 'precision', 1]);
      assert.ok(ended.halfWidth! > 0.001 && ended.halfWidth! < 0.02, `${ended.halfWidth}`);
    });

    test('CPU that the system counts too coarsely does not decide', () => {
      assert.equal(
        run(
          {},
          1_000,
          () => [100],
          (round) => (round % 3 === 0 ? 15 : 0),
        ).endedBy,
        'precision',
      );
    });
  });

  test('walls that never settle: no round is begun that would end after the time', () => {
    // The ratio is 1 in odd rounds and 4 in even ones. 12 rounds of 700 ms take 8.4 s, a 13th would end at 9.1 s.
    const ended = run({ maxTimeMs: 9_000 }, 700, (round) => [100, round % 2 === 0 ? 25 : 100]);
    assert.equal(ended.completed, 12);
    assert.equal(ended.endedBy, 'max-time');
    assert.equal(ended.looks, 1);
    // From 1 to 4: half of that on the scale of factors is √4, one more than 1.
    assert.equal(ended.halfWidth?.toFixed(6), '1.000000');
  });

  test('there is one round, though it takes longer than there is time', () => {
    assert.equal(run({ maxTimeMs: 10 }, 5_000, () => [100, 50]).completed, 1);
  });

  test('rounds too few to claim anything get up to five times as long', () => {
    const slow = (roundMs: number) => run({ maxTimeMs: 10_000, minRounds: 7 }, roundMs, () => [100, 50]);
    // 4 s: two rounds fit into 10 s, and seven into 50 s.
    assert.deepEqual([slow(4_000).completed, slow(4_000).endedBy], [7, 'max-time']);
    // 15 s: seven would take 105 s; three fit into 50 s.
    assert.equal(slow(15_000).completed, 3);
    // 1 s: what fits into 10 s is more than seven.
    assert.equal(slow(1_000).completed, 10);
  });

  test('quick rounds end at a number that run.json can hold', () => {
    const ended = run({ maxTimeMs: 1e9 }, 1, (round) => [100, round % 2 === 0 ? 25 : 100]);
    assert.deepEqual([ended.completed, ended.endedBy], [200, 'rounds']);
  });

  test('what is probably left: the time meant, or longer where the least rounds want it', () => {
    const base = record();
    const rounds = { completed: 0, endedBy: null, looks: 0, halfWidth: null };
    const variants = [variant('sequential', { trials: [] }), variant('event-loop', { trials: [] })];
    const left = (roundMs: number): (number | null)[] => {
      let now = 0;
      const spec = { ...base.spec, rounds: null, precision: 0.02, maxTimeMs: 10_000, minRounds: 8 };
      const rule = new StoppingRule(record({ variants, rounds: { ...rounds }, spec }), { now: () => now });
      const before = rule.remainingMs();
      now += roundMs;
      rule.another();
      return [before, rule.remainingMs(), rule.expectedRounds()];
    };
    assert.deepEqual(left(1_000), [10_000, 9_000, 9]);
    // Seven more rounds of 3 s are 21 s: more than the 7 s that are left of the ten, less than of fifty.
    assert.deepEqual(left(3_000), [10_000, 21_000, 7]);
    // Of seven more of 20 s there is time for one: fifty seconds less twenty.
    assert.deepEqual(left(20_000), [10_000, 30_000, 1]);
  });
});
