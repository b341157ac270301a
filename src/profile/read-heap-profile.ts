import type { HeapThreadInfo } from '../core/documents/v8-profiles.ts';
import { CallFrames } from './call-frames.ts';
import { fields, Invalid, list, number, wholeNumber } from './checks.ts';
import { GrowingColumn } from './growing-column.ts';
import type { HeapNodeColumns, HeapProfile, HeapSampleColumns } from './heap-profile.ts';
import { JsonMembers } from './json-members.ts';
import { MAX_ID } from './node-collector.ts';
import { nodeIndex } from './node-order.ts';
import { type FileKind, readChunks } from './read-chunks.ts';
import { threadInfo } from './thread-info.ts';

/** 120 MB of columns; at an interval of 8 KiB, 40 GB of allocations. */
const MAX_SAMPLES = 5_000_000;
/** Of all nodes, or of one sample, bytes: amounts are added up, and packed in steps of a tenth. */
const MAX_BYTES = 1e13;
/** Mean distance of two samples, bytes. */
const MAX_INTERVAL = 1e9;

/**
 * Reads a `.heapprofile` in chunks. The tree is one value of at most 64 MiB and 1,000 levels of JSON (V8 looks at 128
 * frames, two levels each); samples are read one by one. Throws as `readChunks` does.
 */
export function readHeapProfile(chunks: AsyncIterable<Uint8Array>, source: string): Promise<HeapProfile> {
  return readChunks(HEAP_PROFILE, chunks, source);
}

export const HEAP_PROFILE: FileKind<HeapProfile> = {
  kind: 'heap profile',
  advice: 'Give a .heapprofile as written by Threadmill, node --heap-prof or Chrome DevTools.',
  reader: () => new HeapProfileReader(),
};

class HeapProfileReader {
  readonly #frames = new CallFrames();
  readonly #sampleNode = new GrowingColumn();
  readonly #sampleBytes = new GrowingColumn();
  readonly #sampleOrdinal = new GrowingColumn();
  #nodes: HeapNodeColumns | null = null;

  readonly #json = new JsonMembers({
    head: {
      kind: 'value',
      take: (value) => {
        this.#nodes = this.#flatten(value);
      },
    },
    samples: { kind: 'items', take: (value, index) => this.#takeSample(value, index) },
    threadmill: { kind: 'value' },
    nodes: { kind: 'ignored' },
  });

  write(chunk: Uint8Array): void {
    this.#json.write(chunk);
  }

  end(): HeapProfile {
    this.#json.end();
    if (this.#nodes === null) {
      throw new Invalid(
        this.#json.has('nodes') ? 'it has `nodes`, as CPU profiles have' : '`head` is missing',
      );
    }
    return {
      frames: this.#frames.frames,
      nodes: this.#nodes,
      samples: this.#sampleColumns(this.#nodes),
      thread: heapThreadInfo(this.#json.value('threadmill')),
    };
  }

  /** The nested tree as columns, depth first: parents before children. */
  #flatten(head: unknown): HeapNodeColumns {
    const id = new GrowingColumn();
    const frame = new GrowingColumn();
    const parent = new GrowingColumn();
    const selfBytes = new GrowingColumn();
    let all = 0;
    const waiting: { value: unknown; above: number }[] = [{ value: head, above: -1 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const position = id.length;
      const where = position === 0 ? 'head' : `node ${position} below \`head\``;
      const node = fields(next.value, where);
      // Old versions of V8 wrote no ids; then there are no samples either.
      id.push(node.id === undefined ? position : wholeNumber(node.id, `${where}.id`, 0, MAX_ID));
      frame.push(this.#frames.idOf(fields(node.callFrame, `${where}.callFrame`), `${where}.callFrame`));
      parent.push(next.above);
      const self = number(node.selfSize, `${where}.selfSize`, 0);
      all += self;
      if (all > MAX_BYTES) throw new Invalid(`it is of more than ${MAX_BYTES} bytes`);
      selfBytes.push(self);
      const children = node.children === undefined ? [] : list(node.children, `${where}.children`);
      for (let i = children.length - 1; i >= 0; i--) waiting.push({ value: children[i], above: position });
    }
    return {
      id: id.values().slice(),
      frame: Int32Array.from(frame.values()),
      parent: Int32Array.from(parent.values()),
      selfBytes: selfBytes.values().slice(),
    };
  }

  #takeSample(value: unknown, index: number): void {
    if (index >= MAX_SAMPLES) throw new Invalid(`it has more than ${MAX_SAMPLES} samples`);
    const where = `samples[${index}]`;
    const sample = fields(value, where);
    this.#sampleNode.push(wholeNumber(sample.nodeId, `${where}.nodeId`, 0, MAX_ID));
    this.#sampleBytes.push(number(sample.size, `${where}.size`, 0, MAX_BYTES));
    this.#sampleOrdinal.push(
      sample.ordinal === undefined ? index : number(sample.ordinal, `${where}.ordinal`, 0),
    );
  }

  #sampleColumns({ id }: HeapNodeColumns): HeapSampleColumns {
    const index = nodeIndex(id);
    const ids = this.#sampleNode.values();
    const bytes = this.#sampleBytes.values();
    const ordinal = this.#sampleOrdinal.values();
    let count = 0;
    const node = new Int32Array(ids.length);
    for (let i = 0; i < ids.length; i++) {
      const at = index(ids[i]!);
      // V8 keeps sampling while it writes the tree, which allocates. Such a sample may be of a node
      // that came too late for the tree, where no bytes stand for it either.
      if (at < 0) continue;
      node[count] = at;
      bytes[count] = bytes[i]!;
      ordinal[count] = ordinal[i]!;
      count++;
    }
    return { node: node.slice(0, count), bytes: bytes.slice(0, count), ordinal: ordinal.slice(0, count) };
  }
}

/** Null if it does not say both which thread it is of and how it was sampled. */
function heapThreadInfo(value: unknown): HeapThreadInfo | null {
  const thread = threadInfo(value);
  if (thread === null) return null;
  const { intervalBytes } = value as { readonly intervalBytes?: unknown };
  const isInterval = typeof intervalBytes === 'number' && intervalBytes >= 1 && intervalBytes <= MAX_INTERVAL;
  if (!isInterval) return null;
  return { ...thread, intervalBytes };
}
