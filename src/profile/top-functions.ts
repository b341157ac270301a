import type { FlameData, FlameFrame, FlameThread } from '../types/flame.ts';

export interface FunctionTime {
  readonly frame: FlameFrame;
  /** Time in the function itself, µs. */
  readonly selfUs: number;
  /** Time in it and in what it called, µs. A function that calls itself is counted once. */
  readonly totalUs: number;
}

export interface TopFunctionsOptions {
  /** Only this thread; else the sum over all. */
  readonly thread?: number;
}

/** Every function of a variant, the one with the most self time first. Linear in the nodes. */
export function topFunctions(data: FlameData, options: TopFunctionsOptions = {}): FunctionTime[] {
  const self = new Float64Array(data.frames.length);
  const total = new Float64Array(data.frames.length);
  const seen = new Uint8Array(data.frames.length);
  for (const thread of data.threads) {
    if (options.thread === undefined || thread.thread === options.thread)
      addThread(thread, self, total, seen);
  }
  return data.frames
    .map((frame, id) => ({ frame, selfUs: self[id]!, totalUs: total[id]!, id }))
    .filter(({ id }) => seen[id] === 1)
    .sort((a, b) => b.selfUs - a.selfUs || b.totalUs - a.totalUs || a.id - b.id)
    .map(({ frame, selfUs, totalUs }) => ({ frame, selfUs, totalUs }));
}

/** Time in and below each node of a thread, µs, by node. */
export function totalTimes({ selfUs, parent }: FlameThread): Float64Array {
  const total = Float64Array.from(selfUs);
  for (let node = total.length - 1; node > 0; node--) total[parent[node]!]! += total[node]!;
  return total;
}

function addThread(thread: FlameThread, self: Float64Array, total: Float64Array, seen: Uint8Array): void {
  const times = totalTimes(thread);
  const outermost = outermostCalls(thread, total.length);
  for (let node = 0; node < times.length; node++) {
    const frame = thread.frame[node]!;
    seen[frame] = 1;
    self[frame]! += thread.selfUs[node]!;
    if (outermost[node] === 1) total[frame]! += times[node]!;
  }
}

/** 1 for each node that has no caller of the same function above it: only there is its time counted. */
function outermostCalls({ frame, parent }: FlameThread, frames: number): Uint8Array {
  const firstChild = new Int32Array(frame.length).fill(-1);
  const nextSibling = new Int32Array(frame.length).fill(-1);
  for (let node = frame.length - 1; node > 0; node--) {
    nextSibling[node] = firstChild[parent[node]!]!;
    firstChild[parent[node]!] = node;
  }
  const outermost = new Uint8Array(frame.length);
  const open = new Int32Array(frames);
  let node = frame.length === 0 ? -1 : 0;
  while (node !== -1) {
    if (open[frame[node]!]!++ === 0) outermost[node] = 1;
    if (firstChild[node] !== -1) {
      node = firstChild[node]!;
      continue;
    }
    // Leaves the node, and every ancestor whose last child it was.
    open[frame[node]!]!--;
    while (node !== -1 && nextSibling[node] === -1) {
      node = parent[node]!;
      if (node !== -1) open[frame[node]!]!--;
    }
    if (node !== -1) node = nextSibling[node]!;
  }
  return outermost;
}
