import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { announce, MAX_FILES_BYTES, RUN_KEY } from '../../src/engine/variants/queue/protocol.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun } from '../support/cli.ts';
import { fakeServer, QueueServer, skipWithoutQueue } from '../support/queue-server.ts';
import { outcomesOf, RunnerBench } from '../support/runner-bench.ts';

const BENCH =
  'bench --workload own.ts --rounds 1 --warmup 0 --no-trace --quiet --variants event-loop,distributed-queue';
const WORKLOAD = `
  import { defineWorkload } from 'threadmill';
  export default defineWorkload({
    name: 'own',
    jobs: 30,
    run: async ({ position }) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return position;
    },
  });`;
const SECRET = 'hunter2hunter2';

const bench = (t: TestContext, url: string, more = '', workload = WORKLOAD) =>
  CliRun.start(t, `${BENCH} --queue ${url} ${more}`.trim(), { files: { 'own.ts': workload } });

const worker = (t: TestContext, url: string, secret = '', more = '') =>
  CliRun.start(t, `worker --queue ${url} ${more}`.trim(), { env: { THREADMILL_QUEUE_SECRET: secret } });

/** One message, exit code 1, no run folder, nothing secret. */
async function refuses(run: CliRun, ...facts: readonly (string | RegExp)[]): Promise<void> {
  assert.equal(await run.ended, 1, run.stderr);
  assertNames(run.complaint(), ...facts);
  assert.doesNotMatch(run.stderr + run.stdout, new RegExp(SECRET));
  assert.deepEqual(await run.runs(), []);
}

/** Another run. */
const OTHER = { id: '0123456789abcdef', runId: 'other' };
const FILES = { run: Buffer.from('{}'), bundle: Buffer.from(''), plan: Buffer.from('') };

describe('a queue that cannot be used is one message', { concurrency: 2, skip: skipWithoutQueue() }, () => {
  test('no server', async (t) => {
    await refuses(
      await bench(t, `redis://me:${SECRET}@127.0.0.1:9`),
      /redis:.*127\.0\.0\.1:9/,
      'ECONNREFUSED',
    );
  });

  test('wrong password', async (t) => {
    const { url } = await QueueServer.start(t, '--requirepass', 'right');
    const wrong = url.replace('right', SECRET);
    await refuses(await bench(t, wrong), '127.0.0.1', 'password');
    await refuses(await worker(t, wrong), '127.0.0.1', 'password');
  });

  test('wrong database', async (t) => {
    const { url } = await QueueServer.start(t);
    await refuses(await bench(t, `${url}/99`), '127.0.0.1', '/99', 'database');
  });

  test('an old version', async (t) => {
    await refuses(await bench(t, await fakeServer(t, 'redis_version:5.0.14')), '5.0.14', '6.2');
  });

  test('an eviction policy that drops jobs', async (t) => {
    const { url } = await QueueServer.start(t, '--maxmemory-policy', 'allkeys-lru');
    await refuses(await bench(t, url), 'maxmemory-policy allkeys-lru');
  });

  test('another run uses it', async (t) => {
    const { url, client } = await QueueServer.start(t);
    await client.set(RUN_KEY, JSON.stringify(announce(OTHER, FILES, undefined)));
    await refuses(await bench(t, url), 'another run');
  });

  test('a workload whose bundle is larger than a queue carries', async (t) => {
    const { url, client } = await QueueServer.start(t, '--requirepass', SECRET);
    const large = `${WORKLOAD}\nexport const data = ${JSON.stringify('x'.repeat(MAX_FILES_BYTES))};`;
    const run = await bench(t, url, '--queue-workers 1', large);
    assert.equal(await run.ended, 1, run.stderr);
    assertNames(run.complaint(), /\d+ bytes/, '67108864');
    assert.doesNotMatch(run.stderr + run.stdout, new RegExp(SECRET));
    assert.deepEqual(await client.keys('*'), []);
    await run.leavesNothing();
  });

  test('no server program in PATH, or options that do not fit', async (t) => {
    const refused = async (line: string, facts: readonly string[], env = {}) =>
      refuses(await CliRun.start(t, line, { files: { 'own.ts': WORKLOAD }, env }), ...facts);
    await refused(BENCH, ['redis-server', 'valkey-server', 'PATH', 'apt-get install redis-server'], {
      PATH: '/nowhere',
    });
    await refused(`${BENCH} --queue-workers external:2`, ['--queue-workers external', 'embedded']);
    await refused('bench --queue embedded', ['--queue', 'distributed-queue']);
    await refused('bench --queue postgres://host', ['--queue', 'postgres://host', 'embedded', 'redis:']);
    await refused('bench --queue-workers 0', ['--queue-workers: "0"', '1 to 1024', 'external:<n>']);
    await refused('worker --queue embedded', ['--queue', 'embedded']);
    await refused('worker', ['--queue'], { THREADMILL_QUEUE_URL: '' });
  });

  test('a worker for a run of another version, or without its secret', async (t) => {
    const { url, client } = await QueueServer.start(t);
    await client.set(RUN_KEY, JSON.stringify({ ...announce(OTHER, FILES, undefined), threadmill: '9.9.9' }));
    await refuses(await worker(t, url), '9.9.9');
    await client.set(RUN_KEY, JSON.stringify(announce(OTHER, FILES, SECRET)));
    await refuses(await worker(t, url), 'THREADMILL_QUEUE_SECRET');
  });
});

describe('threadmill worker', { skip: skipWithoutQueue() }, () => {
  test('two that join run the jobs of a run; one that is told to leave finishes what it has', async (t) => {
    const { url, client } = await QueueServer.start(t, '--requirepass', SECRET);
    const first = await worker(t, url, '', '--concurrency 2');
    const second = await worker(t, url, '', '--concurrency 3 --threads 2');
    const running = RunnerBench.start(t, {
      ...{ variant: 'distributed-queue' as const, workload: WORKLOAD, items: 30 },
      ...{ queue: url, queueWorkers: 'external:2' },
    });
    const run = await running;
    assert.deepEqual([run.ready.threads, run.ready.concurrency], [3, 5]);
    const trial = run.trial();
    while (!run.journalled().some(({ outcome }) => outcome === 'ok')) await pause(5);
    first.terminate();
    const { outcomes, queue } = await trial;
    assert.deepEqual(outcomes, outcomesOf({ ok: 30 }));
    assert.equal(queue!.reRuns, 0);
    assert.equal(await first.ended, 0, first.stderr);
    await run.runner.close();
    await second.said(/Run \w+ ended: \d+ jobs ran here/);
    second.terminate();
    assert.equal(await second.ended, 0, second.stderr);
    assert.doesNotMatch(first.stderr + second.stderr, new RegExp(SECRET));
    await Promise.all([first.leavesNothing(), second.leavesNothing()]);
    assert.deepEqual(await client.keys('*'), []);
  });

  test('a run that is stopped by Ctrl+C leaves nothing in the store, and no password in its folder', async (t) => {
    const { url, client } = await QueueServer.start(t, '--requirepass', SECRET);
    const run = await CliRun.start(
      t,
      `bench --workload own.ts --jobs 3000 --no-trace --variants distributed-queue --queue ${url}`,
      { files: { 'own.ts': WORKLOAD } },
    );
    await run.said(/warm up|round/);
    await pause(1_000);
    run.pressCtrlC();
    assert.equal(await run.ended, 130, run.stderr);
    await run.leavesNothing();
    assert.deepEqual(await client.keys('*'), []);
    const { spec, commandLine } = await run.record();
    assert.match(spec.queue!, /^redis:\/\/[^@]*127\.0\.0\.1/);
    assert.doesNotMatch(JSON.stringify(spec) + commandLine + run.stderr, new RegExp(SECRET));
  });
});
