import { readlinkSync } from 'node:fs';
import type { Clock } from './clock.ts';
import { openSchedstat, type Schedstat } from './schedstat.ts';
import { addTo, setFirst, type TraceColumns } from './trace-table.ts';

/** About this many calls of a trial are also timed by the CPU: enough for a share to within 1 or 2%. */
const SAMPLES = 1_000;
const CALIBRATIONS = 16;

/** Times the user's functions by the clock, and for a sample of jobs by CPU, since a thread can lose its CPU in a call. */
export class UserCode {
  readonly #columns: TraceColumns;
  readonly #clock: Clock;
  readonly #cpu: ThreadCpuClock | null = openThreadCpuClock();
  /** CPU that lies between two readings and is theirs, ns. */
  readonly #readingNs: number;
  readonly #every: number;
  readonly #computedBy: number;
  #sampledNs = 0;
  #sampledCpuNs = 0;

  /** @param computedBy number of this thread if it runs the CPU part of jobs that are another thread's; else 0 */
  constructor(columns: TraceColumns, clock: Clock, computedBy = 0) {
    this.#columns = columns;
    this.#computedBy = computedBy;
    this.#clock = clock;
    this.#every = Math.ceil(columns.process.length / SAMPLES);
    this.#readingNs = this.#cpu === null ? 0 : costOfReading(this.#cpu);
  }

  /** Runs a user's function for a job; returns or throws what it does. */
  computing<T>(position: number, run: () => T): T {
    const startedAt = this.#clock();
    try {
      return run();
    } finally {
      addTo(this.#columns.process, position, this.#clock() - startedAt);
    }
  }

  /** The same for one that processes a response: also records when. */
  processing<T>(position: number, run: () => T): T {
    const columns = this.#columns;
    const cpu = position % this.#every === 0 ? this.#cpu : null;
    const cpuBefore = cpu === null ? 0 : cpu.read();
    const startedAt = this.#clock();
    setFirst(columns.processAt, position, startedAt);
    try {
      return run();
    } finally {
      const endedAt = this.#clock();
      columns.processEndAt[position] = endedAt;
      addTo(columns.process, position, endedAt - startedAt);
      if (this.#computedBy !== 0) {
        addTo(columns.computed, position, endedAt - startedAt);
        columns.computedBy[position] = this.#computedBy;
      }
      if (cpu !== null) {
        this.#sampledNs += endedAt - startedAt;
        this.#sampledCpuNs += Math.max(0, cpu.read() - cpuBefore - this.#readingNs);
      }
    }
  }

  /** Share of the time in `processing` in which the thread was on a CPU, 0 to 1; null if unknown. */
  get cpuShare(): number | null {
    return this.#sampledNs === 0 ? null : Math.min(1, this.#sampledCpuNs / this.#sampledNs);
  }

  close(): void {
    this.#cpu?.close();
  }
}

/** CPU that lies between two readings and is theirs, ns. */
export function costOfReading(cpu: ThreadCpuClock): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < CALIBRATIONS; i++) least = Math.min(least, -cpu.read() + cpu.read());
  return least;
}

/** CPU time of the thread that it was made in. Takes about 2 µs a reading: for a traced trial, not for a timed one. */
export interface ThreadCpuClock {
  /** ns since the thread began. */
  read(): number;
  close(): void;
}

/** Null where the system does not tell (anything but Linux); see thread-usage.ts for what is read. */
export function openThreadCpuClock(): ThreadCpuClock | null {
  let account: Schedstat;
  try {
    account = openSchedstat(`/proc/${readlinkSync('/proc/thread-self')}`);
  } catch {
    return null;
  }
  return {
    read: () => {
      // Charges the thread up to now; without it the number is that of the kernel's last tick.
      process.cpuUsage();
      return account.readNs();
    },
    close: () => account.close(),
  };
}
