import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verdictOf } from '../../../../src/analysis/verdict/verdict.ts';
import type { ComparisonRecord } from '../../../../src/core/documents/run-record.ts';
import { NOISY, PAIR, verdictCase, WAITING } from '../../../fixtures/runs/verdict-cases.ts';
import { plain, ROUNDS, said } from '../../../support/verdict-text.ts';

describe('what can’t be told apart', () => {
  test('no difference is a verdict, with what would have been seen', () => {
    assert.equal(
      said(
        verdictCase({ variants: { 'event-loop': { wall: 331 }, 'worker-pool': { wall: 332, cpuMs: 60 } } }),
      ),
      `[level, use event-loop, binds: unknown]
No difference between event-loop and worker-pool that this run could see (it would have seen 5.3%):
use event-loop, the cheaper.
Factor: event-loop took 331 ms at the median. worker-pool was 0.997 times as fast (95% interval
  0.982–1.009× over 12 rounds).
Choice: 1 thread instead of 2, 0.750 ms of CPU for each job instead of 1.50 ms and 21.8 ms to start
  instead of 164 ms.
${ROUNDS} The smallest difference that would have shown: 5.3%.`,
    );
  });

  test('noisy: nothing is decided, and what it would take is said', () => {
    const warning = {
      code: 'machine-noisy',
      message: 'other programs used 65% of the machine’s CPU during the timed trials',
      advice: 'Stop what else is running and repeat.',
      variant: null,
    };
    assert.equal(
      said(
        verdictCase({
          variants: {
            'event-loop': { wall: 331, noise: NOISY },
            'worker-pool': { wall: 338, noise: NOISY },
          },
          over: {
            rounds: { completed: 12, endedBy: 'max-time', looks: 1, halfWidth: 0.34 },
            warnings: [warning],
          },
        }),
      ),
      `[inconclusive, use nothing, binds: unknown]
Inconclusive: the rounds differ too much to tell event-loop and worker-pool apart.
Open: event-loop against worker-pool: 1.006 times as fast (95% interval 0.746–1.47×); only one of
  61% would have shown.
Advice: Other programs used 65% of the machine’s CPU during the timed trials: stop what else is
  running. More rounds would hardly help: make trials longer (--jobs), or take a quieter machine.
Rounds: 12 rounds, until 20 s were up; ±2% was not reached (widest at the last look ±34%).`,
    );
  });

  test('noise that more rounds would overcome: how many', () => {
    const noise = NOISY.map((share) => 1 + (share - 1) / 4);
    const run = verdictCase({
      variants: { 'event-loop': { wall: 331, noise }, 'worker-pool': { wall: 334, noise } },
    });
    assert.equal(verdictOf(run).kind, 'inconclusive');
    assert.match(
      plain(run),
      /^Advice: About \d\d rounds as noisy as these 12 would show a difference of 10% \(a longer --max-time\)\.$/m,
    );
    run.spec = { ...run.spec, rounds: 12 };
    assert.match(plain(run), /would show a difference of 10% \(--rounds \d\d\)\.$/m);
  });

  describe('a cheap leader that by itself was not found faster than the baseline', () => {
    const run = (amongLeaders: Partial<ComparisonRecord>) => {
      const made = verdictCase({
        variants: {
          sequential: { wall: 1_000 },
          'event-loop': { wall: 735 },
          'worker-pool-batched': { wall: 704, cpuMs: 60 },
        },
      });
      const [toLoop, , leaders] = made.comparisons;
      Object.assign(toLoop!, { verdict: 'inconclusive', reason: 'interval-and-test-disagree' });
      Object.assign(leaders!, amongLeaders);
      return made;
    };

    test('tied with the one that was: the cheap one is recommended, and the claim is of the other', () => {
      const tied = run({ verdict: 'no-difference', reason: null, minimumDetectableEffect: 6 });
      const { kind, recommended, text } = verdictOf(tied);
      assert.deepEqual([kind, recommended], ['decided', 'event-loop']);
      assert.equal(
        text,
        'Use event-loop at 16 in flight: tied with worker-pool-batched, which ran the same 40 jobs 1.41 times as fast as sequential.',
      );
      assert.match(plain(tied), /^Factor: worker-pool-batched was 1\.41 times as fast as sequential \(/m);
      assert.match(
        plain(tied),
        /event-loop by itself was 1\.3\d times as fast .*, which is not significant\.$/m,
      );
      assert.match(
        plain(tied),
        /it would have seen 6\.0%\)\. event-loop is the cheapest of them: 1 thread instead of 2/,
      );
    });

    test('not told from it: inconclusive, and what was found is said', () => {
      const open = run({ verdict: 'inconclusive', reason: 'too-noisy', minimumDetectableEffect: 25 });
      const { kind, recommended, text } = verdictOf(open);
      assert.deepEqual([kind, recommended], ['inconclusive', null]);
      assert.equal(
        text,
        'Inconclusive: the rounds differ too much to tell event-loop and worker-pool-batched apart.',
      );
      assert.match(plain(open), /^Factor: worker-pool-batched was 1\.41 times as fast as sequential \(/m);
      assert.match(plain(open), /only one of 25% would have shown/);
    });
  });

  test('each sentence about leaders is about the verdict of its pair', () => {
    const made = verdictCase(WAITING);
    const pairOf = (a: string, b: string) => made.comparisons.find((pair) => pair.a === a && pair.b === b)!;
    Object.assign(pairOf('event-loop', 'worker-pool'), {
      verdict: 'inconclusive',
      reason: 'too-noisy',
      minimumDetectableEffect: 19,
    });
    assert.match(
      plain(made),
      /Choice: No difference between event-loop and worker-pool-batched that this run could see \(it would have seen 6\.\d%\)\. Between event-loop and worker-pool nothing was decided: only a difference of 19% would have shown\./,
    );
  });

  test('interval and test may disagree, and then nothing is decided either', () => {
    const run = verdictCase({ variants: PAIR });
    const [pair] = run.comparisons;
    Object.assign(pair ?? {}, { verdict: 'inconclusive', reason: 'interval-and-test-disagree' });
    assert.equal(verdictOf(run).kind, 'inconclusive');
    assert.match(plain(run), /of interval and test only one sees a difference/);
  });

  test('of inconclusive seconds the cheap one is still taken, and it is said that they are', () => {
    const run = verdictCase(WAITING);
    for (const pair of run.comparisons) {
      if (pair.a === 'sequential') continue;
      Object.assign(pair, { verdict: 'inconclusive', reason: 'interval-and-test-disagree' });
    }
    assert.equal(verdictOf(run).recommended, 'event-loop');
    assert.match(
      plain(run),
      /Choice: Whether worker-pool or worker-pool-batched is as fast or faster was not decided\./,
    );
  });

  test('too few rounds are a first impression, whatever they show', () => {
    assert.equal(
      said(
        verdictCase({
          ...WAITING,
          rounds: 3,
          asked: 3,
          over: { rounds: { completed: 3, endedBy: 'rounds', looks: 0, halfWidth: null } },
        }),
      ),
      `[inconclusive, use nothing, binds: unknown]
Too few rounds for a claim; a first impression: event-loop ran the same 40 jobs 12.4 times as fast
as sequential.
Open: event-loop against sequential: 12.4 times as fast (range 12.2–12.6×) over 3 rounds; a claim
  takes 8.
Advice: Leave out --rounds, or ask for at least 8.
Rounds: 3 rounds, as asked for.`,
    );
  });

  test('one round has no range', () => {
    const rounds = { completed: 1, endedBy: 'rounds', looks: 0, halfWidth: null } as const;
    const text = plain(verdictCase({ ...WAITING, rounds: 1, asked: 1, over: { rounds } }));
    assert.match(text, /against sequential: 12\.\d times as fast over 1 round; a claim takes 8\./);
  });

  test('after several looks the intervals are still those of 95%, which is what they hold', () => {
    const rounds = { completed: 12, endedBy: 'precision', looks: 2, halfWidth: 0.0141 } as const;
    const run = verdictCase({ ...WAITING, over: { rounds } });
    assert.equal(run.comparisons[0]?.ratio?.level, 0.965);
    assert.match(plain(run), /^Factor: 95% interval /m);
  });

  test('the baseline can be the one to use', () => {
    assert.equal(
      said(
        verdictCase({ variants: { 'event-loop': { wall: 331 }, 'worker-pool': { wall: 380, cpuMs: 60 } } }),
      ),
      `[decided, use event-loop, binds: unknown]
Use event-loop at 16 in flight: nothing was faster. It ran the same 40 jobs in 331 ms.
Factor: worker-pool was 0.871 times as fast (95% interval 0.858–0.881× over 12 rounds).
Cost: 0.750 ms of CPU for each job (worker-pool 1.50 ms), 84.3 MB at the peak (84.3 MB) and 21.8 ms
  to start (164 ms).
${ROUNDS} The smallest difference that would have shown: 5.3%.`,
    );
  });
});
