import assert from 'node:assert/strict';
import type { Allocations } from '../../src/core/documents/flame.ts';
import type {
  HeapProfileNode,
  HeapProfileSample,
  SavedHeapProfile,
} from '../../src/core/documents/v8-profiles.ts';
import type { FrameOptions } from '../../src/profile/function-table.ts';
import { AllocationBuilder } from '../../src/profile/heap-allocations.ts';
import { isHeapOfThread, type ThreadHeapProfile } from '../../src/profile/heap-profile.ts';
import { parseHeapProfile } from './parse-profiles.ts';
import { frame } from './profiles.ts';

/** A function, the objects that it allocated itself (as V8 counts a sample of each), and what it called. */
export interface Allocating {
  readonly name: string;
  readonly url?: string;
  /** 0-based, as in V8. */
  readonly line?: number;
  readonly objects?: readonly number[];
  readonly children?: readonly Allocating[];
}

export interface HeapSettings {
  readonly thread?: number;
  readonly label?: string;
  readonly variant?: string;
  readonly intervalBytes?: number;
}

/** Nodes are numbered depth first, from 1 as in V8; each is as large as its samples together. */
export function savedHeap(
  root: Allocating,
  { thread = 0, label = 'main thread', variant = 'worker-pool', intervalBytes = 1_000 }: HeapSettings = {},
): SavedHeapProfile {
  const samples: HeapProfileSample[] = [];
  let ids = 0;
  const add = ({ name, url, line, objects = [], children = [] }: Allocating): HeapProfileNode => {
    const id = ++ids;
    for (const size of objects) samples.push({ size, nodeId: id, ordinal: samples.length + 1 });
    return {
      callFrame: frame(name, url, line, line === undefined ? undefined : 0),
      selfSize: objects.reduce((sum, size) => sum + size, 0),
      id,
      children: children.map(add),
    };
  };
  const head = add(root);
  return { head, samples, threadmill: { thread, label, variant, intervalBytes } };
}

/** What a saved profile is after it is written and read. */
export function parsedHeap(saved: SavedHeapProfile): ThreadHeapProfile {
  const profile = parseHeapProfile(JSON.stringify(saved), 'the profile');
  assert.ok(isHeapOfThread(profile));
  return profile;
}

export function allocationsOf(
  variant: string,
  profiles: readonly ThreadHeapProfile[],
  options: FrameOptions,
): Allocations {
  const builder = new AllocationBuilder(variant);
  for (const profile of profiles) builder.add(profile, options);
  return builder.data();
}
