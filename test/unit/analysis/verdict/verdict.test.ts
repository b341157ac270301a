import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { verdictOf } from '../../../../src/analysis/verdict/verdict.ts';
import { phrasesOf, textOf } from '../../../../src/analysis/verdict/wording.ts';
import { VARIANT_NAMES } from '../../../../src/core/variants.ts';
import { outcomes, scheduled } from '../../../fixtures/runs/records.ts';
import { verdictCase } from '../../../fixtures/runs/verdict-cases.ts';
import { plain, said } from '../../../support/verdict-text.ts';

test('names of variants stand out, the longest first, and only whole ones', () => {
  const phrases = phrasesOf(['worker-pool-batched beats worker-pool, not my-worker-pools']);
  assert.deepEqual(
    phrases.filter(({ variant: name }) => name !== null).map(({ text }) => text),
    ['worker-pool-batched', 'worker-pool'],
  );
});

test('whatever the walls, nothing is recommended that was found slower than another, and text stays text', () => {
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
        const { recommended, text, headline, lines } = verdictOf(run);
        assert.equal(textOf(headline), text);
        for (const line of lines) assert.equal(textOf(line.phrases), line.text);
        assert.doesNotMatch(
          [text, ...lines.map((line) => line.text)].join('\n'),
          /undefined|NaN|null|Infinity|—/,
        );
        for (const { a, b, verdict } of run.comparisons) {
          if (verdict === 'faster') assert.notEqual(recommended, a);
          if (verdict === 'slower') assert.notEqual(recommended, b);
        }
        assert.ok(recommended === null || VARIANT_NAMES.includes(recommended));
      },
    ),
    { numRuns: 60 },
  );
});

describe('on a schedule', () => {
  test('what is compared is the response time, and it is called that', () => {
    const run = scheduled();
    const { text } = verdictOf(run);
    assert.match(text, /it answered the same 40 jobs, due at 200 a second, 47\.9 times as fast/);
    const one = {
      ...run,
      variants: run.variants.slice(1),
      equivalence: { ...run.equivalence, baseline: 'event-loop' as const },
    };
    assert.equal(
      verdictOf(one).text,
      'event-loop answered 40 jobs, due at 200 a second, in 37.7 ms each on average at 16 in flight.',
    );
    assert.doesNotMatch(plain(run), /at the median/);
  });

  test('a schedule that was not kept sets the response times, and that is said', () => {
    const run = scheduled();
    const held = plain(run);
    assert.doesNotMatch(held, /schedule was not kept/);
    for (const each of run.variants) each.summary!.open!.achievedPerSecond = 87.9;
    assert.match(
      plain(run),
      /^Limit: The schedule was not kept: event-loop started 87\.9 of 200 jobs a second\. Its response times grow with the length of the plan\.$/m,
    );
    assert.equal(verdictOf(run).binding, null);
  });

  test('jobs that were never sent are no failed ones, and void the comparison all the same', () => {
    const run = scheduled();
    const [slow, quick] = run.variants;
    const trials = slow!.trials.map((each) => ({
      ...each,
      outcomes: outcomes({ ok: 30, 'not-started': 10 }),
      open: { ...each.open!, unsent: 10 },
    }));
    const variants = [{ ...slow!, trials, summary: null }, quick!];
    assert.equal(
      said({ ...run, variants }),
      `[jobs-failed, use nothing, binds: unknown]
No comparison: 100 jobs could not be sent.
Why: sequential could not keep up with 200 jobs a second. Lower --rate, raise --concurrency, or
  leave out what cannot (--variants).
Rounds: 10 rounds, as asked for.`,
    );
  });
});
