import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ThreadmillError } from '../../src/errors.ts';
import type { JobTable } from '../../src/measurement/job-table.ts';
import type { Outcome } from '../../src/types/outcomes.ts';
import type { VariantName } from '../../src/types/variant-names.ts';
import { HostileServer } from '../support/hostile-server.ts';
import { type BenchSettings, outcomesOf, RunnerBench, sumOf } from '../support/runner-bench.ts';
import {
  CALM,
  CONCURRENCY,
  controlled,
  FIRST_ORDER,
  forEachVariant,
  hasWorkers,
  JOBS,
  outcomeAt,
  WORKERS,
} from '../support/variant-suite.ts';

/** The first job of a block, and the ninth: some are done by then, some in flight, some to come. */
const FIRST = FIRST_ORDER[0]!;
const DOOMED = FIRST_ORDER[8]!;

/** Of a job. Enough for those of the other threads, also where every core has a thread that spins. */
const LIMIT_MS = 1_500;

/** A worker that dies takes along what it had in flight, and nothing else. */
function assertOneDeath(rows: JobTable, outcomes: Record<Outcome, number>, position: number): void {
  assert.equal(sumOf(outcomes), JOBS);
  assert.equal(outcomeAt(rows, position), 'worker-crashed');
  const most = CONCURRENCY / WORKERS;
  assert.ok(outcomes['worker-crashed'] >= 1 && outcomes['worker-crashed'] <= most, JSON.stringify(outcomes));
  assert.equal(outcomes.ok, JOBS - outcomes['worker-crashed'], JSON.stringify(outcomes));
  for (let each = 0; each < JOBS; each++) {
    assert.ok(rows.end[each]! >= rows.start[each]!);
    if (outcomeAt(rows, each) === 'worker-crashed') assert.equal(rows.thread[each], rows.thread[position]);
  }
}

const DEATHS: readonly {
  readonly deed: string;
  readonly what: string;
  readonly worker: RegExp;
  readonly main: RegExp;
  /** Whether a main thread that dies of it can still say what it knows. */
  readonly lastWords: RegExp | null;
  readonly settings?: Partial<BenchSettings>;
}[] = [
  {
    deed: 'exit',
    what: 'calls process.exit',
    worker: /exited with code: 7/,
    main: /^exited with code 7/,
    lastWords: /exited with code 7/,
  },
  {
    deed: 'timer-throws',
    what: 'throws in a timer',
    worker: /from a timer/,
    main: /^exited with code 70/,
    lastWords: /uncaught .*from a timer/,
  },
  {
    deed: 'unhandled',
    what: 'leaves a rejection to nobody',
    worker: /from a promise/,
    main: /^exited with code 70/,
    lastWords: /uncaught .*from a promise/,
  },
  {
    deed: 'memory',
    what: 'runs out of memory',
    worker: /memory/i,
    main: /^was killed by SIG(ABRT|TRAP|ILL).*heap out of memory/,
    lastWords: null,
    settings: { nodeOptions: '--max-old-space-size=64' },
  },
];

function deaths(variant: VariantName): void {
  for (const { deed, what, worker, main, lastWords, settings } of DEATHS) {
    if (hasWorkers(variant)) {
      test(`a job that ${what} takes its worker along; the rest complete, and so does the next block`, async (t) => {
        const { bench, set } = await controlled(t, variant, { [DOOMED]: deed }, settings);
        const block = await bench.block();
        assertOneDeath(bench.rows(), block.outcomes, DOOMED);
        const said = block.errors.filter(({ outcome }) => outcome === 'worker-crashed');
        assert.ok(
          said.some(({ message }) => worker.test(message)),
          JSON.stringify(said),
        );
        await set({});
        assert.deepEqual((await bench.block()).outcomes, outcomesOf({ ok: JOBS }));
        assert.equal(new Set(bench.rows().thread).size, WORKERS, 'the pool has all its threads again');
      });
    } else {
      test(`a job that ${what} ends the runner; what is known of the block adds up`, async (t) => {
        const { bench } = await controlled(t, variant, { [DOOMED]: deed }, settings);
        const result = await bench.next();
        assert.ok(result.type === 'lost', JSON.stringify(result));
        const { reason, lastWords: block } = result.loss;
        assert.match(reason, main);
        if (lastWords === null) assert.equal(block, null);
        else {
          assert.match(block?.lost ?? '', lastWords);
          assert.equal(block?.wallMs, null);
          assert.equal(sumOf(block!.outcomes), JOBS);
          const rows = bench.rows();
          assert.deepEqual([outcomeAt(rows, FIRST), outcomeAt(rows, DOOMED)], ['ok', 'worker-crashed']);
          assert.ok(
            block!.outcomes.ok >= 3 && block!.outcomes['not-started'] > 0,
            JSON.stringify(block!.outcomes),
          );
        }
        assert.deepEqual((await bench.next()).type, 'lost', 'and the next block says so at once');
      });
    }
  }

  test('every job kills its thread: it still ends, and adds up', {
    skip: !hasWorkers(variant),
  }, async (t) => {
    const all = Object.fromEntries(Array.from({ length: JOBS }, (_, position) => [position, 'exit']));
    const { bench } = await controlled(t, variant, all);
    const block = await bench.block();
    assert.equal(sumOf(block.outcomes), JOBS);
    // A task that was in a dying thread again and again without its turn coming is given up at last.
    const crashed = block.outcomes['worker-crashed'];
    assert.equal(crashed + block.outcomes['not-started'], JOBS);
    assert.ok(crashed > JOBS / 2, JSON.stringify(block.outcomes));
  });

  test('a job that blocks its thread for ever is ended with it', async (t) => {
    const { bench, set } = await controlled(t, variant, { [DOOMED]: 'loop' }, { timeoutMs: LIMIT_MS });
    const result = await bench.next();
    if (hasWorkers(variant)) {
      assert.ok(result.type === 'done', JSON.stringify(result));
      const { outcomes, errors } = result.block;
      const rows = bench.rows();
      assert.equal(outcomeAt(rows, DOOMED), 'timeout');
      assert.equal(sumOf(outcomes), JOBS);
      // What it shared its thread with may have been overdue as well, or died with it.
      assert.ok(JOBS - outcomes.ok <= CONCURRENCY / WORKERS, JSON.stringify(outcomes));
      assert.ok(
        errors.some(({ message }) => /blocked its thread/.test(message)),
        JSON.stringify(errors),
      );
      await set({});
      assert.deepEqual((await bench.block()).outcomes, outcomesOf({ ok: JOBS }));
    } else {
      assert.ok(result.type === 'lost', JSON.stringify(result));
      assert.match(result.loss.reason, /killed: a job blocked its event loop/);
    }
  });

  test('a thread with many overdue jobs is ended without a warning about its listeners', {
    skip: !hasWorkers(variant),
  }, async (t) => {
    const jobs = 32;
    const workload = `
      import { defineWorkload } from 'threadmill';
      // Later: by then all the others that its thread may have in flight have begun.
      const run = ({ position }) => new Promise(() => { if (position === 0) setTimeout(() => { for (;;); }, 100); });
      export default defineWorkload({ name: 'overdue', jobs: ${jobs}, run });`;
    const bench = await RunnerBench.start(t, {
      variant,
      workload,
      items: jobs,
      concurrency: jobs,
      timeoutMs: LIMIT_MS,
    });
    assert.equal(sumOf((await bench.block()).outcomes), jobs);
    assert.equal(await readFile(join(bench.folder, 'runner.out'), 'utf8'), '');
  });

  test('a response whose processing blocks, even in the rehearsal before a block, holds up nothing', {
    skip: !hasWorkers(variant),
  }, async (t) => {
    const server = await HostileServer.start(t);
    const workload = CALM.replace(
      'requests:',
      'process: (_, { position }) => { if (position === 0) for (;;); }, requests:',
    );
    const bench = await RunnerBench.start(t, {
      variant,
      workload,
      items: JOBS,
      baseUrl: server.url,
      timeoutMs: LIMIT_MS,
    });
    const { outcomes } = await bench.block();
    assert.equal(sumOf(outcomes), JOBS);
    assert.equal(outcomeAt(bench.rows(), 0), 'timeout');
    assert.ok(JOBS - outcomes.ok <= CONCURRENCY / WORKERS, JSON.stringify(outcomes));
  });

  test('a runner that is killed leaves no words; the orchestrator learns how it ended', async (t) => {
    const server = await HostileServer.start(t);
    const bench = await RunnerBench.start(t, { variant, workload: CALM, items: JOBS, baseUrl: server.url });
    server.onRequest = () => {};
    const running = bench.next();
    await server.reached(1);
    process.kill(bench.runner.pid!, 'SIGKILL');
    const result = await running;
    assert.ok(result.type === 'lost', JSON.stringify(result));
    assert.deepEqual([result.loss.reason, result.loss.lastWords], ['was killed by SIGKILL', null]);
  });

  test('a workload that throws while a thread opens it is one clear error', async (t) => {
    const workload = `
      import { defineWorkload } from 'threadmill';
      interface Unused { readonly type: 'taken out, so that lines move' }
      export default defineWorkload({ name: 'x', jobs: 1, run() {}, setup() { throw new Error('no database'); } });`;
    await assert.rejects(
      RunnerBench.start(t, { variant, workload, items: 1 }),
      ({ code, message, advice }: ThreadmillError) => {
        assert.equal(code, 'workload-threw');
        assert.match(advice ?? '', /^`setup` threw/);
        const [said, where] = message.split('\n');
        assert.equal(said, `the workload could not be opened for ${variant}: no database`);
        assert.match(where ?? '', /at Object\.setup \(.*\.ts:4:\d+\)$/);
        return true;
      },
    );
  });
}

forEachVariant('threads and processes that end or are blocked', deaths);
