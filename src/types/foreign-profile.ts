import type { FlameData } from './flame.ts';

/** CPU profiles from files that need not be Threadmill's: the threads of one process, and nobody knows how many jobs. */
export interface ForeignProfile {
  /** Scripts outside of any package have their absolute path, or their URL. */
  readonly flame: FlameData;
  readonly maps: {
    /** Scripts that are shown in terms of their sources. */
    readonly used: number;
    /** Scripts left as they are, because they were changed after the profile was written. */
    readonly outdated: number;
  };
}
