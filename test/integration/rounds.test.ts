import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { aaFailed } from '../../src/analysis/gates/exit-code.ts';
import { type RunRecord, runRecordSchema } from '../../src/core/documents/run-record.ts';
import { ROW_BYTES } from '../../src/engine/measurement/job-table.ts';
import { CliRun } from '../support/cli.ts';

const SMALL = '--jobs 4 --concurrency 4 --latency 2 --jitter 0 --warmup 0 --no-trace --json'.split(' ');

async function bench(t: TestContext, argv: readonly string[]): Promise<{ record: RunRecord; dir: string }> {
  const run = await CliRun.start(t, ['bench', ...SMALL, ...argv, '--out', 'runs']);
  const code = await run.ended;
  const record = runRecordSchema.parse(JSON.parse(run.stdout));
  // By chance alone, and by what else the machine does, something now and then differs from itself.
  assert.equal(code, aaFailed(record) ? 5 : 0, run.stderr);
  return { record, dir: join(run.cwd, 'runs', record.id) };
}

describe('rounds', () => {
  test('auto goes on until the intervals are narrow enough, looked at for the first time after ten', async (t) => {
    // Long enough for what a crowded machine adds to be little beside it.
    const argv = ['--jobs', '2', '--latency', '120', '--precision', '100%', '--max-time', '10m'];
    const { record } = await bench(t, ['--variants', 'sequential,event-loop', ...argv]);
    assert.equal(record.spec.rounds, null);
    assert.deepEqual([record.rounds.endedBy, record.rounds.completed], ['precision', 10]);
    assert.equal(record.rounds.looks, 1);
    assert.ok(record.rounds.halfWidth !== null && record.rounds.halfWidth <= 1);
    assert.ok(record.variants.every(({ trials }) => trials.length === 10));
  });

  test('auto ends with the round in which the time is up', async (t) => {
    const { record } = await bench(t, ['--variants', 'sequential,event-loop', '--max-time', '1ms']);
    assert.deepEqual([record.rounds.endedBy, record.rounds.completed], ['max-time', 1]);
  });
});

describe('--aa', () => {
  test('the baseline and its double take part in every round, each with a process of its own', async (t) => {
    const { record, dir } = await bench(t, ['--variants', 'event-loop,worker-pool', '--rounds', '6', '--aa']);
    const { aa, variants, comparisons, equivalence } = record;
    assert.deepEqual([aa?.arm.name, aa?.arm.trials.length], ['event-loop', 6]);
    const orders = [1, 2, 3, 4, 5, 6].map((round) =>
      [...variants, aa!.arm].map(({ trials }) => trials.find((each) => each.round === round)!.order),
    );
    for (const order of orders) assert.deepEqual([...order].sort(), [0, 1, 2]);
    assert.ok(new Set(orders.map(String)).size > 1, 'the order is shuffled');
    assert.deepEqual([aa?.comparison?.a, aa?.comparison?.b], ['event-loop', 'event-loop']);
    assert.equal(aa?.comparison?.rounds, 6);
    // Of the other comparisons and of the responses compared it is no part.
    assert.deepEqual(
      comparisons.map(({ a, b }) => [a, b]),
      [['event-loop', 'worker-pool']],
    );
    assert.equal(equivalence.compared, 6 * 4);
    assert.equal((await stat(join(dir, 'jobs', 'aa.bin'))).size, 6 * 4 * ROW_BYTES);
  });

  test('a double that differs is inconclusive: the exit code says so', async (t) => {
    // Slow in whichever process opens it second: that of the double.
    const workload = `
      import { mkdirSync, readdirSync } from 'node:fs';
      import { setTimeout as wait } from 'node:timers/promises';
      import { defineWorkload } from 'threadmill';
      let slow = false;
      export default defineWorkload({
        name: 'double',
        jobs: 4,
        setup() {
          mkdirSync(\`marks/\${process.pid}\`, { recursive: true });
          slow = readdirSync('marks').length > 1;
        },
        run: async ({ index }) => { await wait(slow ? 80 : 4); return index; },
      });
    `;
    const run = await CliRun.start(
      t,
      'bench --workload w.mjs --variants sequential --rounds 6 --warmup 0 --no-trace --aa --json --out runs',
      { files: { 'w.mjs': workload } },
    );
    assert.equal(await run.ended, 5, run.stderr);
    const record = runRecordSchema.parse(JSON.parse(run.stdout));
    assert.equal(record.aa?.comparison?.verdict, 'slower');
  });
});
