import { Session } from 'node:inspector/promises';
import type { CpuProfile } from '../../core/documents/v8-profiles.ts';

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
