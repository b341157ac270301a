import assert from 'node:assert/strict';
import type { CallFrame, ProfileNode, SavedProfile } from '../../src/core/documents/v8-profiles.ts';
import { isOfThread, type ThreadProfile } from '../../src/profile/profile.ts';
import { parseCpuProfile } from './parse-profiles.ts';

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

type Samples = readonly (readonly [number, number])[];

/** A thread's profile from its calls and `[time in µs, node id]` samples, which may be out of order. */
export function profileOf(root: Call, samples: Samples, settings: ProfileSettings = {}): ThreadProfile {
  return parsed(savedOf(root, samples, settings));
}

/** What a saved profile is after it is written and read. */
export function parsed(saved: SavedProfile): ThreadProfile {
  const profile = parseCpuProfile(JSON.stringify(saved), 'the profile');
  assert.ok(isOfThread(profile));
  return profile;
}

/** The same as JSON has it. */
export function savedOf(
  root: Call,
  samples: Samples,
  { start = 0, end = 100, thread = 0, label = 'main' }: ProfileSettings = {},
): SavedProfile {
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
