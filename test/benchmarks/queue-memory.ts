/**
 * What plans of several lengths on a queue hold in memory: peaks of coordinator and queue server, each plan with a server
 * of its own. Every job must have its row, and nothing may be left in the store.
 *
 *   make queue-memory        (ARGS="--jobs 10000,50000,100000 --in-flight 64")
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cleanUps } from '../support/clean-ups.ts';
import { worksFor } from '../support/queue-chaos.ts';
import { QueueServer } from '../support/queue-server.ts';
import { outcomesOf, RunnerBench } from '../support/runner-bench.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '10000,50000,100000' },
    'in-flight': { type: 'string', default: '64' },
  },
});
const MB = 1e6;

console.log(
  '| jobs | coordinator at start, MB | its peak, MB | queue server at start, MB | its peak, MB | bytes per job | s |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const jobs of values.jobs.split(',').map(Number)) {
  const { context, run } = cleanUps();
  try {
    const server = await QueueServer.start(context);
    const bench = await RunnerBench.start(context, {
      ...{ variant: 'distributed-queue', workload: worksFor(0), queue: server.url },
      ...{ items: jobs, concurrency: Number(values['in-flight']), workers: 2, timeoutMs: 60_000 },
    });
    const before = [residentMb(bench.runner.pid!, 'VmRSS'), await serverMb(server, 'used_memory')];
    const startedAt = performance.now();
    const { outcomes, queue } = await bench.trial();
    const seconds = (performance.now() - startedAt) / 1e3;
    assert.deepEqual(outcomes, outcomesOf({ ok: jobs }));
    const peaks = [residentMb(bench.runner.pid!, 'VmHWM'), await serverMb(server, 'used_memory_peak')];
    const bytes = (queue!.bytesIn! + queue!.bytesOut!) / jobs;
    const cells = [jobs, before[0], peaks[0], before[1], peaks[1], bytes.toFixed(0), seconds.toFixed(0)];
    console.log(`| ${cells.join(' | ')} |`);
    await bench.runner.close();
    assert.deepEqual(await server.client.keys('*'), []);
  } finally {
    await run();
  }
}

function residentMb(pid: number, field: 'VmRSS' | 'VmHWM'): string {
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'latin1'),
  )!;
  return ((Number(kilobytes) * 1024) / MB).toFixed(0);
}

async function serverMb({ client }: QueueServer, field: 'used_memory' | 'used_memory_peak'): Promise<string> {
  const [, bytes] = new RegExp(`^${field}:(\\d+)`, 'm').exec(await client.info('memory'))!;
  return (Number(bytes) / MB).toFixed(1);
}
