import { MinHeap } from './min-heap.ts';

/** Spans of several threads in columns, in order of their starts. */
interface ThreadSpans {
  readonly thread: ArrayLike<number>;
  readonly start: ArrayLike<number>;
  /** Not before the start. */
  readonly end: ArrayLike<number>;
}

interface Lanes {
  /** Lanes taken, by the end of what lies there. */
  readonly taken: MinHeap;
  /** Lanes that were taken and are not any more, by their number. */
  readonly free: MinHeap;
}

/**
 * The lane of each span within its thread, from 0: spans of a lane do not overlap. First fit in order of starts, so
 * there are no more lanes than spans at once (greedy colouring of an interval graph: Kleinberg & Tardos, 4.1).
 */
export function packLanes({ thread, start, end }: ThreadSpans): Int32Array {
  const lane = new Int32Array(start.length);
  const threads = new Map<number, Lanes>();
  for (let row = 0; row < lane.length; row++) {
    let lanes = threads.get(thread[row]!);
    if (lanes === undefined) {
      lanes = { taken: new MinHeap(), free: new MinHeap() };
      threads.set(thread[row]!, lanes);
    }
    const { taken, free } = lanes;
    while (taken.lowestKey <= start[row]!) {
      const ended = taken.pop()!;
      free.push(ended, ended);
    }
    // If none has become free, those taken are all that there are: the next number is a new one.
    const chosen = free.pop() ?? taken.size;
    lane[row] = chosen;
    taken.push(end[row]!, chosen);
  }
  return lane;
}
