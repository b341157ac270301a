import type { ChildProcess } from 'node:child_process';
import type { QueueWorkerSpan } from '../../../core/documents/run-record.ts';
import { FOLDER_LIMITS } from '../../../core/limits.ts';
import { NS_PER_MS } from '../../../core/units.ts';
import { createClock } from '../../measurement/clock.ts';
import type { WorkerFacts, WorkerReport } from './messages.ts';

/** Nothing was heard of a worker for so long: it is taken for lost. Its jobs end elsewhere. */
const SILENT_MS = 10_000;

interface Known extends WorkerFacts {
  heardAt: number;
  /** Null: it runs elsewhere. */
  readonly child: ChildProcess | null;
}

/** The workers that a run has, by their numbers. */
export class Roster {
  onLost: () => void = () => {};
  /** Whether a worker has come or gone since the trial began. */
  hasChanged = false;
  readonly #workers = new Map<number, Known>();
  /** Those that were there at any time of the trial. */
  readonly #seen = new Map<number, WorkerFacts>();
  /** Those that never come back. */
  readonly #ended = new Set<number>();
  readonly #clock = createClock();
  #emptySince: number | null = null;

  get size(): number {
    return this.#workers.size;
  }

  get numbers(): number[] {
    return [...this.#workers.keys()];
  }

  sumOf(fact: 'threads' | 'concurrency'): number {
    return [...this.#workers.values()].reduce((sum, facts) => sum + facts[fact], 0);
  }

  startTrial(): void {
    this.hasChanged = false;
    this.#seen.clear();
    for (const [number, facts] of this.#workers) this.#seen.set(number, facts);
  }

  /** A worker has said that it is there. @returns whether it is new */
  greet(number: number, facts: WorkerFacts, childOf: (pid: number) => ChildProcess | null): boolean {
    const known = this.#workers.get(number);
    if (known !== undefined) known.heardAt = this.#clock();
    // It said so before it ended.
    if (known !== undefined || this.#ended.has(number)) return false;
    this.hasChanged = true;
    this.#workers.set(number, { ...facts, heardAt: this.#clock(), child: childOf(facts.pid) });
    this.#seen.set(number, facts);
    return true;
  }

  end(number: number): void {
    this.#ended.add(number);
    this.lose(number);
  }

  endOf(child: ChildProcess): void {
    for (const [number, known] of this.#workers) if (known.child === child) this.end(number);
  }

  /** It may come back: after a loss of the connection, say. */
  lose(number: number): void {
    if (!this.#workers.delete(number)) return;
    this.hasChanged = true;
    this.onLost();
  }

  /** It does not answer. */
  kill(number: number): void {
    this.#workers.get(number)?.child?.kill('SIGKILL');
    this.lose(number);
  }

  /** Loses workers that are silent. @returns for how long there has been none, ms */
  look(): number {
    const now = this.#clock();
    for (const [number, { heardAt, child }] of this.#workers) {
      // A child process reports its own exit, even when it is too busy to answer.
      if (child === null && now - heardAt > SILENT_MS * NS_PER_MS) this.lose(number);
    }
    if (this.size > 0) this.#emptySince = null;
    else this.#emptySince ??= now;
    return this.#emptySince === null ? 0 : (now - this.#emptySince) / NS_PER_MS;
  }

  /** Of all that were there in the trial. */
  spans(reports: ReadonlyMap<number, WorkerReport>): Map<number, Omit<QueueWorkerSpan, 'jobs'>> {
    const spans = [...this.#seen].slice(-FOLDER_LIMITS.queueWorkers).map(([number, facts]) => {
      const report = reports.get(number);
      const threads = [
        ...Array.from({ length: facts.threads }, (_, index) => number + index),
        ...(report?.threads ?? []).map(({ thread }) => thread),
      ];
      const cpuMs =
        report?.processes?.reduce((sum, { usage }) => sum + usage.userMs + usage.systemMs, 0) ?? null;
      const span = {
        threads: [...new Set(threads)],
        // It comes from the store.
        host: String(facts.host).slice(0, FOLDER_LIMITS.hostName),
        ...{ pid: facts.pid, cpuMs, clockErrorMs: facts.clockErrorMs },
      };
      return [number, span] as const;
    });
    return new Map(spans);
  }
}
