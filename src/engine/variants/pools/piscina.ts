import { Piscina } from 'piscina';
import { workerFile } from '../../../core/processes/worker-file.ts';
import { PORT_WIRE } from '../wire.ts';
import type { Pool, PoolSettings } from './pool.ts';

export function open({ data, threads, tasksPerThread, onGone, onError }: PoolSettings): Pool {
  const pool = new Piscina({
    filename: workerFile('pool-worker'),
    name: data.task,
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    // Without it a task that finds no thread free goes to the end of the queue, and the plan's order is lost.
    stricterFIFO: true,
    concurrentTasksPerWorker: tasksPerThread,
    // With 'sync' an idle thread blocks in Atomics.wait and does not service its sockets.
    atomics: 'disabled',
    workerHistogram: false,
    recordTiming: false,
    workerData: data,
  });
  pool.on('workerDestroy', onGone);
  pool.on('error', onError);
  return {
    wire: PORT_WIRE,
    get live() {
      return pool.threads.length;
    },
    workerIds: () => pool.threads.map(({ threadId }) => threadId),
    run: (task, transfer) =>
      transfer === null ? pool.run(task) : pool.run(task, { transferList: [transfer] }),
    end: (id) => void pool.threads.find(({ threadId }) => threadId === id)?.terminate(),
    destroy: () => pool.destroy(),
  };
}
