import type { Cancellable, JobResult, SentInput, Slot } from '../../workload/workload.ts';

/** What a slot tells when its job settled, either way. */
export interface SlotOwner {
  jobDone(slot: ThreadSlot, result: JobResult): void;
  jobFailed(slot: ThreadSlot, thrown: unknown): void;
}

/** Place for a running job, reused without allocation. A slot whose job overran is abandoned and settles nothing more. */
export class ThreadSlot implements Slot {
  /** Position of the job in flight; −1 when free. */
  position = -1;
  startNs = 0;
  abandoned = false;
  isRehearsal = false;
  running: Cancellable | null = null;
  madePath: string | null = null;
  rememberSecrets: (() => void) | null = null;
  sent: SentInput | null = null;
  readonly onDone: (result: JobResult) => void;
  readonly onFailed: (thrown: unknown) => void;
  /** For `runOne`: whom to tell that this slot is free again, and what its job returned. */
  release: ((value: unknown) => void) | null = null;
  #controller: AbortController | null = null;
  #cancelled: Error | null = null;

  constructor(owner: SlotOwner) {
    this.onDone = (result) => owner.jobDone(this, result);
    this.onFailed = (thrown) => owner.jobFailed(this, thrown);
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      // A job that looks only now must not believe that it has all the time it wants.
      if (this.#cancelled !== null) this.#controller.abort(this.#cancelled);
    }
    return this.#controller.signal;
  }

  begin(position: number, startNs: number): void {
    this.position = position;
    this.startNs = startNs;
    this.madePath = null;
    this.rememberSecrets = null;
    this.#controller = null;
  }

  /** Tells the job to end, by whichever way it listens to. A slot is cancelled once and not used again. */
  cancelJob(reason: Error): void {
    this.#cancelled = reason;
    this.running?.cancel(reason);
    this.#controller?.abort(reason);
  }
}
