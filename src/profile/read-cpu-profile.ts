import { picked, pickedTimes, placesOf } from './call-tree.ts';
import { Invalid, number } from './checks.ts';
import { GrowingColumn } from './growing-column.ts';
import { JsonMembers } from './json-members.ts';
import { NodeCollector } from './node-collector.ts';
import type { NodeIndex } from './node-order.ts';
import { depthOf, nodeIndex, parentsFirst, parentsOf } from './node-order.ts';
import { NodeScanner } from './node-scanner.ts';
import type { NodeColumns, Profile, SampleColumns, TickColumns } from './profile.ts';
import { type FileKind, readChunks } from './read-chunks.ts';
import { threadInfo } from './thread-info.ts';

/** Sorts samples by time, in place and stably. V8's are nearly in order, so they are moved one by one. */
export function sortByTime(timeUs: Float64Array, node: Int32Array): void {
  let moves = timeUs.length * 4 + 1_000;
  for (let i = 1; i < timeUs.length; i++) {
    const time = timeUs[i]!;
    if (time >= timeUs[i - 1]!) continue;
    const at = node[i]!;
    let place = i;
    for (; place > 0 && timeUs[place - 1]! > time; place--) {
      timeUs[place] = timeUs[place - 1]!;
      node[place] = node[place - 1]!;
    }
    timeUs[place] = time;
    node[place] = at;
    moves -= i - place;
    if (moves < 0) {
      sortAll(timeUs, node);
      return;
    }
  }
}

function sortAll(timeUs: Float64Array, node: Int32Array): void {
  const order = Uint32Array.from(timeUs.keys()).sort((a, b) => timeUs[a]! - timeUs[b]! || a - b);
  timeUs.set(Float64Array.from(order, (i) => timeUs[i]!));
  node.set(Int32Array.from(order, (i) => node[i]!));
}

/** A good size for the chunks of a file: larger ones are no quicker, and Node's own of 64 KiB are a little slower. */
export const CHUNK_BYTES = 1024 * 1024;

/** V8 looks at 255 frames of a stack, other engines at more. What writes out every stack takes this often its time. */
const MAX_DEPTH = 10_000;
/** 115 days: times of threads and functions are added up, and packed in steps of 0.1 µs. */
const LONGEST_US = 1e13;

/**
 * Reads a `.cpuprofile` in chunks, in some 30 bytes of memory per sample; members in any order, unknown ones skipped.
 * `timeDeltas` are µs between samples, the first from `startTime`; V8 hands out some out of order, with negative
 * deltas. As in Chrome DevTools (CPUProfileDataModel.sortSamples) samples are sorted by the running sum, and moved
 * into the profile. Throws as `readChunks` does.
 */
export function readCpuProfile(chunks: AsyncIterable<Uint8Array>, source: string): Promise<Profile> {
  return readChunks(CPU_PROFILE, chunks, source);
}

export const CPU_PROFILE: FileKind<Profile> = {
  kind: 'CPU profile',
  advice: 'Give a .cpuprofile as written by Threadmill, node --cpu-prof or Chrome DevTools.',
  reader: () => new CpuProfileReader(),
};

class CpuProfileReader {
  readonly #nodes = new NodeCollector();
  readonly #scanner = new NodeScanner(this.#nodes);
  readonly #samples = new GrowingColumn();
  readonly #deltas = new GrowingColumn();
  readonly #json = new JsonMembers({
    nodes: {
      kind: 'items',
      take: (value, position) => this.#nodes.take(value, position),
      scan: (bytes, at) => this.#scanner.scan(bytes, at),
    },
    samples: { kind: 'numbers', column: this.#samples },
    timeDeltas: { kind: 'numbers', column: this.#deltas },
    startTime: { kind: 'value' },
    endTime: { kind: 'value' },
    threadmill: { kind: 'value' },
    head: { kind: 'ignored' },
    traceEvents: { kind: 'ignored' },
  });

  write(chunk: Uint8Array): void {
    this.#json.write(chunk);
  }

  end(): Profile {
    this.#json.end();
    if (!this.#json.has('nodes')) throw new Invalid(this.#kind());
    if (this.#nodes.id.length === 0) throw new Invalid('`nodes` is empty');
    const startUs = number(this.#json.value('startTime'), 'startTime');
    const endUs = number(this.#json.value('endTime'), 'endTime');
    if (endUs < startUs) throw new Invalid(`\`endTime\` ${endUs} lies before \`startTime\` ${startUs}`);
    if (endUs - startUs > LONGEST_US) throw new Invalid(`it lasts longer than ${LONGEST_US} µs`);
    const index = nodeIndex(this.#nodes.id.values());
    const parent = parentsOf(this.#nodes, index);
    const order = parentsFirst(parent);
    if (depthOf(parent, order) > MAX_DEPTH) {
      throw new Invalid(`its calls are nested deeper than ${MAX_DEPTH}`);
    }
    const place = placesOf(order, order.length);
    return {
      startUs,
      endUs,
      frames: this.#nodes.frames,
      nodes: nodeColumns(this.#nodes, parent, order, place),
      ticks: tickColumns(this.#nodes, place),
      samples: this.#sampleColumns(index, place, startUs, endUs),
      thread: threadInfo(this.#json.value('threadmill')),
    };
  }

  /** What a file without nodes is. */
  #kind(): string {
    if (this.#json.has('traceEvents')) return 'it is a trace, which holds other things as well';
    if (!this.#json.has('head')) return '`nodes` is missing';
    return this.#json.has('samples') && !this.#json.has('startTime')
      ? 'it is a heap profile'
      : 'it has the old format with `head`, which V8 gave up in 2016';
  }

  #sampleColumns(index: NodeIndex, place: Int32Array, startUs: number, endUs: number): SampleColumns {
    const ids = this.#samples.values();
    const timeUs = this.#deltas.values();
    for (const [name, other] of [['samples', 'timeDeltas'] as const, ['timeDeltas', 'samples'] as const]) {
      if (this.#json.has(other) && !this.#json.has(name)) throw new Invalid(`\`${name}\` is missing`);
    }
    if (ids.length !== timeUs.length) {
      throw new Invalid(`it has ${ids.length} \`samples\` but ${timeUs.length} \`timeDeltas\``);
    }
    const node = new Int32Array(ids.length);
    let now = startUs;
    for (let i = 0; i < ids.length; i++) {
      const at = index(ids[i]!);
      if (at < 0) throw new Invalid(`\`samples[${i}]\` names node ${ids[i]}, which does not exist`);
      node[i] = place[at]!;
      // The sum also continues outside: a late sample and the next one compensate each other.
      now += timeUs[i]!;
      timeUs[i] = Math.min(Math.max(now, startUs), endUs);
    }
    sortByTime(timeUs, node);
    return { node, timeUs };
  }
}

function nodeColumns(
  nodes: NodeCollector,
  parent: Int32Array,
  order: Int32Array,
  place: Int32Array,
): NodeColumns {
  const id = nodes.id.values();
  const frame = nodes.frame.values();
  const hits = nodes.hits.values();
  const above = picked(parent, order);
  // The root, which comes first, has none.
  for (let node = 1; node < above.length; node++) above[node] = place[above[node]!]!;
  return {
    id: pickedTimes(id, order),
    frame: picked(frame, order),
    parent: above,
    hits: pickedTimes(hits, order),
  };
}

function tickColumns(nodes: NodeCollector, place: Int32Array): TickColumns {
  return {
    node: picked(place, nodes.tickNode.values()),
    line: new Int32Array(nodes.tickLine.values()),
    count: nodes.tickCount.values().slice(),
  };
}
