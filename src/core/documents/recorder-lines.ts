/**
 * What the recorder writes, one JSON object a line. Files of a process begin with its key, `<pid>-<start, base 36>`:
 *
 *     <key>.meta       controller: ProcessLine, ThreadLine, UnsampledLine, FrameLine, PoolLine, DroppedLine, EndLine
 *     <key>.<n>.samples  controller: WindowLine; a new file whenever one is full
 *     <key>.<thread>.thread  the thread itself: AgentLine
 *     <key>.<thread>.heap  controller: RawHeapProfile, not in lines
 *     <key>.maps       any thread: MapLine
 *
 * Times are µs on the clock of process.hrtime(), which all processes of a machine share. A process that is killed may
 * leave half a line at the end of each.
 */
export type MetaLine =
  | ProcessLine
  | ThreadLine
  | UnsampledLine
  | FrameLine
  | PoolLine
  | DroppedLine
  | EndLine;
export type AgentLine = TickLine | StallLine | GcLine | WaitLine | SpanLine | ChildLine;

/** Interval of the heartbeats that stalls are found by. */
export const BEAT_US = 20_000;

export interface ProcessLine {
  readonly k: 'process';
  readonly pid: number;
  readonly ppid: number;
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly cwd: string;
  readonly node: string;
  readonly startUs: number;
  /** The same instant by Date.now(), ms. */
  readonly wallMs: number;
  /**
   * Why there is nothing but this line. `cpu-prof`: V8 takes a profile already, and Node 20 crashes when a second one
   * ends with its thread. `test-runner`: Node has no inspector in the parent process of `node --test`, and aborts when
   * another thread connects to it. `refused`: the permission model allows no threads, say.
   */
  readonly skipped: 'cpu-prof' | 'test-runner' | 'refused' | null;
}

export interface ThreadLine {
  readonly k: 'thread';
  /** `worker.threadId`; 0 is the main thread. */
  readonly thread: number;
  readonly name: string;
  readonly url: string;
  readonly startUs: number;
}

/** A worker with --cpu-prof in its own execArgv. */
interface UnsampledLine {
  readonly k: 'unsampled';
  readonly thread: number;
}

interface FrameLine {
  readonly k: 'frame';
  /** Frames are numbered in the order of their lines, from 0. Line and column are 0-based, as V8 gives them. */
  readonly f: readonly [name: string, url: string, line: number, column: number];
}

/**
 * About once a second: requests to libuv's pool that the controller made, one after another, and the time that it did
 * nothing but wait for them, ms.
 */
export interface PoolLine {
  readonly k: 'pool';
  /** Since the previous line of this kind. */
  readonly watchedMs: number;
  readonly waitMs: number;
  /** Of one request. */
  readonly longestMs: number;
}

/** Samples before this instant were dropped to keep within `maxBytes`. */
interface DroppedLine {
  readonly k: 'dropped';
  readonly untilUs: number;
}

interface EndLine {
  readonly k: 'end';
  readonly atUs: number;
}

export interface WindowLine {
  readonly thread: number;
  readonly startUs: number;
  readonly endUs: number;
  /** Per node: frame, position of its parent in this list (−1: the root). */
  readonly nodes: readonly number[];
  /** Per line with samples: node, line (1-based), samples. */
  readonly ticks: readonly number[];
  readonly samples: readonly number[];
  /** Per sample: µs since the one before it; the first since `startUs`. May be negative. */
  readonly deltas: readonly number[];
}

/** Source map, version 3, of a script as Node has it in memory. */
export interface MapLine {
  readonly url: string;
  readonly map: object;
}

/** Totals since the thread started, about once a second. */
interface TickLine {
  readonly k: 'tick';
  readonly atUs: number;
  /** On a CPU, and ready to run but waiting for one, ms; null where the system does not report it. */
  readonly cpuMs: number | null;
  readonly cpuWaitMs: number | null;
  readonly heapBytes: number;
  /** Of the process: main thread only. */
  readonly rssBytes: number | null;
  readonly processCpuMs: number | null;
  /** Threads of libuv's pool, as the environment has it now: a program may set it before the pool's first use. */
  readonly poolSize: number | null;
  /** Heartbeats since the last tick: how many, and how late together and at most, ms. */
  readonly beats: number;
  readonly lateMs: number;
  readonly latestMs: number;
  /** Messages sent to other threads since the last tick, and time in `postMessage`, ms. */
  readonly sent: number;
  readonly sendMs: number;
}

/** The event loop did not come back for a while. Of lines with one `sinceUs` the last one counts. */
interface StallLine {
  readonly k: 'stall';
  /** Last heartbeat before it: the loop was blocked within one heartbeat of this. */
  readonly sinceUs: number;
  /** First heartbeat after it, or, if it goes on, the instant of writing. */
  readonly untilUs: number;
  /** How late the heartbeat is, without the time in Atomics.wait. */
  readonly lateMs: number;
  readonly over: boolean;
  readonly cpuMs: number | null;
  readonly cpuWaitMs: number | null;
}

interface GcLine {
  readonly k: 'gc';
  /** Start and length of each pause, one after the other, µs. */
  readonly at: readonly number[];
}

/** Waits of one kind for one target that ended since the last tick. */
export interface WaitLine {
  readonly k: 'wait';
  readonly kind: WaitKind;
  readonly target: string;
  readonly count: number;
  /** How many of them took 1 ms or longer. */
  readonly long: number;
  readonly failed: number;
  readonly totalUs: number;
  readonly maxUs: number;
  /** Where one of them was started: the innermost call of the program, `url:line:column`; null if nobody looked. */
  readonly site: string | null;
}

/** One HTTP request: the longest of those since the last tick that took 1 ms or longer. */
export interface SpanLine {
  readonly k: 'span';
  readonly kind: WaitKind;
  readonly target: string;
  readonly startUs: number;
  readonly endUs: number;
}

export interface ChildLine {
  readonly k: 'child';
  readonly pid: number;
  readonly name: string;
}

/** `dns` takes a thread of libuv's pool, `dns-query` (`dns.resolve` and others) does not. */
export const WAIT_KINDS = ['http-out', 'http-in', 'dns', 'dns-query', 'connect', 'child', 'queue'] as const;
export type WaitKind = (typeof WAIT_KINDS)[number];
