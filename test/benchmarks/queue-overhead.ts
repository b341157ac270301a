/**
 * What distributed-queue costs against a loop written by hand with BullMQ alone: the same jobs, options and numbers of
 * worker processes and of jobs in flight, each on an embedded server of its own. In pairs of shuffled order.
 *
 *   make queue-overhead      (ARGS="--rounds 15 --jobs 3000 --in-flight 16 --workers 2")
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEmbeddedQueue } from '../../src/engine/variants/queue/embedded-server.ts';
import { bundleWorkload } from '../../src/workload/bundle.ts';
import { startBareRunner } from './bare-runner.ts';
import { type Contender, compare, startBare } from './paired.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    jobs: { type: 'string', default: '3000' },
    'in-flight': { type: 'string', default: '16' },
    workers: { type: 'string', default: '2' },
  },
});
const [rounds, jobs] = [Number(values.rounds), Number(values.jobs)];
const [inFlight, workers] = [Number(values['in-flight']), Number(values.workers)];
const LIMIT = 1.05;

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-queue-overhead-'));
const server = await startEmbeddedQueue();
try {
  const workload = fileURLToPath(new URL('queue.workload.mjs', import.meta.url));
  await bundleWorkload(workload, join(scratch, 'workload.js'));
  const sides = {
    ours: await ours(),
    bare: await startBare('queue-loop.mjs', { url: server.url, jobs, inFlight, workers }),
  };
  console.log(`${rounds} pairs, ${jobs} jobs, ${workers} workers, ${inFlight} jobs in flight`);
  await compare('distributed-queue / BullMQ', sides, rounds, LIMIT);
} finally {
  server.close();
  rmSync(scratch, { recursive: true, force: true });
}

async function ours(): Promise<Contender> {
  const options = { scratch, baseUrl: '', jobs, concurrency: inFlight, workers };
  const { runner } = await startBareRunner({ variant: 'distributed-queue', ...options });
  let round = 0;
  return {
    trial: async () => {
      const result = await runner.runTrial({ round: round++, order: 0, rowsTrial: 0, traced: false });
      if (result.type !== 'done' || result.trial.outcomes.ok !== jobs)
        throw new Error(JSON.stringify(result));
      const { wallMs, cpuUserMs, cpuSystemMs } = result.trial;
      return { wall: wallMs!, cpu: cpuUserMs! + cpuSystemMs! };
    },
    close: () => runner.close(),
  };
}
