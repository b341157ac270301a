import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CliRun, variantOf } from '../support/cli.ts';

/** Jobs throw in the runners of these variants. */
function throwsIn(...variants: readonly string[]): { files: Record<string, string> } {
  return {
    files: {
      'w.ts': `
        import { readFileSync } from 'node:fs';
        import { defineWorkload } from 'threadmill';
        // In a worker thread process.argv is another.
        const argv = readFileSync('/proc/self/cmdline', 'utf8').split('\\0');
        const fails = ${JSON.stringify(variants)}.some((name) => argv.includes(name));
        export default defineWorkload({
          name: 'throws',
          jobs: 6,
          run: () => {
            if (fails) throw new Error('no table');
            return 'done';
          },
        });`,
    },
  };
}

const REASON = 'no job of its warm-up ended ok (6 threw), so its rounds were not run';

describe('a warm-up that fails as a whole', { concurrency: 2 }, () => {
  test('of one variant: it stops there, the others are timed', async (t) => {
    const line =
      'bench --details --workload w.ts --warmup 1 --rounds 2 --no-trace --variants sequential,event-loop';
    const run = await CliRun.start(t, line, throwsIn('event-loop'));
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    assert.deepEqual([record.status, record.rounds.completed], ['completed', 2]);
    const { state, lostReason, warmups, trials, summary } = variantOf(record, 'event-loop');
    assert.deepEqual([state, lostReason, warmups.length, trials.length], ['failed', REASON, 1, 0]);
    assert.equal(summary, null);
    assert.equal(variantOf(record, 'sequential').trials.length, 2);
    const warning = record.warnings.find(({ code }) => code === 'warmup-failed');
    assert.deepEqual([warning?.message, warning?.variant], [`not timed: ${REASON}`, 'event-loop']);
    assert.match(run.summary, /no job of its warm-up ended ok \(6 threw\)/);
    await run.leavesNothing();
  });

  test('of every variant: no round is run', async (t) => {
    const line =
      'bench --details --workload w.ts --warmup 1 --rounds 2 --no-trace --variants sequential,event-loop';
    const run = await CliRun.start(t, line, throwsIn('sequential', 'event-loop'));
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    assert.deepEqual([record.status, record.exitCode, record.rounds.completed], ['completed', 2, 0]);
    assert.deepEqual(
      record.variants.map(({ state, trials }) => [state, trials.length]),
      [
        ['failed', 0],
        ['failed', 0],
      ],
    );
    const warned = record.warnings.map(({ code, message }) => [code, message]);
    assert.deepEqual(
      warned.filter(([code]) => code === 'warmup-failed'),
      [['warmup-failed', `not timed (sequential, event-loop): ${REASON}`]],
    );
    assert.match(run.summary, /no table/);
    await run.leavesNothing();
  });
});
