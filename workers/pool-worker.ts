/** What a Piscina thread of a pool loads: one export for each kind of task. */
import { workerData } from 'node:worker_threads';
import { openPoolWorker, type PoolWorkerData } from '../src/engine/variants/pool-worker.ts';

const worker = await openPoolWorker(workerData as PoolWorkerData);

export const runJob = worker.runJob;
export const runBatch = worker.runBatch;
export const compute = worker.compute;
