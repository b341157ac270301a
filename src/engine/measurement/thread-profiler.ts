import { Session } from 'node:inspector/promises';
import type { CpuProfile } from '../../core/documents/v8-profiles.ts';

/** V8's CPU profiler for the thread it is made in; unlike `--cpu-prof` it covers exactly start to stop. */
export class ThreadProfiler {
  #session: Session | null = null;

  async start(samplingIntervalUs: number): Promise<void> {
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: samplingIntervalUs });
    await session.post('Profiler.start');
    this.#session = session;
  }

  get started(): boolean {
    return this.#session !== null;
  }

  /** Throws if it was not started. */
  async stop(): Promise<CpuProfile> {
    if (this.#session === null) throw new Error('the profiler of this thread was not started');
    const { profile } = await this.#session.post('Profiler.stop');
    this.#session.disconnect();
    this.#session = null;
    return profile as CpuProfile;
  }
}
