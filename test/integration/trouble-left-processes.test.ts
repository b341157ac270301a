import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertNames } from '../support/assert-names.ts';
import { CliRun } from '../support/cli.ts';

/** Every process that loads it, and every job, starts a process that stays; then the job does `more`. */
function workload(more: string): { files: Record<string, string> } {
  return {
    files: {
      'w.ts': `
        import { spawn } from 'node:child_process';
        import { writeFileSync } from 'node:fs';
        import { defineWorkload } from 'threadmill';
        const leave = () => spawn('sleep', ['600'], { stdio: 'ignore' }).unref();
        leave();
        const run = async () => {
          leave();
          writeFileSync(import.meta.dirname + '/left', '');
          ${more}
          return 'done';
        };
        export default defineWorkload({ name: 'leaves', jobs: 4, run });`,
    },
  };
}

const LINE = '--workload w.ts --warmup 0 --rounds 1 --workers 2 --no-trace';

describe('processes that jobs start end with the run', { concurrency: 2 }, () => {
  for (const { how, line, more, code } of [
    { how: 'a run that ends well', line: 'bench --variants event-loop,worker-pool', more: '', code: 0 },
    {
      how: 'a run whose jobs fail',
      line: 'bench --variants event-loop,worker-pool',
      more: `throw new Error('no');`,
      code: 2,
    },
    {
      how: 'a runner that a job ends',
      line: 'bench --variants sequential,event-loop',
      more: 'process.exit(3);',
      code: 2,
    },
    {
      how: 'a capture',
      line: 'profile --variants event-loop --captures threads',
      more: '',
      code: 0,
    },
  ]) {
    test(how, async (t) => {
      const run = await CliRun.start(t, `${line} ${LINE}`, workload(more));
      assert.equal(await run.ended, code, run.stderr);
      await run.leavesNothing();
    });
  }

  test('a workload that ends its process while it is loaded', async (t) => {
    const run = await CliRun.start(t, `bench --variants event-loop ${LINE}`, {
      files: {
        'w.ts': `import { spawn } from 'node:child_process'; spawn('sleep', ['600']); process.exit(4);`,
      },
    });
    assert.equal(await run.ended, 1);
    assertNames(run.complaint(), 'w.ts', 'exit code 4');
    await run.leavesNothing();
  });

  test('a run that Ctrl+C stops', async (t) => {
    const more = 'await new Promise((resolve) => setTimeout(resolve, 60_000));';
    const run = await CliRun.start(t, `bench --variants event-loop,worker-pool ${LINE}`, workload(more));
    await run.file('left');
    run.pressCtrlC();
    assert.equal(await run.ended, 130, run.stderr);
    await run.leavesNothing();
  });
});
