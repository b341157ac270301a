import { Tinypool } from 'tinypool';
import { workerFile } from '../../../core/processes/worker-file.ts';
import { PORT_WIRE } from '../wire.ts';
import type { Pool, PoolSettings } from './pool.ts';

export function open({ data, threads, tasksPerThread, onGone, onError }: PoolSettings): Pool {
  const pool = new Tinypool({
    filename: workerFile('pool-worker'),
    name: data.task,
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.MAX_SAFE_INTEGER,
    concurrentTasksPerWorker: tasksPerThread,
    // An idle thread would block in Atomics.wait and not service its sockets.
    useAtomics: false,
    workerData: data,
  });
  pool.on('error', onError);
  const ended = new Set<number>();
  const seen = new WeakSet<object>();
  const live = () => pool.threads.filter(({ threadId }) => !ended.has(threadId));
  const watch = () => {
    for (const worker of pool.threads) {
      if (seen.has(worker)) continue;
      seen.add(worker);
      // tinypool waits for the exit of a destroyed thread with `once`, which needs this if the thread fails meanwhile.
      Object.assign(worker, { removeListener: () => worker });
      const gone = () => {
        ended.add(worker.threadId);
        watch();
        onGone();
      };
      // Its tasks reject now, some turns before its exit: a trial may end between the two.
      worker.on('error', gone);
      worker.on('exit', (code: number) => {
        // tinypool takes no notice of a thread that ends without an error: its tasks would never settle.
        if (pool.threads.includes(worker))
          worker.emit('error', new Error(`the thread exited with code: ${code}`));
        gone();
      });
    }
  };
  watch();
  return {
    wire: PORT_WIRE,
    get live() {
      return live().length;
    },
    workerIds: () => live().map(({ threadId }) => threadId),
    run: (task, transfer) =>
      transfer === null ? pool.run(task) : pool.run(task, { transferList: [transfer] }),
    end: (id) => void pool.threads.find(({ threadId }) => threadId === id)?.terminate(),
    destroy: async () => {
      const exits = live().map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
      // Rejects as soon as one thread fails.
      await pool.destroy().catch(() => undefined);
      await Promise.all(exits);
    },
  };
}
