/** What a thread of a pool loads: one export for each kind of task. */
import { parentPort, workerData } from 'node:worker_threads';
import { openPoolWorker, type PoolWorkerData } from '../src/engine/variants/pool-worker.ts';

// tinypool puts something of its own before it.
const data = (Array.isArray(workerData) ? workerData[1] : workerData) as PoolWorkerData;
const worker = await openPoolWorker(data);

export const { runJob, runBatch, compute } = worker;

if (data.pool === 'workerpool') {
  // After `openPoolWorker`: it binds the function that posts results when it is loaded.
  const { default: workerpool } = await import('workerpool');
  workerpool.worker({ [data.task]: worker[data.task] });
} else if (data.pool === 'raw-threads') {
  const { serveTasks } = await import('../src/engine/variants/pools/own-pool.ts');
  parentPort!.on(
    'message',
    serveTasks(worker[data.task], (reply) => parentPort!.postMessage(reply)),
  );
  parentPort!.postMessage('ready');
}
