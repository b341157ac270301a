import type { SharedState } from '../measurement/shared-state.ts';
import { redactStart } from '../redaction.ts';
import type { Outcome } from '../types/outcomes.ts';
import type { JobError } from '../types/run-record.ts';

const PER_OUTCOME = 3;
const MESSAGE_LENGTH = 500;
/** Kept until the block is over: a server may answer with megabytes. */
const KEPT_LENGTH = 20_000;

interface Failure extends Omit<JobError, 'name'> {
  /** Tells what of the job's own request is secret. */
  readonly rememberSecrets: (() => void) | null;
}

/** The first few failures of each outcome: enough to act on, bounded whatever goes wrong. */
export class FailureSample {
  readonly #state: SharedState;
  readonly #itemName: (item: number) => string;
  #failures: Failure[] = [];

  constructor(state: SharedState, itemName: (item: number) => string) {
    this.#state = state;
    this.#itemName = itemName;
  }

  /** Called while a block is timed: it only notes what there is. */
  add(
    position: number,
    outcome: Outcome,
    status: number | null,
    code: string | null,
    message: string,
    rememberSecrets: (() => void) | null = null,
  ): void {
    let same = 0;
    for (const failure of this.#failures) if (failure.outcome === outcome) same++;
    if (same >= PER_OUTCOME) return;
    this.#failures.push({
      position,
      outcome,
      status,
      code: code?.slice(0, KEPT_LENGTH) ?? null,
      message: message.slice(0, KEPT_LENGTH),
      rememberSecrets,
    });
  }

  /** Called after a block: names the failures and hides secrets. */
  take(): JobError[] {
    const failures = this.#failures;
    this.#failures = [];
    for (const { rememberSecrets } of failures) rememberSecrets?.();
    return failures.map(({ rememberSecrets, ...failure }) => ({
      ...failure,
      name: redactStart(this.#nameOf(this.#state.plan[failure.position]!), MESSAGE_LENGTH),
      code: failure.code === null ? null : redactStart(failure.code, MESSAGE_LENGTH),
      message: redactStart(failure.message, MESSAGE_LENGTH),
    }));
  }

  forget(): void {
    this.#failures = [];
  }

  #nameOf(item: number): string {
    try {
      return this.#itemName(item);
    } catch {
      // The user's own `jobName` threw, perhaps for the second time.
      return `item ${item}`;
    }
  }
}

/** Joins the samples of several threads, by position, again at most a few of each outcome. */
export function mergeErrors(samples: readonly (readonly JobError[])[]): JobError[] {
  const counts = new Map<Outcome, number>();
  return samples
    .flat()
    .sort((a, b) => a.position - b.position)
    .filter(({ outcome }) => {
      const seen = (counts.get(outcome) ?? 0) + 1;
      counts.set(outcome, seen);
      return seen <= PER_OUTCOME;
    });
}
