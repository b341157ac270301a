import type { VariantName } from '../../core/variants.ts';
import { MainThreadVariant } from './main-thread.ts';
import { offload } from './offload.ts';
import { distributedQueue } from './queue/distributed-queue.ts';
import type { Variant } from './variant.ts';
import { workerPool } from './worker-pool.ts';
import { workerPoolBatched } from './worker-pool-batched.ts';

const eventLoop: Variant = { start: (options) => MainThreadVariant.start(options, options.concurrency) };

export const VARIANTS: Readonly<Record<VariantName, Variant>> = {
  sequential: { start: (options) => MainThreadVariant.start(options, 1) },
  'event-loop': eventLoop,
  'event-loop+undici-request': eventLoop,
  'event-loop+fetch': eventLoop,
  'event-loop+node-http': eventLoop,
  'event-loop+axios': eventLoop,
  'event-loop+got': eventLoop,
  'event-loop+ky': eventLoop,
  'event-loop+retry': eventLoop,
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
