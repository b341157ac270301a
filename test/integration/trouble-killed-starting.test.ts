import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from '../../src/core/statistics/random.ts';
import { CliRun } from '../support/cli.ts';

const MAX_DELAY_MS = 600;
const KILLS = 2;
/** In CI always the same: a change is not to be refused for what it has nothing to do with. */
const seed = Number(
  process.env.THREADMILL_TEST_SEED ?? (process.env.CI === undefined ? Date.now() % 1_000_000 : 1),
);

/** Trials the process that loads it for ever, if its command line has this word. */
const trialsIn = (word: string) => `
  import { defineWorkload } from 'threadmill';
  if (process.argv.some((each) => each.includes('${word}'))) for (;;);
  export default defineWorkload({ name: 'trials', jobs: 4, run: () => 1 });`;

const PROFILE = 'profile --workload w.ts --warmup 0 --rounds 1 --no-trace --variants event-loop --captures';

/** A child of the orchestrator that never ends by itself, and what is to be seen shortly before it starts. */
const CHILDREN: readonly {
  readonly what: string;
  readonly line: string;
  readonly workload?: string;
  readonly before: string | RegExp;
}[] = [
  {
    what: 'the embedded server',
    line: 'bench --variants event-loop --jobs 4 --latency 20s',
    before: 'start the embedded server',
  },
  {
    what: 'the workload inspector',
    line: 'bench --workload w.ts --variants event-loop',
    workload: 'for (;;) {}',
    before: /^prepare/m,
  },
  {
    what: 'a runner',
    line: 'bench --workload w.ts --variants event-loop,sequential',
    workload: trialsIn('--rows'),
    before: 'start the runners',
  },
  {
    what: 'the capture threads',
    line: `${PROFILE} threads`,
    workload: trialsIn('--once'),
    before: 'profile 1 of 1',
  },
  { what: 'the capture 0x', line: `${PROFILE} 0x`, workload: trialsIn('--once'), before: 'profile 1 of 1' },
];

describe(`the orchestrator is killed while a child starts (seed ${seed})`, { concurrency: 2 }, () => {
  const random = createRandom(seed);
  for (const { what, line, workload, before } of CHILDREN) {
    // One of each half of the time, so that no part of it is left out by chance.
    const delays = Array.from({ length: KILLS }, (_, turn) =>
      Math.round(((turn + random()) * MAX_DELAY_MS) / KILLS),
    );
    test(`${what}: no process and no temporary file is left`, async (t) => {
      for (const delayMs of delays) {
        const run = await CliRun.start(
          t,
          line,
          workload === undefined ? {} : { files: { 'w.ts': workload } },
        );
        await run.said(before);
        await pause(delayMs);
        run.child.kill('SIGKILL');
        assert.equal(await run.ended, null, `${delayMs} ms: it went on`);
        await run.allGone();
        assert.deepEqual(await readdir(run.temporary), [], `${delayMs} ms`);
      }
    });
  }
});
