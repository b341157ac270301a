import { sumOrNull } from '../../core/statistics/sum-or-null.ts';
import type { WorkerGroup } from './thread-pool.ts';
import type { ThreadWatch } from './thread-watch.ts';
import type { HeapSampledThread, ProfiledThread } from './variant.ts';

type Workers = Pick<
  WorkerGroup,
  'startProfiling' | 'stopProfiling' | 'startHeapSampling' | 'stopHeapSampling' | 'held' | 'threadIds'
>;

/** Profiling of the main thread and of the workers, the same for all variants. */
export abstract class ProfiledVariant {
  protected readonly watch: ThreadWatch;
  readonly #workers: Workers | null;

  /** @param workers null: there is the main thread only */
  constructor(watch: ThreadWatch, workers: Workers | null) {
    this.watch = watch;
    this.#workers = workers;
  }

  async startProfiling(samplingIntervalUs: number): Promise<number> {
    await this.watch.startProfiling(samplingIntervalUs);
    return 1 + ((await this.#workers?.startProfiling(samplingIntervalUs)) ?? 0);
  }

  async stopProfiling(): Promise<ProfiledThread[]> {
    const workers = (await this.#workers?.stopProfiling()) ?? [];
    const own = await this.watch.stopProfiling(this.#workers?.threadIds);
    return own === null ? workers : [{ thread: 0, ...own }, ...workers];
  }

  async startHeapSampling(intervalBytes: number): Promise<number> {
    const workers = (await this.#workers?.startHeapSampling(intervalBytes)) ?? 0;
    await this.watch.startHeapSampling(intervalBytes);
    return workers + 1;
  }

  async stopHeapSampling(): Promise<HeapSampledThread[]> {
    // Its own first: the profiles that the threads send are allocated here as well.
    const own = await this.watch.stopHeapSampling(this.#workers?.threadIds);
    const workers = (await this.#workers?.stopHeapSampling()) ?? [];
    return own === null ? workers : [{ thread: 0, ...own }, ...workers];
  }

  async held(): Promise<number | null> {
    const own = this.watch.held();
    return this.#workers === null ? own : sumOrNull([own, await this.#workers.held()]);
  }
}
