/**
 * What a plan on a queue holds in memory: coordinator and queue server, sampled as rows arrive. Every job must have its
 * row, and nothing may be left in the store.
 *
 *   make queue-memory        (ARGS="--jobs 100000 --in-flight 64")
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cleanUps } from '../support/clean-ups.ts';
import { arrived, worksFor } from '../support/queue-chaos.ts';
import { QueueServer } from '../support/queue-server.ts';
import { outcomesOf, RunnerBench } from '../support/runner-bench.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '100000' },
    'in-flight': { type: 'string', default: '64' },
  },
});
const jobs = Number(values.jobs);
const MB = 1e6;
const STEPS = 10;
const LOOK_MS = 200;

const { context, run } = cleanUps();
try {
  const server = await QueueServer.start(context);
  const bench = await RunnerBench.start(context, {
    ...{ variant: 'distributed-queue', workload: worksFor(0), queue: server.url },
    ...{ items: jobs, concurrency: Number(values['in-flight']), workers: 2, timeoutMs: 60_000 },
  });
  console.log('| rows | coordinator, MB | queue server, MB |\n| --- | --- | --- |');
  const startedAt = performance.now();
  const running = bench.trial();
  for (let step = 0; step <= STEPS; step++) {
    let rows = arrived(bench);
    while (rows < (jobs / STEPS) * step) {
      await pause(LOOK_MS);
      rows = arrived(bench);
    }
    console.log(`| ${rows} | ${residentMb(bench.runner.pid!)} | ${await serverMb(server)} |`);
  }
  const { outcomes, queue } = await running;
  assert.deepEqual(outcomes, outcomesOf({ ok: jobs }));
  const seconds = (performance.now() - startedAt) / 1e3;
  const { bytesIn, bytesOut } = queue!;
  console.log(
    `${jobs} jobs in ${seconds.toFixed(0)} s, ${((bytesIn! + bytesOut!) / jobs).toFixed(0)} bytes each through the server; ` +
      `peak of the coordinator ${residentMb(bench.runner.pid!, 'VmHWM')} MB; ${await serverMb(server)} MB in the server after the trial`,
  );
  await bench.runner.close();
  assert.deepEqual(await server.client.keys('*'), []);
} finally {
  await run();
}

function residentMb(pid: number, field = 'VmRSS'): string {
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'latin1'),
  )!;
  return ((Number(kilobytes) * 1024) / MB).toFixed(0);
}

async function serverMb({ client }: QueueServer): Promise<string> {
  const [, bytes] = /^used_memory:(\d+)/m.exec(await client.info('memory'))!;
  return (Number(bytes) / MB).toFixed(0);
}
