import type { SharedState } from '../measurement/shared-state.ts';
import { redactText } from '../redaction.ts';
import { FOLDER_LIMITS } from '../types/limits.ts';
import type { Outcome } from '../types/outcomes.ts';
import type { JobError } from '../types/run-record.ts';

const MESSAGE_LENGTH = 500;
const READ_LENGTH = 10_000;

/** The first few failures of each outcome: enough to act on, bounded whatever goes wrong. */
export class FailureSample {
  readonly #state: SharedState;
  readonly #itemName: (item: number) => string;
  #errors: JobError[] = [];

  constructor(state: SharedState, itemName: (item: number) => string) {
    this.#state = state;
    this.#itemName = itemName;
  }

  add(position: number, outcome: Outcome, status: number | null, code: string | null, message: string): void {
    let same = 0;
    for (const error of this.#errors) if (error.outcome === outcome) same++;
    if (same >= FOLDER_LIMITS.errorsOfOutcome) return;
    this.#errors.push({
      position,
      name: this.#nameOf(this.#state.plan[position]!),
      outcome,
      status,
      code,
      // Cut after hiding secrets: half of one may not look like one. The first cut only bounds the work.
      message: redactText(message.slice(0, READ_LENGTH)).slice(0, MESSAGE_LENGTH),
    });
  }

  take(): JobError[] {
    const errors = this.#errors;
    this.#errors = [];
    return errors;
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
      return seen <= FOLDER_LIMITS.errorsOfOutcome;
    });
}
