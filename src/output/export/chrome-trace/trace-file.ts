import { NS_PER_US } from '../../../core/units.ts';

/**
 * The Trace Event Format: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
 * Times are µs, with decimals.
 */
export interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  /** M metadata, P sample, X complete, b and e begin and end of an async one, C counter, s and f of a flow. */
  readonly ph: 'M' | 'P' | 'X' | 'b' | 'e' | 'C' | 's' | 'f';
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly id?: string;
  /** Of the end of a flow: `e` binds it to the slice around it. */
  readonly bp?: 'e';
  readonly args?: object;
}

/** Where every process begins, µs: DevTools takes an event at 0 for one without a time. */
const ORIGIN_US = 1;

/** A process of the trace, with its own time axis: times of two processes are unrelated. */
export class TraceProcess {
  readonly pid: number;
  readonly #originNs: number;
  readonly #tids = new Map<number, number>();
  readonly #numbers: Numbers;

  constructor(numbers: Numbers, originNs: number) {
    this.#numbers = numbers;
    this.#originNs = originNs;
    this.pid = numbers.next();
  }

  /** ns on the clock of process.hrtime() to the axis of this process. */
  ts(ns: number): number {
    return ORIGIN_US + Math.round(ns - this.#originNs) / NS_PER_US;
  }

  /** Of one of Threadmill's threads. Unique in the file: some readers know threads by it alone. */
  tid(thread: number): number {
    let tid = this.#tids.get(thread);
    if (tid === undefined) {
      tid = thread === 0 ? this.pid : this.#numbers.next();
      this.#tids.set(thread, tid);
    }
    return tid;
  }

  id(): string {
    return `0x${this.#numbers.next().toString(16)}`;
  }

  named(name: string): TraceEvent[] {
    const { pid } = this;
    return [
      metadata(pid, pid, 'process_name', { name }),
      metadata(pid, pid, 'process_sort_index', { sort_index: pid }),
    ];
  }

  threadNamed(thread: number, name: string): TraceEvent[] {
    const tid = this.tid(thread);
    return [
      metadata(this.pid, tid, 'thread_name', { name }),
      metadata(this.pid, tid, 'thread_sort_index', { sort_index: thread }),
    ];
  }
}

/** Counts up from 1: process ids, thread ids and ids of events, none of which is given twice. */
export class Numbers {
  #last = 0;

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

function metadata(pid: number, tid: number, name: string, args: object): TraceEvent {
  return { name, cat: '__metadata', ph: 'M', pid, tid, ts: 0, args };
}
