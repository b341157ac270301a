import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CliRun, checkedRecord } from '../support/cli.ts';

const QUICK = '--workload w.ts --rounds 1 --warmup 0 --no-trace --variants sequential,event-loop';
const GOOD = {
  'w.ts': `
    import { defineWorkload } from 'threadmill';
    export default defineWorkload({ name: 'good', jobs: 3, run: ({ position }) => position });`,
};
const FAILING = {
  'w.ts': `
    import { defineWorkload } from 'threadmill';
    const run = () => { throw new Error('red \\\\u001b[31mtext\\\\u001b[0m of a job'); };
    export default defineWorkload({ name: 'failing', jobs: 3, run });`,
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that begins every ANSI code
const ANSI = /\u001b|\u009b/;

describe('what is shown', { concurrency: 2 }, () => {
  // test/integration/cli-run.test.ts has the same of a good run.
  test('a run with failures as JSON: one document on stdout, and nothing else anywhere', async (t) => {
    const run = await CliRun.start(t, `bench ${QUICK} --json`, { files: FAILING });
    assert.equal(await run.ended, 2, run.stderr);
    assert.equal(checkedRecord(JSON.parse(run.stdout)).exitCode, 2);
    assert.equal(run.stderr, '');
    await run.leavesNothing();
  });

  test('a run with failures with --quiet: the result alone, without a colour, also of what a job says', async (t) => {
    const run = await CliRun.start(t, `bench ${QUICK} --quiet`, { files: FAILING });
    assert.equal(await run.ended, 2, run.stderr);
    assert.equal(run.stderr, '');
    assert.doesNotMatch(run.stdout, ANSI);
    assert.match(run.stdout, /\nReport +profiles/);
  });

  test('no colour where there is no terminal, unless it is forced; NO_COLOR does not undo that', async (t) => {
    const plain = await CliRun.start(t, `bench ${QUICK} --verbose`, { files: FAILING });
    assert.equal(await plain.ended, 2);
    assert.doesNotMatch(plain.stdout + plain.stderr, ANSI);
    const forced = await CliRun.start(t, `bench ${QUICK}`, { files: GOOD, env: { FORCE_COLOR: '1' } });
    assert.equal(await forced.ended, 0);
    assert.match(forced.stdout, ANSI);
    const none = await CliRun.start(t, `bench ${QUICK}`, {
      files: GOOD,
      env: { NO_COLOR: '1', TERM: 'xterm' },
    });
    assert.equal(await none.ended, 0);
    assert.doesNotMatch(none.stdout + none.stderr, ANSI);
  });
});
