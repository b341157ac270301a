import { Session } from 'node:inspector/promises';
import type { CpuProfile, RawHeapProfile } from '../../core/documents/v8-profiles.ts';

/** V8's CPU profiler for the thread it is started in; unlike `--cpu-prof` it covers exactly start to stop. */
export class ThreadProfiler {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  static async start(samplingIntervalUs: number): Promise<ThreadProfiler> {
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: samplingIntervalUs });
    await session.post('Profiler.start');
    return new ThreadProfiler(session);
  }

  async stop(): Promise<CpuProfile> {
    const { profile } = await this.#session.post('Profiler.stop');
    this.#session.disconnect();
    return profile as CpuProfile;
  }
}

/** V8's sampling heap profiler for the thread it is started in: what is allocated between start and stop. */
export class ThreadHeapSampler {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  /** @param intervalBytes mean distance of two samples, which are taken at random */
  static async start(intervalBytes: number): Promise<ThreadHeapSampler> {
    const session = new Session();
    session.connect();
    // Without the flags only what is still alive at the end would count: not what was allocated, but what is left.
    const settings = {
      samplingInterval: intervalBytes,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    };
    await session.post('HeapProfiler.startSampling', settings);
    return new ThreadHeapSampler(session);
  }

  async stop(): Promise<RawHeapProfile> {
    const { profile } = await this.#session.post('HeapProfiler.stopSampling');
    this.#session.disconnect();
    // The types know of `head` alone.
    return profile as unknown as RawHeapProfile;
  }
}
