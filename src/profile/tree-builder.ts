import type { CallTree } from '../core/documents/flame.ts';

/** A call tree in columns; an open-addressing hash table finds a caller's child: 30 to 50 bytes a node. */
export class TreeBuilder {
  #frame = new Int32Array(256);
  #parent = new Int32Array(256);
  #self = new Float64Array(256);
  #variance = new Float64Array(256);
  #hasVariance = false;
  #size = 1;
  /** Node numbers; 0, which is no child of any, where free. The length is a power of two. */
  #table = new Int32Array(1024);

  constructor(rootFrame: number) {
    this.#frame[0] = rootFrame;
    this.#parent[0] = -1;
  }

  get size(): number {
    return this.#size;
  }

  frameOf(node: number): number {
    return this.#frame[node]!;
  }

  parentOf(node: number): number {
    return this.#parent[node]!;
  }

  child(parent: number, frame: number): number {
    const mask = this.#table.length - 1;
    for (let slot = hash(parent, frame) & mask; ; slot = (slot + 1) & mask) {
      const node = this.#table[slot]!;
      if (node === 0) return this.#add(parent, frame, slot);
      if (this.#parent[node] === parent && this.#frame[node] === frame) return node;
    }
  }

  /** @param variance of that time, if it is known; of a tree it is known of all times, or of none. */
  addTime(node: number, us: number, variance?: number): void {
    this.#self[node]! += us;
    if (variance === undefined) return;
    this.#variance[node]! += variance;
    this.#hasVariance = true;
  }

  /**
   * Adds a tree, whose root becomes node 0; what is there already is added to. Returns the place of each node of it.
   * @param functions per frame of the tree: which it is here; left out: the same
   * @param joins the node above that a call becomes part of; −1: none
   */
  graft(tree: CallTree, functions?: ArrayLike<number>, joins?: Joins): Int32Array {
    const place = new Int32Array(tree.frame.length);
    for (let node = 0; node < place.length; node++) {
      if (node > 0) {
        const above = place[tree.parent[node]!]!;
        const frame = functions === undefined ? tree.frame[node]! : functions[tree.frame[node]!]!;
        const joined = joins?.(this, above, frame) ?? -1;
        place[node] = joined >= 0 ? joined : this.child(above, frame);
      }
      this.addTime(place[node]!, tree.self[node]!, tree.variance?.[node]);
    }
    return place;
  }

  tree(): CallTree {
    return {
      frame: this.#frame.subarray(0, this.#size),
      parent: this.#parent.subarray(0, this.#size),
      self: this.#self.subarray(0, this.#size),
      ...(this.#hasVariance ? { variance: this.#variance.subarray(0, this.#size) } : {}),
    };
  }

  #add(parent: number, frame: number, slot: number): number {
    const node = this.#size++;
    if (node === this.#frame.length) this.#growColumns();
    this.#frame[node] = frame;
    this.#parent[node] = parent;
    this.#table[slot] = node;
    if (this.#size * 2 > this.#table.length) this.#growTable();
    return node;
  }

  #growColumns(): void {
    const room = this.#frame.length * 2;
    const frame = new Int32Array(room);
    const parent = new Int32Array(room);
    const self = new Float64Array(room);
    const variance = new Float64Array(room);
    frame.set(this.#frame);
    parent.set(this.#parent);
    self.set(this.#self);
    variance.set(this.#variance);
    this.#frame = frame;
    this.#parent = parent;
    this.#self = self;
    this.#variance = variance;
  }

  #growTable(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let node = 1; node < this.#size; node++) {
      let slot = hash(this.#parent[node]!, this.#frame[node]!) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = node;
    }
    this.#table = table;
  }
}

type Joins = (builder: TreeBuilder, above: number, frame: number) => number;

/** The same calls in another shape, see `graft`. */
export function reshape(tree: CallTree, joins: Joins): CallTree {
  const builder = new TreeBuilder(tree.frame[0] ?? 0);
  builder.graft(tree, undefined, joins);
  return builder.tree();
}

/** Two odd constants (golden ratio; Murmur3's), and the high bits folded in, as only the low ones are used. */
function hash(parent: number, frame: number): number {
  const mixed = Math.imul(parent + 1, 0x9e37_79b1) ^ Math.imul(frame + 1, 0x85eb_ca6b);
  return mixed ^ (mixed >>> 15);
}
