import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertNames } from '../support/assert-names.ts';
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

describe('a warm-up that fails as a whole', { concurrency: 2 }, () => {
  test('of one variant: it stops there, the others are timed', async (t) => {
    const line =
      'bench --details --workload w.ts --warmup 1 --rounds 2 --no-trace --variants sequential,event-loop';
    const run = await CliRun.start(t, line, throwsIn('event-loop'));
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    assert.deepEqual([record.status, record.rounds.completed], ['completed', 2]);
    const { state, lostReason, warmups, trials, summary } = variantOf(record, 'event-loop');
    assert.deepEqual([state, warmups.length, trials.length], ['failed', 1, 0]);
    assertNames(lostReason!, '6 threw');
    assert.equal(summary, null);
    assert.equal(variantOf(record, 'sequential').trials.length, 2);
    const warning = record.warnings.find(({ code }) => code === 'warmup-failed');
    assert.equal(warning?.variant, 'event-loop');
    for (const text of [warning.message, run.summary]) assertNames(text, lostReason!);
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
    const warned = record.warnings.filter(({ code }) => code === 'warmup-failed');
    assert.equal(warned.length, 1);
    assertNames(warned[0]!.message, 'sequential, event-loop', '6 threw');
    assertNames(run.summary, 'no table');
    await run.leavesNothing();
  });
});
