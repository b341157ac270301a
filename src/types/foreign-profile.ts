import type { FlameData } from './flame.ts';

/** A CPU profile from a file that need not be Threadmill's: of one thread, and of nobody knows how many jobs. */
export interface ForeignProfile {
  /** One thread. Scripts outside of any package have their absolute path, or their URL. */
  readonly flame: FlameData;
  readonly maps: {
    /** Scripts that are shown in terms of their sources. */
    readonly used: number;
    /** Scripts left as they are, because they were changed after the profile was written. */
    readonly outdated: number;
  };
}
