import { closeSync, rmSync } from 'node:fs';
import { NS_PER_MS } from '../../core/units.ts';
import type { Clock } from './clock.ts';
import type { JobTable } from './job-table.ts';
import { append, MAX_RECORDS, openJournal, Records } from './journal-file.ts';

/** Writing takes at most one part in this many of a thread's time. */
const SHARE = 1_000;
/** From one write to the next, ns: what they take decides, but for these limits. */
const SHORTEST_PERIOD_NS = NS_PER_MS;
const LONGEST_PERIOD_NS = 100 * NS_PER_MS;
/** Unused writes that may be saved up: a trial may begin with this many jobs at once. */
const MAX_SAVED = 16;
/** Rows not written before their jobs start are written this much later, ms, or after a period if longer. */
const LAG_MS = 10;
/** Writes before the first trial, for their code to be compiled and their time to be known. */
const PROBES = 32;

/**
 * Copies a thread's rows into a file during a trial, as the job table would be lost with the process. All threads
 * append to one file. A write takes some µs: a job is written before its code runs if that costs at most 0.1% of the
 * thread's time, else with others 10 to 100 ms later. After a kill, what came after the last write is unknown.
 */
export class RowJournal {
  readonly #file: string;
  readonly #table: JobTable;
  readonly #clock: Clock;
  readonly #records = new Records();
  /** Positions that wait; of jobs that have ended their complement. */
  readonly #waiting = new Int32Array(MAX_RECORDS);
  #count = 0;
  #descriptor: number | null = null;
  /** What a write takes, ns: a mean over the last ones. */
  #costNs = SHORTEST_PERIOD_NS / SHARE;
  #periodNs = SHORTEST_PERIOD_NS;
  /** Up to this moment all periods have had their write. */
  #usedUpNs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(file: string, table: JobTable, clock: Clock) {
    this.#file = file;
    this.#table = table;
    this.#clock = clock;
    try {
      this.#descriptor = openJournal(file);
    } catch {
      // Another thread could not write to it and has removed it.
      return;
    }
    this.#probe(this.#descriptor);
  }

  /** The code of this job is about to run. Returns whether time went into writing that. */
  started(position: number, nowNs: number): boolean {
    this.#note(position);
    const savedNs = Math.min(MAX_SAVED * this.#periodNs, nowNs - this.#usedUpNs);
    if (savedNs < this.#periodNs) {
      this.writeSoon();
      return false;
    }
    this.#usedUpNs = nowNs - savedNs + this.#periodNs;
    this.#write();
    return true;
  }

  /** The row of this job is final. Follow it by `started` of the next one, or by `writeSoon`. */
  ended(position: number): void {
    this.#note(~position);
  }

  writeSoon(): void {
    if (this.#count === 0) return;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        this.#write();
      },
      Math.max(LAG_MS, this.#periodNs / NS_PER_MS),
    ).unref();
  }

  /** When a trial has ended: writes what waits, and leaves nothing for the next trial. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#write();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#count = 0;
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #note(entry: number): void {
    if (this.#descriptor === null) return;
    if (this.#count === MAX_RECORDS) this.#write();
    this.#waiting[this.#count++] = entry;
  }

  #write(): void {
    if (this.#count === 0 || this.#descriptor === null) return;
    const before = this.#clock();
    let records = 0;
    for (let i = 0; i < this.#count; i++) {
      const entry = this.#waiting[i]!;
      // Of a job that has started and ended since the last write, the end says all.
      if (entry >= 0 && this.#table.outcome[entry] !== 0) continue;
      this.#records.put(records++, this.#table, entry < 0 ? ~entry : entry);
    }
    this.#count = 0;
    this.#append(this.#descriptor, records, before);
  }

  #append(descriptor: number, records: number, before: number): void {
    try {
      append(descriptor, this.#records, records);
    } catch {
      // The disk is full, say. Jobs go on; without the file nothing wrong can be read from it.
      this.close();
      rmSync(this.#file, { force: true });
    }
    // A thread that lost its CPU meanwhile says little about what a write takes.
    const tookNs = Math.min(2 * this.#costNs, this.#clock() - before);
    this.#costNs += (tookNs - this.#costNs) / 8;
    this.#periodNs = Math.min(LONGEST_PERIOD_NS, Math.max(SHORTEST_PERIOD_NS, this.#costNs * SHARE));
  }

  #probe(descriptor: number): void {
    this.#records.putNothing(0);
    for (let i = 0; i < PROBES && this.#descriptor !== null; i++) this.#append(descriptor, 1, this.#clock());
  }
}
