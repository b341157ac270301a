/** Where a frame's code comes from. */
export type FrameCategory =
  | 'user'
  | 'dependency'
  | 'threadmill'
  | 'node'
  | 'native'
  | 'gc'
  | 'program'
  | 'idle';

export interface FlameFrame {
  readonly name: string;
  /** Path as shown to people: relative to the workload's project, `piscina@5.3.2/dist/x.js`, `node:net`; null for V8's own. */
  readonly file: string | null;
  /** 1-based; null where unknown. */
  readonly line: number | null;
  readonly column: number | null;
  readonly category: FrameCategory;
}

/** One thread's call tree, struct of arrays, parents before children; node 0 is the root (parent −1). */
export interface FlameThread {
  /** 0 is the main thread; workers count from 1. */
  readonly thread: number;
  readonly label: string;
  /** Measured region, µs. */
  readonly durationUs: number;
  readonly samples: number;
  /** Index into FlameData.frames. */
  readonly frame: readonly number[];
  readonly parent: readonly number[];
  readonly selfUs: readonly number[];
}

/** What the page draws for one variant. */
export interface FlameData {
  readonly variant: string;
  readonly frames: readonly FlameFrame[];
  readonly threads: readonly FlameThread[];
}
