import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, type TestContext, test } from 'node:test';
import type { QueueSpan } from '../../src/core/documents/run-record.ts';
import { createRandom } from '../../src/core/statistics/random.ts';
import { FILE_NAMES, LOCK_MS, RUN_KEY } from '../../src/engine/variants/queue/protocol.ts';
import { assertNames } from '../support/assert-names.ts';
import { childrenOf, isRunning } from '../support/processes.ts';
import {
  arrived,
  CHAOS_KINDS,
  chaosTrial,
  checkRows,
  QUEUE_JOBS,
  until,
  worksFor,
} from '../support/queue-chaos.ts';
import { QueueServer, skipWithoutQueue } from '../support/queue-server.ts';
import { type BenchSettings, outcomesOf, RunnerBench } from '../support/runner-bench.ts';

const JOBS = QUEUE_JOBS;

const start = (t: TestContext, settings: Partial<BenchSettings> = {}) =>
  RunnerBench.start(t, { variant: 'distributed-queue', workload: worksFor(2), items: JOBS, ...settings });

describe('distributed-queue', { skip: skipWithoutQueue() }, () => {
  test('the rows of every trial are those of event-loop, and nothing is left in the store', async (t) => {
    const server = await QueueServer.start(t);
    const bench = await start(t, { queue: server.url });
    assert.deepEqual([bench.ready.threads, bench.ready.concurrency], [2, 6]);
    for (let round = 0; round < 2; round++) {
      const { queue, cpuUserMs } = await bench.trial();
      await checkRows(t, bench);
      assert.deepEqual([queue!.reRuns, queue!.duplicates, queue!.lostRows], [0, 0, 0]);
      assert.ok(queue!.bytesIn! > JOBS * 100 && cpuUserMs! > 0);
      assert.deepEqual(
        queue!.workers.map(({ host, clockErrorMs }) => [host, clockErrorMs]),
        [
          [hostname(), 0],
          [hostname(), 0],
        ],
      );
      const sum = (of: (worker: QueueSpan['workers'][number]) => number) =>
        queue!.workers.reduce((all, worker) => all + of(worker), 0);
      assert.equal(
        sum(({ jobs }) => jobs),
        JOBS,
      );
      assert.ok(sum(({ cpuMs }) => cpuMs!) > 0 && queue!.coordinatorCpuMs > 0);
    }
    await bench.runner.close();
    assert.deepEqual(await server.client.keys('*'), []);
  });

  test('a run is announced after its files are in the store: a worker that waits for it finds them', async (t) => {
    const server = await QueueServer.start(t);
    const monitor = await server.client.monitor();
    const written: string[] = [];
    monitor.on('monitor', (_, [command, key, field]: string[]) => {
      if (command === 'hset' && key!.endsWith(':files')) written.push(field!);
      if (command === 'set' && key === RUN_KEY) written.push('announced');
    });
    await start(t, { queue: server.url });
    monitor.disconnect();
    assert.deepEqual(written, [...FILE_NAMES, 'announced']);
  });

  test('a plan longer than the store holds at once: every job has one row, and the store stays small', async (t) => {
    const server = await QueueServer.start(t);
    const bench = await start(t, {
      ...{ queue: server.url, workload: worksFor(0) },
      items: 5_600,
      concurrency: 64,
    });
    let most = 0;
    const watch = setInterval(async () => {
      most = Math.max(most, await server.client.dbsize());
    }, 20);
    const { queue } = await bench.trial();
    clearInterval(watch);
    await checkRows(t, bench);
    assert.deepEqual([queue!.reRuns, queue!.duplicates, queue!.lostRows], [0, 0, 0]);
    // Keys of the queue itself, and locks of jobs in flight.
    assert.ok(most > 2_000 && most <= 5_000 + 20 + 64, `${most} keys`);
    await bench.runner.close();
    assert.deepEqual(await server.client.keys('*'), []);
  });

  test('an embedded server and the workers end with a runner that is killed', async (t) => {
    const bench = await start(t);
    await bench.trial();
    const { pid } = bench.runner;
    const started = childrenOf(pid!).flatMap((child) => [child, ...childrenOf(child)]);
    assert.ok(started.some((each) => readFileSync(`/proc/${each}/cmdline`, 'utf8').includes('redis-server')));
    process.kill(pid!, 'SIGKILL');
    await until(() => !started.some(isRunning));
  });

  test('a trial that begins while all workers are being replaced waits for them', async (t) => {
    const bench = await start(t);
    await bench.trial();
    const { pid } = bench.runner;
    const workers = () =>
      childrenOf(pid!).filter((child) => {
        try {
          return readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('queue-worker');
        } catch {
          return false;
        }
      });
    const result = await bench.runner.runTrial(
      { round: 2, order: 0, rowsTrial: 0, traced: false },
      async () => {
        const before = workers();
        assert.equal(before.length, 2);
        for (const worker of before) process.kill(worker, 'SIGKILL');
        // The runner knows of both ends: it has started others, which have yet to load.
        await until(() => workers().filter((worker) => !before.includes(worker)).length === 2);
      },
    );
    assert.ok(result.type === 'done', JSON.stringify(result));
    assert.deepEqual(result.trial.outcomes, outcomesOf({ ok: JOBS }));
  });

  test('a job that computes for longer than the lock lasts runs once', async (t) => {
    const bench = await start(t, { workload: worksFor(0, LOCK_MS + 2_000), jobs: 2, concurrency: 2 });
    const { queue, outcomes } = await bench.trial();
    assert.deepEqual(outcomes, outcomesOf({ ok: 2 }));
    assert.deepEqual([queue!.reRuns, queue!.duplicates], [0, 0]);
  });

  test('a result that JSON cannot hold fails its job with the reason', async (t) => {
    const workload = worksFor(0)
      .replace('square: position ** 2', 'square: 1n')
      .replace('jobs:', "digest: () => 'one', jobs:");
    const { outcomes, errors } = await (await start(t, { workload })).trial();
    assert.deepEqual(outcomes, outcomesOf({ threw: JOBS }));
    assertNames(errors[0]!.message, 'result', 'BigInt', '--results digest');
  });

  test('a trial that is stopped ends, its outcomes add up, and the next one is whole', async (t) => {
    const server = await QueueServer.start(t);
    const bench = await start(t, { workload: worksFor(30), queue: server.url });
    const running = bench.next();
    await until(() => arrived(bench) > 5);
    bench.runner.stopTrial();
    const result = await running;
    assert.equal(result.type, 'done');
    const { outcomes } = (result as typeof result & { type: 'done' }).trial;
    assert.equal(
      Object.values(outcomes).reduce((sum, count) => sum + count, 0),
      JOBS,
    );
    assert.ok(outcomes['not-started'] > 0);
    assert.deepEqual((await bench.trial()).outcomes, outcomesOf({ ok: JOBS }));
    await bench.runner.close();
    assert.deepEqual(await server.client.keys('*'), []);
  });
});

describe('distributed-queue: every job has exactly one row', {
  concurrency: 3,
  skip: skipWithoutQueue(),
}, () => {
  for (const [seed, kind] of CHAOS_KINDS.entries()) {
    test(kind, async (t) => {
      const { reRuns, duplicates } = await chaosTrial(t, kind, createRandom(seed + 1));
      if (kind.endsWith('killed') || kind.includes('stands still')) assert.ok(reRuns > 0);
      if (kind.includes('stands still')) assert.ok(duplicates > 0);
    });
  }
});
