import { Session } from 'node:inspector/promises';
import type { RawHeapProfile } from '../../core/documents/v8-profiles.ts';

/** V8's sampling heap profiler for the thread it is made in: what is allocated between start and stop. */
export class ThreadHeapSampler {
  #session: Session | null = null;

  /** @param intervalBytes mean distance of two samples, which are taken at random */
  async start(intervalBytes: number): Promise<void> {
    const session = new Session();
    session.connect();
    // Without the flags only what is still alive at the end would count: not what was allocated, but what is left.
    const settings = {
      samplingInterval: intervalBytes,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    };
    await session.post('HeapProfiler.startSampling', settings);
    this.#session = session;
  }

  get started(): boolean {
    return this.#session !== null;
  }

  /** Throws if it was not started. */
  async stop(): Promise<RawHeapProfile> {
    if (this.#session === null) throw new Error('the heap sampler of this thread was not started');
    const { profile } = await this.#session.post('HeapProfiler.stopSampling');
    this.#session.disconnect();
    this.#session = null;
    // The types know of `head` alone.
    return profile as unknown as RawHeapProfile;
  }
}
