import type { Worker } from 'node:worker_threads';
import workerpool from 'workerpool';
import { messageOf } from '../../../core/errors.ts';
import { workerFile } from '../../../core/processes/worker-file.ts';
import { WORKERPOOL_WIRE } from '../wire.ts';
import type { Pool, PoolSettings } from './pool.ts';

/** What workerpool keeps of a thread; its types leave it out. */
interface Handler {
  readonly worker: Worker & { send(message: { readonly id: number }, transfer?: unknown): void };
}

/** A message that could not be posted, as the error of its task. */
interface Unsent {
  readonly unsent: unknown;
}

export function open({ data, threads, onGone }: PoolSettings): Pool {
  const pool = workerpool.pool(workerFile('pool-worker'), {
    workerType: 'thread',
    minWorkers: threads,
    maxWorkers: threads,
    workerThreadOpts: { workerData: data },
  });
  const { workers } = pool as unknown as { readonly workers: readonly Handler[] };
  const seen = new WeakSet<Worker>();
  let destroyed = false;
  const watch = () => {
    for (const { worker } of workers) {
      if (seen.has(worker)) continue;
      seen.add(worker);
      const { send } = worker;
      // Where a message cannot be cloned workerpool throws, and takes the thread for busy from then on.
      worker.send = (message, transfer) => {
        try {
          send.call(worker, message, transfer);
        } catch (unsent) {
          worker.emit('message', { id: message.id, error: { unsent } satisfies Unsent });
        }
      };
      worker.on('exit', () => {
        // It replaces the thread when the tasks have rejected.
        setImmediate(() => {
          if (destroyed) return;
          watch();
          onGone();
          // If no other thread is at work, workerpool looks at its queue only when a task is added.
          pool.exec('methods').catch(() => {});
        });
      });
    }
  };
  watch();
  const ids = () => workers.map(({ worker }) => worker.threadId).filter((id) => id > 0);
  return {
    wire: WORKERPOOL_WIRE,
    get live() {
      return workers.length;
    },
    workerIds: ids,
    run: (task, transfer) =>
      new Promise((resolve, reject) => {
        pool
          .exec(data.task, [task], transfer === null ? {} : { transfer: [transfer] })
          .then(resolve, (thrown: object) => reject(reasonOf(thrown)));
      }),
    end: (id) => void workers.find(({ worker }) => worker.threadId === id)?.worker.terminate(),
    destroy: async () => {
      destroyed = true;
      await pool.terminate(true);
    },
  };
}

/** What ended a task, without what workerpool writes about it. */
function reasonOf(thrown: object): unknown {
  if ('unsent' in thrown) return thrown.unsent;
  const code = /exitCode: `(\d+)`/.exec(messageOf(thrown))?.[1];
  return code === undefined ? thrown : new Error(`the thread exited with code: ${code}`);
}
