import type { CallFrame, ProfileNode, ThreadProfile } from '../../src/types/cpu-profile.ts';

export interface Call {
  readonly name: string;
  readonly url?: string;
  /** 0-based, as in V8. */
  readonly line?: number;
  readonly column?: number;
  readonly children?: readonly Call[];
}

export function frame(name: string, url = '', line = -1, column = -1): CallFrame {
  return { functionName: name, scriptId: '0', url, lineNumber: line, columnNumber: column };
}

/** Numbers a tree of calls depth first, from 1 as V8 does. */
export function nodesOf(root: Call): ProfileNode[] {
  const nodes: ProfileNode[] = [];
  const add = (call: Call): number => {
    const id = nodes.length + 1;
    const children: number[] = [];
    nodes.push({ id, callFrame: frame(call.name, call.url, call.line, call.column), children });
    for (const child of call.children ?? []) children.push(add(child));
    return id;
  };
  add(root);
  return nodes;
}

export interface ProfileSettings {
  readonly start?: number;
  readonly end?: number;
  readonly thread?: number;
  readonly label?: string;
}

/** A thread's profile from its calls and `[time in µs, node id]` samples, which may be out of order. */
export function profileOf(
  root: Call,
  samples: readonly (readonly [number, number])[],
  { start = 0, end = 100, thread = 0, label = 'main' }: ProfileSettings = {},
): ThreadProfile {
  let last = start;
  const timeDeltas = samples.map(([time]) => {
    const delta = time - last;
    last = time;
    return delta;
  });
  return {
    nodes: nodesOf(root),
    startTime: start,
    endTime: end,
    samples: samples.map(([, id]) => id),
    timeDeltas,
    threadmill: { thread, label, variant: 'worker-pool' },
  };
}
