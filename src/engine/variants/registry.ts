import type { VariantName } from '../../core/variants.ts';
import { eventLoop } from './event-loop.ts';
import { offload } from './offload.ts';
import { sequential } from './sequential.ts';
import type { Variant } from './variant.ts';
import { workerPool } from './worker-pool.ts';
import { workerPoolBatched } from './worker-pool-batched.ts';

export const VARIANTS: Readonly<Record<VariantName, Variant>> = {
  sequential,
  'event-loop': eventLoop,
  offload,
  'worker-pool': workerPool,
  'worker-pool-batched': workerPoolBatched,
};
