import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { ThreadmillError } from '../../src/core/errors.ts';
import type { Outcome } from '../../src/core/outcomes.ts';
import type { VariantName } from '../../src/core/variants.ts';
import type { JobTable } from '../../src/engine/measurement/job-table.ts';
import { assertNames } from '../support/assert-names.ts';
import { HostileServer } from '../support/hostile-server.ts';
import { outcomesOf, RunnerBench, sumOf } from '../support/runner-bench.ts';
import { shared } from '../support/shared.ts';
import {
  CALM,
  CONCURRENCY,
  controlled,
  expectedOf,
  forEachVariant,
  handsOutAtOnce,
  hasWorkers,
  JOBS,
  orderOf,
  outcomeAt,
  POOLS,
  runsJobsInWorkers,
  SHAPES,
  WORKERS,
} from '../support/variant-suite.ts';

/** The ninth job of a round: some are done by then, some in flight, some to come. */
const doomedIn = (round: number): number => orderOf(round)[8]!;
const DOOMED = doomedIn(1);

/** Follows why a runner ended that could not write its last rows. */
const UNSURE = '; what its threads did last may not be counted';

/** Requests that are answered before a runner is killed: some of every thread's. */
const ANSWERED = 7;

/** Of a job: far more than those take that do not block their thread. */
const LIMIT_MS = 3_000;

/** Of a plan whose every job ends its thread: each costs a new one. */
const FEW_JOBS = 8;

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
  /** Whether a main thread that dies of it still writes all of its rows. */
  readonly whole: boolean;
  /** Where a worker dies of it; left out: in every variant. The others of a pool learn of it by the same code. */
  readonly variants?: readonly VariantName[];
}[] = [
  {
    deed: 'exit',
    what: 'calls process.exit',
    worker: /exited with code: 7/,
    main: /^exited with code 7/,
    whole: true,
  },
  {
    deed: 'timer-throws',
    what: 'throws in a timer',
    worker: /from a timer/,
    main: /^exited with code 70: uncaught .*from a timer/,
    whole: true,
  },
  {
    deed: 'unhandled',
    what: 'leaves a rejection to nobody',
    worker: /from a promise/,
    main: /^exited with code 70: uncaught .*from a promise/,
    whole: true,
    // To the thread it is an uncaught exception, as one from a timer is.
    variants: ['worker-pool', 'process-pool'],
  },
  {
    deed: 'memory',
    what: 'runs out of memory',
    worker: /memory/i,
    main: /^was killed by SIG(ABRT|TRAP|ILL).*heap out of memory/,
    whole: false,
    variants: POOLS,
  },
];
const SMALL_HEAP = { nodeOptions: '--max-old-space-size=64' };

/** One runner survives all deaths of its workers. */
function deathsOfWorkers(variant: VariantName): void {
  const made = shared((t) => controlled(t, variant, {}, SMALL_HEAP));

  const own = DEATHS.filter(({ variants = [variant] }) => variants.includes(variant));
  for (const [index, { deed, what, worker }] of own.entries()) {
    test(`a job that ${what} takes its worker along; the rest complete, and so does the next trial`, async () => {
      const { bench, set } = made();
      const doomed = doomedIn(2 * index + 1);
      await set({ [doomed]: deed });
      const trial = await bench.trial();
      assertOneDeath(bench.rows(), trial.outcomes, doomed);
      const said = trial.errors.filter(({ outcome }) => outcome === 'worker-crashed');
      assert.ok(
        said.some(({ message }) => worker.test(message)),
        JSON.stringify(said),
      );
      assert.equal(trial.cpuUserMs === null, variant === 'process-pool', 'a dead thread’s CPU is known');
      assert.equal(trial.nativeThreads, null);
      // Enough to keep one thread busy: the new one, however slow to begin, has some of the others.
      const first = orderOf(2 * index + 2).slice(0, CONCURRENCY / WORKERS);
      await set(Object.fromEntries(first.map((position) => [position, 'slow'])));
      assert.deepEqual((await bench.trial()).outcomes, outcomesOf({ ok: JOBS }));
      const threads = runsJobsInWorkers(variant) ? WORKERS : 1;
      assert.equal(new Set(bench.rows().thread).size, threads, 'the pool has all its threads again');
    });
  }

  test('every job kills its thread: it still ends, and adds up', async (t) => {
    const all = Object.fromEntries(Array.from({ length: JOBS }, (_, position) => [position, 'exit']));
    const { bench } = await controlled(t, variant, all, { jobs: FEW_JOBS });
    const trial = await bench.trial();
    assert.equal(sumOf(trial.outcomes), FEW_JOBS);
    // A task that was in a dying thread again and again without its turn coming is given up at last.
    const crashed = trial.outcomes['worker-crashed'];
    assert.equal(crashed + trial.outcomes['not-started'], FEW_JOBS);
    assert.ok(crashed > FEW_JOBS / 2, JSON.stringify(trial.outcomes));
  });
}

function deathsOfRunners(variant: VariantName): void {
  for (const { deed, what, main, whole } of DEATHS) {
    test(`a job that ${what} ends the runner; what is known of the trial adds up`, async (t) => {
      const { bench } = await controlled(t, variant, { [DOOMED]: deed }, SMALL_HEAP);
      const result = await bench.next();
      assert.ok(result.type === 'lost', JSON.stringify(result));
      assert.match(result.loss.reason, main);
      const { record, table } = bench.lost(result.loss);
      assert.equal(record.lost, result.loss.reason + (whole ? '' : UNSURE));
      assert.equal(sumOf(record.outcomes), JOBS);
      const first = orderOf(1)[0]!;
      assert.deepEqual([outcomeAt(table, first), outcomeAt(table, DOOMED)], ['ok', 'worker-crashed']);
      const { ok, 'not-started': never, 'worker-crashed': crashed } = record.outcomes;
      assert.ok(ok >= 3 && never > 0 && crashed <= CONCURRENCY, JSON.stringify(record.outcomes));
      assert.ok(record.errors.some(({ position }) => position === DOOMED) || crashed > record.errors.length);
      assert.deepEqual((await bench.next()).type, 'lost', 'and the next trial says so at once');
    });
  }
}

function blocked(variant: VariantName): void {
  test('a job that blocks its thread for ever is ended with it', async (t) => {
    const { bench, set } = await controlled(t, variant, { [DOOMED]: 'block' }, { timeoutMs: LIMIT_MS });
    const result = await bench.next();
    if (hasWorkers(variant)) {
      assert.ok(result.type === 'done', JSON.stringify(result));
      const { outcomes, errors } = result.trial;
      const rows = bench.rows();
      // Those of its thread that began some ms before it may be overdue first: their thread is ended with it then.
      assert.ok(['timeout', 'worker-crashed'].includes(outcomeAt(rows, DOOMED)));
      assert.ok(
        outcomes.timeout >= 1 &&
          rows.thread.every(
            (thread, each) => thread === rows.thread[DOOMED] || outcomeAt(rows, each) === 'ok',
          ),
      );
      assert.equal(sumOf(outcomes), JOBS);
      // What it shared its thread with may have been overdue as well, or died with it.
      assert.ok(JOBS - outcomes.ok <= CONCURRENCY / WORKERS, JSON.stringify(outcomes));
      assert.ok(
        errors.some(({ message }) => /blocked its thread|not done after/.test(message)),
        JSON.stringify(errors),
      );
      await set({});
      assert.deepEqual((await bench.trial()).outcomes, outcomesOf({ ok: JOBS }));
    } else {
      assert.ok(result.type === 'lost', JSON.stringify(result));
      assertNames(result.loss.reason, 'killed', 'blocked its event loop');
    }
  });
}

function blockedInProcessing(variant: VariantName): void {
  test('a response whose processing blocks, even in the rehearsal before a trial, holds up nothing', async (t) => {
    const server = await HostileServer.start(t);
    const workload = CALM.replace(
      'process: (response)',
      'process: (response, { position }) => { if (position === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); }, unused: (response: unknown)',
    );
    const bench = await RunnerBench.start(t, {
      variant,
      workload,
      items: JOBS,
      baseUrl: server.url,
      timeoutMs: LIMIT_MS,
    });
    const { outcomes } = await bench.trial();
    assert.equal(sumOf(outcomes), JOBS);
    assert.equal(outcomeAt(bench.rows(), 0), 'timeout');
    assert.ok(JOBS - outcomes.ok <= CONCURRENCY / WORKERS, JSON.stringify(outcomes));
  });
}

function killed(variant: VariantName): void {
  test('a runner that is killed: what had ended stays, what was in flight has crashed, the rest has not started', async (t) => {
    const server = await HostileServer.start(t);
    const bench = await RunnerBench.start(t, { variant, workload: CALM, items: JOBS, baseUrl: server.url });
    const whole = await bench.trial();
    const digests = [...bench.rows().digest];
    const answered = new Set<string>();
    server.onRequest = (path, answer) => {
      if (answered.size === ANSWERED) return;
      answered.add(path);
      answer();
    };
    const running = bench.next();
    const { concurrency } = expectedOf(variant);
    await server.reached(concurrency);
    // Each thread copies its rows a little later.
    while (bench.journalled().filter(({ outcome }) => outcome !== 'not-started').length < ANSWERED)
      await pause(5);
    // Of those that wait for their answer.
    const known = handsOutAtOnce(variant) ? 0 : concurrency;
    while (bench.journalled().filter(({ startNs }) => startNs > 0).length < ANSWERED + known) await pause(5);
    process.kill(bench.runner.pid!, 'SIGKILL');
    const result = await running;
    assert.ok(result.type === 'lost', JSON.stringify(result));
    assert.deepEqual(result.loss, { reason: 'was killed by SIGKILL', began: true });
    const { record, table } = bench.lost(result.loss);
    assert.equal(record.lost, `was killed by SIGKILL${UNSURE}`);
    assert.equal(record.wallMs, null);
    const never = JOBS - ANSWERED - known;
    assert.deepEqual(
      record.outcomes,
      outcomesOf({ ok: ANSWERED, 'worker-crashed': known, 'not-started': never }),
    );
    assert.ok(record.bytes > 0 && record.bytes < whole.bytes);
    for (let position = 0; position < JOBS; position++) {
      const outcome = outcomeAt(table, position);
      assert.equal(outcome === 'ok', answered.has(`/job/${position}`), `${position}: ${outcome}`);
      assert.equal(table.start[position]! > 0, outcome !== 'not-started');
      assert.equal(table.end[position]! > 0, outcome !== 'not-started');
      if (outcome !== 'ok') continue;
      assert.deepEqual([table.status[position], table.digest[position]], [200, digests[position]]);
    }
    assert.equal(record.errors.length, Math.min(3, known));
    for (const { position, item, outcome, message } of record.errors) {
      assert.equal(outcomeAt(table, position), 'worker-crashed');
      assert.deepEqual([item, outcome], [position, 'worker-crashed']);
      assert.equal(message, 'in flight when its runner was killed by SIGKILL');
    }
  });
}

function killedAtEnds(variant: VariantName): void {
  test('a runner that is killed at its first or last response: what is said to have ended did, and it adds up', async (t) => {
    const server = await HostileServer.start(t);
    const settings = { variant, workload: CALM, items: JOBS, baseUrl: server.url };
    for (const asked of [1, JOBS]) {
      const bench = await RunnerBench.start(t, settings);
      server.forget();
      const answered = new Set<string>();
      server.onRequest = (path, answer) => {
        if (answered.size + 1 === asked) process.kill(bench.runner.pid!, 'SIGKILL');
        answered.add(path);
        answer();
      };
      const result = await bench.next();
      if (result.type === 'done') {
        // The last answer may come before the signal does.
        assert.deepEqual([asked, result.trial.outcomes.ok], [JOBS, JOBS]);
        continue;
      }
      assert.ok(result.type === 'lost', JSON.stringify(result));
      const { record, table } = bench.lost(result.loss);
      assert.equal(sumOf(record.outcomes), JOBS);
      assert.ok(record.outcomes['worker-crashed'] <= expectedOf(variant).concurrency + asked);
      for (let position = 0; position < JOBS; position++) {
        const outcome = outcomeAt(table, position);
        assert.ok(['ok', 'worker-crashed', 'not-started'].includes(outcome), outcome);
        if (outcome === 'ok') assert.ok(answered.has(`/job/${position}`) && table.status[position] === 200);
      }
    }
  });
}

function throwsWhileOpened(variant: VariantName): void {
  test('a workload that throws while a thread opens it is one clear error', async (t) => {
    const workload = `
      import { defineWorkload } from 'threadmill';
      interface Unused { readonly type: 'taken out, so that lines move' }
      export default defineWorkload({ name: 'x', jobs: 1, run() {}, compute() {}, setup() { throw new Error('no database'); } });`;
    await assert.rejects(
      RunnerBench.start(t, { variant, workload, items: 1 }),
      ({ code, message, advice }: ThreadmillError) => {
        assert.equal(code, 'workload-threw');
        assertNames(advice!, '`setup`');
        const [said, where] = message.split('\n');
        assertNames(said!, variant, ': no database');
        assert.match(where ?? '', /at Object\.setup \(.*\.ts:4:\d+\)$/);
        return true;
      },
    );
  });
}

const IN_WORKERS = SHAPES.filter(hasWorkers);

forEachVariant('workers that end', [...new Set([...POOLS, ...IN_WORKERS])], deathsOfWorkers);
// The event loop stands for sequential, whose jobs run in the same process by the same code.
forEachVariant('runners that end', ['event-loop'], deathsOfRunners);
forEachVariant(
  'threads that are blocked',
  [...new Set([...POOLS, ...IN_WORKERS, 'event-loop' as const])],
  blocked,
);
forEachVariant('threads that are blocked in a response', IN_WORKERS, blockedInProcessing);
forEachVariant('runners that are killed', SHAPES, killed);
forEachVariant(
  'runners that are killed at the first or last response',
  ['event-loop', 'worker-pool', 'process-pool'],
  killedAtEnds,
);
forEachVariant(
  'workloads that throw while they are opened',
  ['event-loop', 'offload', 'worker-pool', 'process-pool'],
  throwsWhileOpened,
);

test('a thread with many overdue jobs is ended without a warning about its listeners', async (t) => {
  const jobs = 32;
  const workload = `
    import { defineWorkload } from 'threadmill';
    // Later: by then all the others that its thread may have in flight have begun.
    const block = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    const run = ({ position }) => new Promise(() => { if (position === 0) setTimeout(block, 100); });
    export default defineWorkload({ name: 'overdue', jobs: ${jobs}, run });`;
  const settings = {
    variant: 'worker-pool',
    workload,
    items: jobs,
    concurrency: jobs,
    timeoutMs: LIMIT_MS,
  } as const;
  const bench = await RunnerBench.start(t, settings);
  assert.equal(sumOf((await bench.trial()).outcomes), jobs);
  assert.equal(await readFile(join(bench.folder, 'runner.out'), 'utf8'), '');
});

for (const variant of ['worker-pool', 'process-pool'] as const) {
  test(`${variant}: a thread that replaces another has as many slots as that one`, async (t) => {
    const jobs = 12;
    // Three at once in two threads: the one with one slot ends, once.
    const workload = `
      import { writeFileSync } from 'node:fs';
      import { defineWorkload } from 'threadmill';
      let mine = 0;
      const isFirst = () => {
        try { writeFileSync(new URL('./ended', import.meta.url), '', { flag: 'wx' }); return true; } catch { return false; }
      };
      export default defineWorkload({
        name: 'uneven',
        jobs: ${jobs},
        setup: ({ slots }) => { mine = slots; },
        run: () => {
          if (mine === 1 && isFirst()) process.exit(1);
          return new Promise((resolve) => setTimeout(resolve, 50));
        },
      });`;
    const bench = await RunnerBench.start(t, { variant, workload, items: jobs, concurrency: 3, workers: 2 });
    assert.ok((await bench.trial()).outcomes['worker-crashed'] >= 1);
    assert.deepEqual((await bench.trial()).outcomes, outcomesOf({ ok: jobs }));
    const { start, end } = bench.rows();
    const inFlight = [...start].map((at) => start.filter((each, row) => each <= at && end[row]! > at).length);
    assert.equal(Math.max(...inFlight), 3);
  });
}
