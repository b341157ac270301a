import type { VariantName } from '../../core/variants.ts';
import type { Variant } from './variant.ts';

type Load = () => Promise<Variant>;

const sequential: Load = async () => (await import('./main-thread.ts')).sequential;
const eventLoop: Load = async () => (await import('./main-thread.ts')).eventLoop;
const offload =
  (name: VariantName): Load =>
  async () =>
    (await import('./offload.ts')).offload(name);
const workerPool =
  (name: VariantName): Load =>
  async () =>
    (await import('./worker-pool.ts')).workerPool(name);

/** A runner loads its own variant, and none of the others. */
export const VARIANTS: Readonly<Record<VariantName, Load>> = {
  sequential,
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
  'worker-pool-batched': async () => (await import('./worker-pool-batched.ts')).workerPoolBatched,
  'raw-threads': workerPool('raw-threads'),
  'process-pool': workerPool('process-pool'),
  'distributed-queue': async () => (await import('./queue/distributed-queue.ts')).distributedQueue,
};
