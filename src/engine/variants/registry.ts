import type { VariantName } from '../../core/variants.ts';
import { MainThreadVariant } from './main-thread.ts';
import { offload } from './offload.ts';
import { distributedQueue } from './queue/distributed-queue.ts';
import type { Variant } from './variant.ts';
import { workerPool } from './worker-pool.ts';
import { workerPoolBatched } from './worker-pool-batched.ts';

export const VARIANTS: Readonly<Record<VariantName, Variant>> = {
  sequential: { start: (options) => MainThreadVariant.start(options, 1) },
  'event-loop': { start: (options) => MainThreadVariant.start(options, options.concurrency) },
  offload: offload('offload'),
  'offload+tinypool': offload('offload+tinypool'),
  'offload+workerpool': offload('offload+workerpool'),
  'worker-pool': workerPool('worker-pool'),
  'worker-pool+tinypool': workerPool('worker-pool+tinypool'),
  'worker-pool+workerpool': workerPool('worker-pool+workerpool'),
  'worker-pool-batched': workerPoolBatched,
  'raw-threads': workerPool('raw-threads'),
  'process-pool': workerPool('process-pool'),
  'distributed-queue': distributedQueue,
};
