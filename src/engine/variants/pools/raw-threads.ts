import { Worker } from 'node:worker_threads';
import { workerFile } from '../../../core/processes/worker-file.ts';
import { PORT_WIRE } from '../wire.ts';
import { OwnPool, type Reply } from './own-pool.ts';
import type { Pool, PoolSettings } from './pool.ts';

export function open(settings: PoolSettings): Pool {
  return new OwnPool(settings, PORT_WIRE, ({ ready, replied, gone }) => {
    const worker = new Worker(workerFile('pool-worker'), { workerData: settings.data });
    const id = worker.threadId;
    let why: Error | null = null;
    worker.on('message', (message: Reply | 'ready') => (message === 'ready' ? ready() : replied(message)));
    worker.on('error', (error: Error) => {
      why = error;
    });
    worker.on('exit', (code) => gone(why ?? new Error(`the thread exited with code: ${code}`)));
    return {
      id,
      post: (message, transfer) => worker.postMessage(message, transfer === null ? [] : [transfer]),
      end: () => void worker.terminate(),
    };
  });
}
