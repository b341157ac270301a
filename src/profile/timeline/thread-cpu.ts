import type { CallTree } from '../../core/documents/flame.ts';
import type { Curve, TimelineCpu } from '../../core/documents/timeline.ts';
import { formatCount } from '../../core/format.ts';
import { NS_PER_US, US_PER_MS } from '../../core/units.ts';
import { cutProfile } from '../cut.ts';
import { foldCalls, savedOptions } from '../flame-tree.ts';
import { FunctionTable } from '../function-table.ts';
import type { ThreadProfile } from '../profile.ts';
import { type Axis, nsOf } from './axis.ts';
import { wholeSteps } from './codec/packed.ts';
import { meansOver } from './curve.ts';

/** Length of a piece over which a thread's utilisation is told, µs, if it has enough samples. */
const PIECE_US = 20_000;
const PIECE_SAMPLES = 20;
const SHARE_STEPS = 10_000;
/** Its multiples, modulo 1, are spread evenly however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export const FIGURE = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 });

/** What a thread ran within a trial, from its samples. */
interface ThreadCpu {
  readonly thread: number;
  readonly cpu: TimelineCpu;
  /** Share of the time in which it did not wait for events, over pieces of the trial. */
  readonly utilization: Curve;
  /** Time between two looks at the samples, µs, if there were too many to keep each change; else null. */
  readonly lookedEachUs: number | null;
}

/** How much is kept of what threads ran. */
export interface CpuLimits {
  /** Stretches of samples, all threads together. */
  readonly stretches: number;
  /** Calls in the trees of all threads together. */
  readonly calls: number;
  readonly points: number;
}

/** What the threads of a timeline ran: profiles are added one after another, none is kept. */
export class ThreadCpus {
  readonly functions = new FunctionTable();
  readonly byThread = new Map<number, ThreadCpu>();
  readonly #axis: Axis;
  readonly #limits: CpuLimits;
  readonly #stretchesEach: number;
  #calls = 0;
  /** Threads whose samples would be too much. */
  #leftOut = 0;

  /** @param profiles how many will be added */
  constructor(axis: Axis, profiles: number, limits: CpuLimits) {
    this.#axis = axis;
    this.#limits = limits;
    this.#stretchesEach = Math.floor(limits.stretches / Math.max(1, profiles));
  }

  add(profile: ThreadProfile): void {
    const { points, calls: most } = this.#limits;
    const cpu = threadCpu(profile, this.#axis, this.functions, { stretches: this.#stretchesEach, points });
    if (cpu === null) return;
    const calls = this.#calls + cpu.cpu.parent.length;
    if (calls > most) {
      this.#leftOut++;
      return;
    }
    this.#calls = calls;
    this.byThread.set(cpu.thread, cpu);
  }

  samplesNote(thread: number, label: string): string | null {
    const { cpu, lookedEachUs = null } = this.byThread.get(thread) ?? {};
    if (cpu === undefined || lookedEachUs === null) return null;
    return `${label}: of ${formatCount(cpu.samples)} samples one each ${FIGURE.format(lookedEachUs / US_PER_MS)} ms is shown.`;
  }

  callsNote(): string | null {
    if (this.#leftOut === 0) return null;
    const whose = this.#leftOut === 1 ? 'one thread' : `${formatCount(this.#leftOut)} threads`;
    return `The samples of ${whose} are left out: all of them have more than ${formatCount(this.#limits.calls)} calls.`;
  }
}

/** Null without a sample in the trial. Above `most.stretches` the thread is sampled at intervals. */
function threadCpu(
  profile: ThreadProfile,
  axis: Axis,
  functions: FunctionTable,
  most: { readonly stretches: number; readonly points: number },
): ThreadCpu | null {
  const fromUs = axis.startNs / NS_PER_US;
  const cut = cutProfile(profile, { startUs: fromUs, endUs: fromUs + axis.wallUs });
  const samples = cut.samples.node.length;
  if (samples === 0 || cut.endUs <= cut.startUs) return null;
  const local = new FunctionTable();
  const options = savedOptions(profile.thread);
  const ids = cut.frames.map((frame) => local.idOf(frame, options));
  const { tree, nodeOf } = foldCalls(cut.nodes, ids, new Float64Array(cut.nodes.id.length));
  const endUs = axis.within(nsOf(cut.endUs));
  const all = stretchesOf(cut, nodeOf, axis);
  const intervalUs = (cut.endUs - cut.startUs) / samples;
  const { stretches, lookedEachUs } = thin(all, endUs, intervalUs, most.stretches);
  const isIdle = (node: number) => local.frames[tree.frame[node]!]!.category === 'idle';
  const kept = keepCalls(tree, stretches.node);
  return {
    thread: profile.thread.thread,
    cpu: {
      frame: kept.frame.map((frame) => functions.add(local.frames[frame]!)),
      parent: kept.parent,
      node: stretches.node.map((node) => kept.placeOf[node]!),
      startUs: stretches.startUs,
      endUs,
      samples,
      intervalUs: wholeSteps(intervalUs),
    },
    utilization: utilizationOf(all, isIdle, { endUs, intervalUs, wallUs: axis.wallUs, points: most.points }),
    lookedEachUs,
  };
}

/** From all samples, some twenty in a piece: steps of 5%. Node's own figure is of no use here: see `LoopWatch`. */
function utilizationOf(
  { node, startUs }: Stretches,
  isIdle: (node: number) => boolean,
  span: {
    readonly endUs: number;
    readonly intervalUs: number;
    readonly wallUs: number;
    readonly points: number;
  },
): Curve {
  const { endUs, intervalUs, wallUs, points } = span;
  const pieceUs = Math.max(PIECE_US, PIECE_SAMPLES * intervalUs, wallUs / points);
  // Nothing is known of a thread before its first sample, and after its profile ended.
  const busy = {
    atUs: Float64Array.from([0, ...startUs, endUs]),
    value: Float64Array.from([0, ...Array.from(node, (each) => (isIdle(each) ? 0 : 1)), 0]),
  };
  return meansOver(busy, wallUs, Math.max(1, Math.round(wallUs / pieceUs)), SHARE_STEPS);
}

interface Stretches {
  readonly node: Int32Array;
  readonly startUs: Float64Array;
}

function stretchesOf({ startUs, samples }: ThreadProfile, nodeOf: Int32Array, axis: Axis): Stretches {
  const node = new Int32Array(samples.node.length);
  const start = new Float64Array(samples.node.length);
  let size = 0;
  for (let i = 0; i < samples.node.length; i++) {
    const here = nodeOf[samples.node[i]!]!;
    if (size > 0 && node[size - 1] === here) continue;
    // What precedes the first sample is credited to it.
    const at = axis.within(nsOf(i === 0 ? startUs : samples.timeUs[i]!));
    // Of two within a step of the axis the later one lasts.
    if (size > 0 && start[size - 1] === at) size--;
    if (size > 0 && node[size - 1] === here) continue;
    node[size] = here;
    start[size++] = at;
  }
  return { node: node.slice(0, size), startUs: start.slice(0, size) };
}

/** Looks once into each of equally long pieces, longer ones until it suffices: shares of time stay about the same. */
function thin(
  all: Stretches,
  endUs: number,
  intervalUs: number,
  most: number,
): { readonly stretches: Stretches; readonly lookedEachUs: number | null } {
  let stretches = all;
  let lookedEachUs: number | null = null;
  for (let eachUs = intervalUs * 2; stretches.node.length > most; eachUs *= 2) {
    stretches = lookAt(all, endUs, eachUs);
    lookedEachUs = eachUs;
  }
  return { stretches, lookedEachUs };
}

function lookAt({ node, startUs }: Stretches, endUs: number, eachUs: number): Stretches {
  const from = startUs[0]!;
  const pieces = Math.max(1, Math.ceil((endUs - from) / eachUs));
  const found = { node: new Int32Array(pieces), startUs: new Float64Array(pieces) };
  let size = 0;
  let at = 0;
  for (let piece = 0; piece < pieces; piece++) {
    // Not always at the same place within a piece: work that comes in step with it would be all there is, or none.
    const within = (piece * GOLDEN) % 1;
    const moment = Math.min(from + (piece + within) * eachUs, endUs);
    while (at + 1 < node.length && startUs[at + 1]! <= moment) at++;
    if (size > 0 && found.node[size - 1] === node[at]) continue;
    found.node[size] = node[at]!;
    found.startUs[size++] = wholeSteps(from + piece * eachUs);
  }
  return { node: found.node.slice(0, size), startUs: found.startUs.slice(0, size) };
}

interface KeptCalls {
  readonly frame: Int32Array;
  readonly parent: Int32Array;
  /** Per node of the whole tree: where it is now. */
  readonly placeOf: Int32Array;
}

/** Only the calls that ran in the trial, and those above them. */
function keepCalls({ frame, parent }: CallTree, ran: Int32Array): KeptCalls {
  const kept = new Uint8Array(frame.length);
  kept[0] = 1;
  for (const node of ran) for (let at = node; kept[at] === 0; at = parent[at]!) kept[at] = 1;
  const nodes = Int32Array.from(kept.keys()).filter((node) => kept[node] === 1);
  const placeOf = new Int32Array(frame.length).fill(-1);
  nodes.forEach((node, place) => {
    placeOf[node] = place;
  });
  return {
    frame: nodes.map((node) => frame[node]!),
    parent: nodes.map((node, place) => (place === 0 ? -1 : placeOf[parent[node]!]!)),
    placeOf,
  };
}
