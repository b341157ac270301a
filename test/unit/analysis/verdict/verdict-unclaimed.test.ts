import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verdictOf } from '../../../../src/analysis/verdict/verdict.ts';
import { outcomes, record, trial, variant } from '../../../fixtures/runs/records.ts';
import { verdictCase, WAITING } from '../../../fixtures/runs/verdict-cases.ts';
import { plain, ROUNDS, said } from '../../../support/verdict-text.ts';

describe('runs that claim nothing', () => {
  test('jobs failed', () => {
    const run = verdictCase(WAITING);
    const [first] = run.variants[1]?.trials ?? [];
    Object.assign(first ?? {}, { outcomes: outcomes({ ok: 37, timeout: 3 }) });
    assert.equal(
      said(run),
      `[jobs-failed, use nothing, binds: unknown]
No comparison: 3 jobs failed.
Why: They failed in event-loop. A failed job takes less or more time than one that worked, so the
  times are not of the same work.
${ROUNDS}`,
    );
  });

  test('responses differ', () => {
    const run = verdictCase(WAITING);
    run.equivalence.mismatches = 3;
    assert.equal(
      said(run),
      `[responses-differ, use nothing, binds: unknown]
No comparison: the variants did not get the same responses.
Why: 3 responses of 1,920 compared pairs differ, so the times are of different work.
${ROUNDS}`,
    );
  });

  test('A/A failed: nothing else counts', () => {
    assert.equal(
      said(verdictCase({ ...WAITING, double: 4_900 })),
      `[aa-failed, use nothing, binds: unknown]
Nothing is claimed: sequential ran twice, and came out different from itself.
Advice: Something decides the times that is neither variant nor chance: another program, a server
  that treats clients unlike, a workload that depends on its process. See the warnings; find it, or
  measure elsewhere.
A/A: sequential’s second process was 0.843 times as fast as its first (95% interval 0.825–0.854×).
${ROUNDS}`,
    );
  });

  test('A/A passed: one line more', () => {
    const run = verdictCase({ ...WAITING, double: 4_125 });
    assert.equal(verdictOf(run).kind, 'decided');
    assert.match(
      plain(run),
      /^A\/A: sequential ran twice: no difference, as there should be \(it would have seen 5\.0%\)\.$/m,
    );
  });

  test('A/A of too few rounds tells nothing, and says so', () => {
    assert.match(
      plain(verdictCase({ ...WAITING, double: 4_125, rounds: 4 })),
      /^A\/A: sequential ran twice, but too few rounds to tell equals apart: that takes 6\.$/m,
    );
  });

  test('one variant alone', () => {
    assert.equal(
      said(verdictCase({ variants: { 'event-loop': WAITING.variants['event-loop'] } })),
      `[single, use nothing, binds: waits]
event-loop ran 40 jobs in 331 ms at 16 in flight.
Factor: Median of 12 rounds. One variant ran, so there is nothing to compare it with.
Cost: 0.850 ms of CPU for each job, 84.3 MB at the peak and 21.8 ms to start.
Limit: Waiting binds: with perfect overlap the longest chain of jobs at 16 in flight would take
  251 ms, 75.9% of event-loop’s wall; CPU on 1 thread would take 31.0 ms and the server at its
  ceiling 4.00 ms.
Change: More in flight should help until the longest job alone sets the time; \`threadmill sweep
  --concurrency 16,32,40\` measures it.
Rounds: 12 rounds, until the intervals of wall and CPU were within ±2% (widest at the last look
  ±1.4%).`,
    );
  });

  test('a run that failed gives its reason, and no more', () => {
    const failure = {
      code: 'server-unreachable',
      message: 'The server at http://u:p@x.test refused',
      advice: null,
    };
    assert.equal(
      said(
        record({
          status: 'failed',
          failure,
          variants: [],
          rounds: { completed: 0, endedBy: null, looks: 0, halfWidth: null },
        }),
      ),
      `[run-failed, use nothing, binds: unknown]
The run failed: The server at http://x.test refused
Run: The run failed after 0 of 10 rounds had started.`,
    );
  });

  test('a run that was stopped says how far it came', () => {
    const cut = trial({ wallMs: null, lost: 'interrupted', outcomes: outcomes({ ok: 5, aborted: 35 }) });
    const run = record({
      status: 'aborted',
      variants: [variant('sequential', { summary: null, trials: [cut] })],
      rounds: { completed: 0, endedBy: null, looks: 0, halfWidth: null },
    });
    assert.equal(
      said(run),
      `[nothing-measured, use nothing, binds: unknown]
The run was stopped after 1 of 10 rounds had started.`,
    );
    const later = verdictCase({ ...WAITING, over: { status: 'aborted' } });
    assert.match(plain(later), /^Run: The run was stopped after 12 rounds had started\.$/m);
  });
});
