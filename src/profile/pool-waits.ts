import { metaFrame } from './category.ts';
import type { Profile } from './profile.ts';
import { isRecordedWait } from './recorder-frames.ts';

/** Idle workers of Piscina and tinypool wait in Atomics.wait below this function, and would look busy. */
const WAIT_LOOP = 'atomicsWaitLoop';

const IDLE = metaFrame('(idle)');

/** The same profile with that time, and in a recording all time in Atomics.wait, as `(idle)`, as V8 calls it where a thread waits for events. */
export function withPoolWaitsIdle<P extends Profile>(profile: P): P {
  const { frames, nodes, samples } = profile;
  const isWait = frames.map((frame) => frame.functionName === WAIT_LOOP || isRecordedWait(frame));
  if (!isWait.includes(true)) return profile;
  const waits = (node: number): boolean => isWait[nodes.frame[node]!] === true;
  const found = nodes.frame.findIndex(
    (frame, node) => nodes.parent[node] === 0 && frames[frame]!.functionName === IDLE.functionName,
  );
  const idle = found < 0 ? nodes.frame.length : found;
  const hits = new Float64Array(Math.max(nodes.hits.length, idle + 1));
  hits.set(nodes.hits);
  for (let node = 0; node < nodes.frame.length; node++) {
    if (!waits(node)) continue;
    hits[idle]! += hits[node]!;
    hits[node] = 0;
  }
  const node = samples.node.map((at) => (waits(at) ? idle : at));
  const moved = { ...profile, samples: { ...samples, node }, nodes: { ...nodes, hits } };
  if (found >= 0) return moved;
  const highestId = nodes.id.reduce((most, id) => Math.max(most, id), 0);
  return {
    ...moved,
    frames: [...frames, IDLE],
    nodes: {
      id: grown(nodes.id, highestId + 1),
      frame: grown(nodes.frame, frames.length),
      parent: grown(nodes.parent, 0),
      hits,
    },
  };
}

function grown<A extends Float64Array | Int32Array>(column: A, value: number): A {
  const longer = new (column.constructor as new (length: number) => A)(column.length + 1);
  longer.set(column);
  longer[column.length] = value;
  return longer;
}
