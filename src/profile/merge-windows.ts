import type { WindowLine } from '../core/documents/recorder-lines.ts';
import type { CallFrame } from '../core/documents/v8-profiles.ts';
import { metaFrame, NOT_RECORDED } from './category.ts';
import { GrowingColumn } from './growing-column.ts';
import type { Profile } from './profile.ts';
import { sortByTime } from './read-cpu-profile.ts';
import { isInterruption } from './recorder-frames.ts';
import { TreeBuilder } from './tree-builder.ts';

/** Two windows of one thread overlap by about a sample; µs without either that are a gap. */
const GAP_US = 5_000;

/** Joins the windows of a thread: samples of an overlap count once, the one that V8 adds at a seam not at all. */
export class WindowMerger {
  readonly #frames: readonly CallFrame[];
  readonly #isInterruption: readonly boolean[];
  readonly #tree = new TreeBuilder(0);
  readonly #node = new GrowingColumn();
  readonly #timeUs = new GrowingColumn();
  readonly #ticks = new Map<string, { node: number; line: number; count: number }>();
  #startUs = 0;
  #endUs = 0;
  #windows = 0;

  /** @param frames of the process, which windows point at; the first is V8's `(root)`. */
  constructor(frames: readonly CallFrame[]) {
    this.#frames = frames;
    this.#isInterruption = frames.map(isInterruption);
  }

  add({ startUs, endUs, nodes, samples, deltas, ticks }: WindowLine): void {
    const place = this.#placed(nodes);
    const timeUs = new Float64Array(samples.length);
    let now = startUs;
    for (let i = 0; i < samples.length; i++) {
      now += deltas[i]!;
      timeUs[i] = now;
    }
    const node = Int32Array.from(samples, (each) => place[each]!);
    sortByTime(timeUs, node);
    let from = 0;
    if (this.#windows++ === 0) this.#startUs = startUs;
    else {
      if (timeUs.length > 0) this.#takeBack(timeUs[0]!);
      from = 1;
      if (startUs - this.#endUs > GAP_US) this.#push(this.#notRecorded(), this.#endUs);
    }
    const lastUs = this.#timeUs.values().at(-1) ?? Number.NEGATIVE_INFINITY;
    for (let i = from; i < node.length; i++) if (timeUs[i]! > lastUs) this.#push(node[i]!, timeUs[i]!);
    for (let i = 0; i < ticks.length; i += 3) this.#addTicks(place[ticks[i]!]!, ticks[i + 1]!, ticks[i + 2]!);
    this.#endUs = Math.max(this.#endUs, endUs);
  }

  /** Null if there was no window. */
  profile(): Profile | null {
    if (this.#windows === 0) return null;
    const { frame, parent } = this.#tree.tree();
    const ticks = [...this.#ticks.values()];
    return {
      startUs: this.#startUs,
      endUs: this.#endUs,
      frames: [...this.#frames, metaFrame(NOT_RECORDED)],
      nodes: {
        id: Float64Array.from(frame, (_, node) => node + 1),
        frame: Int32Array.from(frame),
        parent: Int32Array.from(parent),
        hits: new Float64Array(frame.length),
      },
      ticks: {
        node: Int32Array.from(ticks, ({ node }) => node),
        line: Int32Array.from(ticks, ({ line }) => line),
        count: Float64Array.from(ticks, ({ count }) => count),
      },
      samples: {
        node: Int32Array.from(this.#node.values()),
        timeUs: Float64Array.from(this.#timeUs.values(), (us) =>
          Math.min(Math.max(us, this.#startUs), this.#endUs),
        ),
      },
      thread: null,
    };
  }

  /** Per node of a window: its node of the tree. Every window has a root of its own. */
  #placed(nodes: readonly number[]): Int32Array {
    const place = new Int32Array(nodes.length / 2).fill(-1);
    const placeOf = (node: number): number => {
      if (place[node]! >= 0) return place[node]!;
      const parent = nodes[2 * node + 1]!;
      const above = parent < 0 ? -1 : placeOf(parent);
      const isWithin = above >= 0 && this.#isInterruption[this.#tree.frameOf(above)] === true;
      place[node] = above < 0 ? 0 : isWithin ? above : this.#tree.child(above, nodes[2 * node]!);
      return place[node]!;
    };
    for (let node = 0; node < place.length; node++) placeOf(node);
    return place;
  }

  /** The sample that V8 took at this instant. */
  #takeBack(atUs: number): void {
    const times = this.#timeUs.values();
    for (let i = times.length - 1; i >= 0 && times[i]! >= atUs; i--) {
      if (times[i] !== atUs) continue;
      const nodes = this.#node.values();
      times.copyWithin(i, i + 1);
      nodes.copyWithin(i, i + 1);
      this.#timeUs.backTo(times.length - 1);
      this.#node.backTo(times.length - 1);
      return;
    }
  }

  #notRecorded(): number {
    return this.#tree.child(0, this.#frames.length);
  }

  #push(node: number, timeUs: number): void {
    this.#node.push(node);
    this.#timeUs.push(timeUs);
  }

  #addTicks(node: number, line: number, count: number): void {
    const key = `${node}:${line}`;
    const known = this.#ticks.get(key);
    if (known === undefined) this.#ticks.set(key, { node, line, count });
    else known.count += count;
  }
}
