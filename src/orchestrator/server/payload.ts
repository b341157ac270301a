import { Random } from './random.ts';
import type { ApiDefinition } from './records.ts';

/** Text of the records of one shard, about 64 KiB: longer payloads repeat it and are streamed. */
const CHUNK_BYTES = 65_536;
/** Different contents per API: a response that belongs to another job has a fair chance to show. */
export const SHARDS = 8;
/** Bodies that are kept ready, all of one API together, bytes. */
const CACHE_BYTES = 4_194_304;

/** What follows the head of a payload: `count` records and the closing `]}`. ASCII, so characters are bytes. */
type PayloadTail =
  | { readonly kind: 'text'; readonly text: string; readonly length: number }
  | {
      readonly kind: 'stream';
      /** Written `repeats` times, then `text`. */
      readonly chunk: Buffer;
      readonly repeats: number;
      readonly text: string;
      readonly length: number;
    };

interface Chunk {
  readonly text: string;
  /** With the comma that must stand between two repeats. */
  readonly bytes: Buffer;
  /** Where each record ends in `text`. */
  readonly ends: readonly number[];
}

/** Payloads of one API: a function of seed, shard and size, and nothing else. */
export class PayloadSource {
  readonly #name: string;
  readonly #definition: ApiDefinition;
  readonly #seed: number;
  readonly #chunks: (Chunk | undefined)[] = [];
  readonly #tails = new Map<number, PayloadTail>();
  #cachedBytes = 0;

  constructor(name: string, definition: ApiDefinition, seed: number) {
    this.#name = name;
    this.#definition = definition;
    this.#seed = seed;
  }

  /** The beginning of a body: it names the request, so that no two of them have the same bytes. */
  head(id: string, revision: number): string {
    return `{"api":"${this.#name}","id":"${id}","revision":${revision},"items":[`;
  }

  /** The rest of a body of about `size` bytes: as many whole records as fit, none if none does. */
  tail(size: number, shard: number): PayloadTail {
    const key = size * SHARDS + shard;
    const known = this.#tails.get(key);
    if (known !== undefined) return known;
    const made = this.#make(size, this.#chunk(shard));
    const bytes = made.kind === 'text' ? made.length : made.text.length;
    if (this.#cachedBytes + bytes > CACHE_BYTES || this.#tails.size >= 1024) {
      this.#tails.clear();
      this.#cachedBytes = 0;
    }
    this.#tails.set(key, made);
    this.#cachedBytes += bytes;
    return made;
  }

  #make(size: number, chunk: Chunk): PayloadTail {
    const room = size - this.head('00000000', 0x7fff_ffff).length - ']}'.length;
    let repeats = Math.max(0, Math.floor(room / chunk.bytes.length));
    const rest = room - repeats * chunk.bytes.length;
    const least = size > 0 && repeats === 0 ? (chunk.ends[0] ?? 0) : 0;
    const end = chunk.ends.findLast((position) => position <= rest) ?? least;
    // A repeated chunk ends with a comma: something must follow it.
    const closing = end === 0 && repeats > 0 ? chunk.text : chunk.text.slice(0, end);
    if (end === 0 && repeats > 0) repeats -= 1;
    // Through a buffer: a slice of a string would keep alive, and copy on each use, what it was cut from.
    const text = Buffer.from(`${closing}]}`, 'latin1').toString('latin1');
    if (repeats === 0) return { kind: 'text', text, length: text.length };
    const length = repeats * chunk.bytes.length + text.length;
    return { kind: 'stream', chunk: chunk.bytes, repeats, text, length };
  }

  #chunk(shard: number): Chunk {
    const known = this.#chunks[shard];
    if (known !== undefined) return known;
    const random = new Random(this.#seed ^ Math.imul(shard + 1, 0x9e3779b1));
    const ends: number[] = [];
    let text = '';
    while (text.length < CHUNK_BYTES) {
      if (text !== '') text += ',';
      text += JSON.stringify(this.#definition.record(random, ends.length));
      ends.push(text.length);
    }
    const made = { text, bytes: Buffer.from(`${text},`, 'latin1'), ends };
    this.#chunks[shard] = made;
    return made;
  }
}
