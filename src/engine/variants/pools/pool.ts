import { type PoolName, VARIANT_FACTS, type VariantName } from '../../../core/variants.ts';
import type { SharedState } from '../../measurement/shared-state.ts';
import type { PoolChannel } from '../pool-channel.ts';
import type { PoolWorkerData } from '../pool-worker.ts';
import type { Wire } from '../wire.ts';

/** Workers, threads or processes, that run tasks. One of them that ends is replaced, unless it was still loading. */
export interface Pool {
  readonly wire: Wire;
  /** Workers that there are, with those that are being replaced. */
  readonly live: number;
  workerIds(): number[];
  /**
   * Rejects if the worker of the task ends, and if its argument or its result cannot be cloned.
   * @param transfer handed over instead of copied
   */
  run(task: unknown, transfer: ArrayBuffer | null): Promise<unknown>;
  /** Ends a worker, whatever it is doing; its tasks reject. */
  end(id: number): void;
  destroy(): Promise<void>;
}

export interface PoolSettings {
  readonly data: PoolWorkerData;
  readonly threads: number;
  readonly tasksPerThread: number;
  readonly channel: PoolChannel;
  readonly state: SharedState;
  /** A worker has ended; its tasks have rejected, or will in the same turn of the event loop. */
  onGone(): void;
  onError(error: Error): void;
}

interface PoolModule {
  open(settings: PoolSettings): Pool;
}

/** Each is loaded by the variant that has it, and by no other. */
export const POOLS: Readonly<Record<PoolName, () => Promise<PoolModule>>> = {
  piscina: () => import('./piscina.ts'),
  tinypool: () => import('./tinypool.ts'),
  workerpool: () => import('./workerpool.ts'),
  'raw-threads': () => import('./raw-threads.ts'),
  processes: () => import('./processes.ts'),
};

export function poolOf(variant: VariantName): PoolName {
  const { pool } = VARIANT_FACTS[variant];
  if (pool === null) throw new Error(`${variant} has no pool`);
  return pool;
}
