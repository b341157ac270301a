import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { childrenOf, isRunning } from '../support/processes.ts';
import { outcomesOf, RunnerBench } from '../support/runner-bench.ts';
import { shared } from '../support/shared.ts';

const JOBS = 12;
const BYTES = 100_000;

/** Each job computes for 20 ms of CPU, and returns so many bytes. */
const COMPUTES = `
  import { defineWorkload } from 'threadmill';
  const cpuMs = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e3; };
  export default defineWorkload({
    name: 'computes',
    jobs: ${JOBS},
    run: () => {
      const until = cpuMs() + 20;
      while (cpuMs() < until);
      return Buffer.alloc(${BYTES}, 1);
    },
  });`;

describe('process-pool', { skip: process.platform !== 'linux' }, () => {
  const start = (t: Parameters<typeof RunnerBench.start>[0]) =>
    RunnerBench.start(t, { variant: 'process-pool', workload: COMPUTES, items: JOBS });

  const made = shared(async (t) => {
    const bench = await start(t);
    return { ready: bench.ready, trial: await bench.trial(), traced: await bench.traced() };
  });

  test('CPU and memory of the trial hold those of the child processes', () => {
    const { outcomes, cpuUserMs, cpuSystemMs, peakRssBytes, threads } = made().trial;
    assert.deepEqual(outcomes, outcomesOf({ ok: JOBS }));
    const inThreads = threads.reduce((sum, { cpu }) => sum + cpu!.cpuMs, 0);
    assert.ok(inThreads >= JOBS * 20, `${inThreads} ms in threads`);
    // Both are read one after the other, a little outside the trial.
    const inAll = cpuUserMs! + cpuSystemMs!;
    assert.ok(inAll >= 0.95 * inThreads, `${inAll} ms of ${inThreads}`);
    assert.ok(peakRssBytes! > 3 * 30e6, `${peakRssBytes}`);
  });

  test('a worker’s memory and the CPU of an idle task are told before the first trial', () => {
    const { workerCost } = made().ready;
    assert.ok(workerCost!.rssBytes! > workerCost!.pssBytes! && workerCost!.pssBytes! > 1e6);
    assert.ok(workerCost!.taskMs!.all > workerCost!.taskMs!.main!);
  });

  test('the traced trial knows what goes to the processes and back', () => {
    const { trace } = made().traced;
    const [main, ...workers] = trace.threads;
    assert.equal(main!.moved!.sent.messages, JOBS);
    assert.equal(main!.moved!.received.messages, JOBS);
    const back = workers.reduce((sum, { moved }) => sum + moved!.sent.copiedBytes, 0);
    assert.ok(Math.abs(back / (JOBS * BYTES) - 1) < 0.05, `${back} bytes`);
  });

  test('a process that is killed from outside is one death: CPU and memory are not claimed, a new one takes its place, none is left at the end', async (t) => {
    const bench = await start(t);
    const [first, ...others] = childrenOf(bench.runner.pid!);
    assert.equal(others.length, 1);
    const running = bench.trial();
    while (!bench.journalled().some(({ startNs }) => startNs > 0))
      await new Promise((next) => setTimeout(next, 5));
    process.kill(first!, 'SIGKILL');
    const { outcomes, cpuUserMs, peakRssBytes } = await running;
    assert.equal(outcomes.ok + outcomes['worker-crashed'], JOBS);
    assert.deepEqual([cpuUserMs, peakRssBytes], [null, null]);
    assert.deepEqual((await bench.trial()).outcomes, outcomesOf({ ok: JOBS }));
    const left = childrenOf(bench.runner.pid!);
    assert.equal(left.length, 2);
    await bench.runner.close();
    while (left.some(isRunning)) await new Promise((next) => setTimeout(next, 10));
  });

  test('the only process ends with the only job: CPU of the trial is null', async (t) => {
    const workload = `
      import { defineWorkload } from 'threadmill';
      export default defineWorkload({ name: 'ends', jobs: 1, run: () => process.exit(7) });`;
    const bench = await RunnerBench.start(t, { variant: 'process-pool', workload, items: 1, workers: 1 });
    const { outcomes, cpuUserMs } = await bench.trial();
    assert.deepEqual(outcomes, outcomesOf({ 'worker-crashed': 1 }));
    assert.equal(cpuUserMs, null);
  });
});
