import type { FlameFrame } from '../../../core/documents/flame.ts';
import { jsonPieces } from '../../../profile/json-pieces.ts';
import { inChunks } from '../chunks.ts';
import type { Exporter, Part, ProfileSource } from '../exporter.ts';
import { FrameTable, threadFrame } from '../frame-table.ts';
import { Room, stackRoom } from '../room.ts';
import { type ThreadCalls, threadCalls, threadTitle } from '../thread-calls.ts';
import { isIdle, readTrees, stackOf, type ThreadTrees } from '../thread-trees.ts';

/**
 * https://github.com/jlfwong/speedscope/wiki/Importing-from-custom-sources. A thread is an evented profile: a sampled
 * one repeats the whole stack with every sample. All threads of a variant are a sampled one, made from their call
 * trees, with the thread as the outermost frame. Idle time is a gap in the first, and left out of the second.
 */
export const speedscope: Exporter<ProfileSource> = {
  name: 'speedscope',
  description: 'each thread as a flame chart, all threads as a flame graph',
  opens: 'speedscope',
  scope: 'run',
  needs: 'profiles',
  extension: '.speedscope.json',

  write: fileJson,
};

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';

async function* fileJson(source: ProfileSource, { variants }: Part): AsyncGenerator<string> {
  const table = new FrameTable();
  const exporter = `threadmill@${source.threadmill}`;
  yield `${JSON.stringify({ $schema: SCHEMA, name: source.id, exporter }).slice(0, -1)},"profiles":[`;
  let first = true;
  for (const variant of variants) {
    const merged = sampledProfile(variant.name, await readTrees(source, [variant], table));
    yield first ? merged : `,${merged}`;
    first = false;
    for (const thread of variant.threads) {
      yield ',';
      const calls = threadCalls(await source.profile(variant.name, thread), table);
      yield* inChunks(eventedProfile(calls, table));
    }
  }
  yield '],"shared":{"frames":[';
  yield* inChunks(jsonPieces(table.frames.map(fileFrame)));
  yield ']},"activeProfileIndex":0}\n';
}

function fileFrame({ name, file, line, column }: FlameFrame): object {
  return {
    name,
    ...(file !== null && { file }),
    ...(line !== null && { line }),
    ...(column !== null && { col: column }),
  };
}

function sampledProfile(variant: string, { table, trees }: ThreadTrees): string {
  const room = stackRoom();
  const samples: number[][] = [];
  const weights: number[] = [];
  let endValue = 0;
  for (const tree of trees) {
    const top = table.idOf(threadFrame(threadTitle(tree)));
    for (let node = 0; node < tree.frame.length; node++) {
      const self = tree.self[node]!;
      if (self <= 0 || isIdle(tree, table, node)) continue;
      const stack = [top, ...stackOf(tree, node)];
      room.take(stack.length);
      samples.push(stack);
      weights.push(self);
      endValue += self;
    }
  }
  const name = `${variant}, all threads, busy time`;
  return JSON.stringify({
    ...{ type: 'sampled', name, unit: 'microseconds' },
    ...{ startValue: 0, endValue, samples, weights },
  });
}

function* eventedProfile(calls: ThreadCalls, table: FrameTable): Generator<string> {
  const { offsetUs, durationUs } = calls;
  const name = `${calls.variant}, ${threadTitle(calls)}`;
  const head = {
    ...{ type: 'evented', name, unit: 'microseconds' },
    ...{ startValue: offsetUs, endValue: offsetUs + durationUs },
  };
  yield `${JSON.stringify(head).slice(0, -1)},"events":[`;
  let first = true;
  for (const event of events(calls, table)) {
    yield first ? event : `,${event}`;
    first = false;
  }
  yield ']}';
}

/** 4 GB of them. */
const MAX_EVENTS = 100_000_000;

/** What each sample leaves of the stack of the one before, and what it adds to it. */
function* events(calls: ThreadCalls, table: FrameTable): Generator<string> {
  const { frame, parent, offsetUs, durationUs, sampleUs, sampleNode } = calls;
  const depth = depths(calls);
  const room = new Room(MAX_EVENTS, 'calls begun and ended');
  // The root is never opened.
  let open = 0;
  for (let i = 0; i <= sampleNode.length; i++) {
    const at = offsetUs + (i < sampleNode.length ? sampleUs[i]! : durationUs);
    const node = i < sampleNode.length ? sampleNode[i]! : 0;
    if (i > 0 && node === sampleNode[i - 1]) continue;
    const next = isIdle(calls, table, node) ? 0 : node;
    let [one, other] = [open, next];
    while (one !== other) {
      if (depth[one]! >= depth[other]!) one = parent[one]!;
      else other = parent[other]!;
    }
    const shared = one;
    room.take(depth[open]! + depth[next]! - 2 * depth[shared]!);
    for (let call = open; call !== shared; call = parent[call]!) {
      yield `{"type":"C","frame":${frame[call]!},"at":${at}}`;
    }
    const opened: number[] = [];
    for (let call = next; call !== shared; call = parent[call]!) opened.push(call);
    for (const call of opened.reverse()) yield `{"type":"O","frame":${frame[call]!},"at":${at}}`;
    open = next;
  }
}

/** How many calls are above each node. */
function depths({ parent }: Pick<ThreadCalls, 'parent'>): Int32Array {
  const depth = new Int32Array(parent.length);
  for (let node = 1; node < depth.length; node++) depth[node] = depth[parent[node]!]! + 1;
  return depth;
}
