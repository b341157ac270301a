import { fields } from './checks.ts';
import { CLOSE, CLOSE_LIST, COMMA, OPEN, ZERO } from './json-bytes.ts';
import type { NodeCollector } from './node-collector.ts';

const ID = Buffer.from('{"id":');
const FRAME = Buffer.from(',"callFrame":');
const HITS = Buffer.from(',"hitCount":');
const CHILDREN = Buffer.from(',"children":[');
const TICKS = Buffer.from(',"positionTicks":[');
const LINE = Buffer.from('{"line":');
const COUNT = Buffer.from(',"ticks":');
const NONE = -1;

/** Takes nodes from bytes in exactly V8's form, four times as fast as JSON.parse; other forms are left to that. */
export class NodeScanner {
  readonly #nodes: NodeCollector;
  readonly #frames = new SeenBytes();
  /** Where the number, or the frame, that was read last ends. */
  #next = 0;

  constructor(nodes: NodeCollector) {
    this.#nodes = nodes;
  }

  /** Where the node that begins here ends; −1, with nothing taken, if it is of another form or not all there. */
  scan(bytes: Buffer, at: number): number {
    const nodes = this.#nodes;
    const mark = nodes.mark();
    const end = this.#node(bytes, at);
    if (end === NONE) nodes.backTo(mark);
    return end;
  }

  #node(bytes: Buffer, from: number): number {
    const nodes = this.#nodes;
    let at = after(bytes, from, ID);
    if (at === NONE) return NONE;
    const id = this.#number(bytes, at);
    if (id === NONE) return NONE;
    at = after(bytes, this.#next, FRAME);
    if (at === NONE) return NONE;
    const frame = this.#frame(bytes, at);
    if (frame === NONE) return NONE;
    at = this.#next;
    let hits = 0;
    const hitsAt = after(bytes, at, HITS);
    if (hitsAt !== NONE) {
      hits = this.#number(bytes, hitsAt);
      if (hits === NONE) return NONE;
      at = this.#next;
    }
    const position = nodes.add(id, frame, hits);
    const childrenAt = after(bytes, at, CHILDREN);
    if (childrenAt !== NONE) at = this.#children(bytes, childrenAt, position);
    if (at === NONE) return NONE;
    const ticksAt = after(bytes, at, TICKS);
    if (ticksAt !== NONE) at = this.#ticks(bytes, ticksAt, position);
    if (at === NONE || bytes[at] !== CLOSE) return NONE;
    return at + 1;
  }

  /** The call frame up to the next brace. If that is within a name, what is before it is no JSON and not known. */
  #frame(bytes: Buffer, from: number): number {
    if (bytes[from] !== OPEN) return NONE;
    const to = bytes.indexOf(CLOSE, from) + 1;
    if (to === 0) return NONE;
    this.#next = to;
    const hash = hashOf(bytes, from, to);
    const known = this.#frames.find(bytes, from, to, hash);
    return known === NONE ? this.#newFrame(bytes, from, to, hash) : known;
  }

  #newFrame(bytes: Buffer, from: number, to: number, hash: number): number {
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8', from, to));
    } catch {
      return NONE;
    }
    const where = `nodes[${this.#nodes.id.length}]`;
    const frame = this.#nodes.frameOf(fields(value, `${where}.callFrame`), where);
    return this.#frames.add(bytes, from, to, hash, frame);
  }

  #children(bytes: Buffer, from: number, position: number): number {
    if (bytes[from] === CLOSE_LIST) return from + 1;
    for (let at = from; ; at = this.#next + 1) {
      const child = this.#number(bytes, at);
      if (child === NONE) return NONE;
      this.#nodes.link(position, child);
      if (bytes[this.#next] === CLOSE_LIST) return this.#next + 1;
      if (bytes[this.#next] !== COMMA) return NONE;
    }
  }

  #ticks(bytes: Buffer, from: number, position: number): number {
    if (bytes[from] === CLOSE_LIST) return from + 1;
    for (let at = from; ; at++) {
      const lineAt = after(bytes, at, LINE);
      const line = lineAt === NONE ? NONE : this.#number(bytes, lineAt);
      const countAt = line === NONE ? NONE : after(bytes, this.#next, COUNT);
      const count = countAt === NONE ? NONE : this.#number(bytes, countAt);
      if (count === NONE || bytes[this.#next] !== CLOSE) return NONE;
      this.#nodes.tick(position, line, count);
      at = this.#next + 1;
      if (bytes[at] === CLOSE_LIST) return at + 1;
      if (bytes[at] !== COMMA) return NONE;
    }
  }

  /** A whole number of up to nine digits with something after it; −1 for anything else. */
  #number(bytes: Buffer, from: number): number {
    let at = from;
    let digit = at < bytes.length ? bytes[at]! - ZERO : NONE;
    if (digit < 0 || digit > 9) return NONE;
    let value = 0;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      at++;
      if (at >= bytes.length || at - from > 9) return NONE;
      digit = bytes[at]! - ZERO;
    }
    this.#next = at;
    const leadingZero = bytes[from] === ZERO && at - from > 1;
    return leadingZero ? NONE : value;
  }
}

/** What mostly tells frames apart: the name's beginning, the line and column at the end, and samples of the URL. */
const HASHED_HEAD = 16;
const HASHED_TAIL = 32;
const HASHED_BETWEEN = 12;
const BEFORE_NAME = '{"functionName":"'.length;

/** FNV-1a (Fowler, Noll, Vo), 32 bits, of some bytes: of all of them it took most of the time of reading. */
function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0x811c_9dc5 ^ (to - from);
  const head = Math.min(from + BEFORE_NAME, to);
  const headEnd = Math.min(head + HASHED_HEAD, to);
  for (let at = head; at < headEnd; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
  const tail = Math.max(headEnd, to - HASHED_TAIL);
  const step = 1 + Math.floor((tail - headEnd) / HASHED_BETWEEN);
  for (let at = headEnd; at < tail; at += step) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
  for (let at = tail; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
  // The high bits folded in, as only the low ones choose the slot.
  return hash ^ (hash >>> 15);
}

function after(bytes: Buffer, at: number, text: Buffer): number {
  if (at + text.length >= bytes.length) return NONE;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return NONE;
  return at + text.length;
}

/** Slices of bytes that were seen before, each with a number: an open-addressing hash table over one buffer. */
class SeenBytes {
  #store = Buffer.alloc(1 << 16);
  #stored = 0;
  readonly #from: number[] = [];
  readonly #length: number[] = [];
  readonly #hash: number[] = [];
  readonly #value: number[] = [];
  /** Entry numbers from 1; 0 where free. */
  #table = new Int32Array(1 << 12);

  /** −1 if it was not. */
  find(bytes: Buffer, from: number, to: number, hash: number): number {
    const mask = this.#table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#table[slot]! - 1;
      if (entry < 0) return NONE;
      if (this.#hash[entry] === hash && this.#isSame(entry, bytes, from, to)) return this.#value[entry]!;
    }
  }

  add(bytes: Buffer, from: number, to: number, hash: number, value: number): number {
    const length = to - from;
    if (this.#stored + length > this.#store.length) {
      const larger = Buffer.alloc(Math.max(this.#store.length * 2, this.#stored + length));
      this.#store.copy(larger);
      this.#store = larger;
    }
    bytes.copy(this.#store, this.#stored, from, to);
    this.#from.push(this.#stored);
    this.#length.push(length);
    this.#hash.push(hash);
    this.#value.push(value);
    this.#stored += length;
    if (this.#value.length * 2 <= this.#table.length) this.#place(this.#value.length - 1);
    else {
      this.#table = new Int32Array(this.#table.length * 2);
      for (let entry = 0; entry < this.#value.length; entry++) this.#place(entry);
    }
    return value;
  }

  #place(entry: number): void {
    const mask = this.#table.length - 1;
    let slot = this.#hash[entry]! & mask;
    while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
    this.#table[slot] = entry + 1;
  }

  #isSame(entry: number, bytes: Buffer, from: number, to: number): boolean {
    const start = this.#from[entry]!;
    if (this.#length[entry] !== to - from) return false;
    return bytes.compare(this.#store, start, start + to - from, from, to) === 0;
  }
}
