import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { LOCK_MS } from '../../src/engine/variants/queue/protocol.ts';
import { childrenOf, isRunning } from '../support/processes.ts';
import { Partition, QueueServer, skipWithoutQueue } from '../support/queue-server.ts';
import { type BenchSettings, outcomesOf, RunnerBench } from '../support/runner-bench.ts';

const JOBS = 60;

/** A job pauses for so many ms, then burns CPU. */
const worksFor = (pauseMs: number, cpuMs = 0) => `
  import { defineWorkload } from 'threadmill';
  export default defineWorkload({
    name: 'own',
    jobs: ${JOBS},
    run: async ({ position }) => {
      await new Promise((resolve) => setTimeout(resolve, ${pauseMs}));
      const until = performance.now() + ${cpuMs};
      while (performance.now() < until);
      return { square: position ** 2 };
    },
  });`;

const start = (t: TestContext, settings: Partial<BenchSettings> = {}) =>
  RunnerBench.start(t, { variant: 'distributed-queue', workload: worksFor(2), items: JOBS, ...settings });

/** Each job has exactly one row, with the digest of what it returns. */
function checkRows(bench: RunnerBench, expected: Uint32Array): void {
  const rows = bench.rows();
  assert.deepEqual(rows.countOutcomes(), outcomesOf({ ok: bench.jobs }));
  assert.deepEqual(rows.digest, expected);
  for (let row = 0; row < rows.rows; row++) assert.ok(rows.end[row]! > rows.start[row]!);
}

let digests: Uint32Array | null = null;

/** Of event-loop. */
async function expectedDigests(t: TestContext): Promise<Uint32Array> {
  if (digests !== null) return digests;
  const bench = await RunnerBench.start(t, { variant: 'event-loop', workload: worksFor(0), items: JOBS });
  await bench.trial();
  digests = bench.rows().digest;
  return digests;
}

const workersOf = (bench: RunnerBench) =>
  childrenOf(bench.runner.pid!).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('queue-worker'),
  );

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(10);
}

/** Jobs whose rows have arrived. */
const arrived = (bench: RunnerBench) =>
  bench.journalled().filter(({ outcome }) => outcome !== 'not-started').length;

describe('distributed-queue', { skip: skipWithoutQueue() }, () => {
  test('the rows of every trial are those of event-loop, and nothing is left in the store', async (t) => {
    const expected = await expectedDigests(t);
    const server = await QueueServer.start(t);
    const bench = await start(t, { queue: server.url });
    assert.deepEqual([bench.ready.threads, bench.ready.concurrency], [2, 6]);
    for (let round = 0; round < 2; round++) {
      const { queue, cpuUserMs } = await bench.trial();
      checkRows(bench, expected);
      assert.deepEqual([queue!.reRuns, queue!.duplicates, queue!.lostRows], [0, 0, 0]);
      assert.ok(queue!.bytesIn! > JOBS * 100 && cpuUserMs! > 0);
    }
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
    assert.match(errors[0]!.message, /the queue did not take its result: .*BigInt.*--results digest/);
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

describe('distributed-queue under faults: every job has exactly one row', {
  skip: skipWithoutQueue(),
}, () => {
  const disturbed = async (
    t: TestContext,
    disturb: (bench: RunnerBench, server: QueueServer, partition: Partition) => Promise<void>,
    options: readonly string[] = [],
  ) => {
    const expected = await expectedDigests(t);
    const server = await QueueServer.start(t, ...options);
    const partition = await Partition.start(t, server.url);
    const bench = await start(t, { workload: worksFor(50), queue: partition.url });
    const running = bench.trial();
    await until(() => arrived(bench) > 5);
    await disturb(bench, server, partition);
    const { queue } = await running;
    checkRows(bench, expected);
    // Nothing of the disturbed trial reaches the next one.
    await bench.trial();
    checkRows(bench, expected);
    await bench.runner.close();
    return { queue: queue!, server };
  };

  test('a worker is killed: its jobs run again on another one', async (t) => {
    const { queue } = await disturbed(t, async (bench) => {
      process.kill(workersOf(bench)[0]!, 'SIGKILL');
    });
    assert.ok(queue.reRuns > 0, String(queue.reRuns));
  });

  test('all workers are killed', async (t) => {
    const { queue } = await disturbed(t, async (bench) => {
      for (const pid of workersOf(bench)) process.kill(pid, 'SIGKILL');
    });
    assert.ok(queue.reRuns > 0, String(queue.reRuns));
  });

  test('the server is killed and started anew, with what it had written', async (t) => {
    await disturbed(t, (_, server) => server.restart(), ['--appendonly', 'yes', '--appendfsync', 'always']);
  });

  test('the server cannot be reached for 5 s', async (t) => {
    await disturbed(t, async (_bench, _server, partition) => {
      partition.close();
      await pause(5_000);
      partition.open();
    });
  });
});
