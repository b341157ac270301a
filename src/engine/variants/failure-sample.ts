import type { JobError } from '../../core/documents/run-record.ts';
import { errorKind } from '../../core/error-kind.ts';
import { FOLDER_LIMITS } from '../../core/limits.ts';
import type { Outcome } from '../../core/outcomes.ts';
import { redactStart } from '../../core/redaction.ts';
import type { Workload } from '../../workload/workload.ts';
import type { SharedState } from '../measurement/shared-state.ts';

const PER_KIND = 3;
const MESSAGE_LENGTH = 500;
const INPUT_LENGTH = 300;
const NAME_LENGTH = 400;
/** Kept until the trial is over: a server may answer with megabytes. */
const KEPT_LENGTH = 20_000;

export type FailedItems = Pick<Workload, 'itemName' | 'itemInput'>;

export interface FailedJob {
  readonly position: number;
  readonly madePath: string | null;
  readonly rememberSecrets: (() => void) | null;
  readonly outcome: Outcome;
  readonly status: number | null;
  readonly code: string | null;
  readonly message: string;
}

/** The first few failures of each kind: enough to act on, bounded whatever goes wrong. */
export class FailureSample {
  readonly #state: SharedState;
  readonly #items: FailedItems | null;
  #jobs: FailedJob[] = [];

  /** @param items null in a thread that has not loaded the workload: names are empty then */
  constructor(state: SharedState, items: FailedItems | null) {
    this.#state = state;
    this.#items = items;
  }

  /** Only notes it: this is called while a trial is timed. */
  add(job: FailedJob): void {
    if (!hasRoom(this.#jobs, job)) return;
    const { code, message } = job;
    this.#jobs.push({
      ...job,
      code: code === null ? null : beginningOf(code),
      message: beginningOf(message),
    });
  }

  /** All since the last call, with names, inputs, and without secrets. */
  take(): JobError[] {
    const jobs = this.#jobs;
    this.#jobs = [];
    for (const { rememberSecrets } of jobs) rememberSecrets?.();
    return jobs.map(({ position, madePath, outcome, status, code, message }) => {
      const item = this.#state.plan[position]!;
      const items = this.#items;
      // A workload that an older copy of this package made has no `itemInput`.
      const input = items === null ? null : attempt(() => items.itemInput?.(item, madePath) ?? null, null);
      return {
        position,
        item,
        name:
          items === null
            ? ''
            : redactStart(
                attempt(() => items.itemName(item), `item ${item}`),
                NAME_LENGTH,
              ),
        input: input === null ? null : redactStart(input, INPUT_LENGTH),
        outcome,
        status,
        code: code === null ? null : redactStart(code, MESSAGE_LENGTH),
        message: redactStart(message, MESSAGE_LENGTH),
      };
    });
  }

  forget(): void {
    this.#jobs = [];
  }
}

/** Copies, because a slice keeps the whole string in memory. */
function beginningOf(text: string): string {
  if (text.length <= KEPT_LENGTH) return text;
  return Buffer.from(text.slice(0, KEPT_LENGTH), 'utf16le').toString('utf16le');
}

/** Joins the samples of several threads, by position, again a few of each kind. */
export function mergeErrors(samples: readonly (readonly JobError[])[]): JobError[] {
  const kept: JobError[] = [];
  for (const error of samples.flat().sort((a, b) => a.position - b.position)) {
    if (hasRoom(kept, error)) kept.push(error);
  }
  return kept;
}

type FailureKey = Pick<JobError, 'outcome' | 'status' | 'code' | 'message'>;

function hasRoom(kept: readonly FailureKey[], job: FailureKey): boolean {
  const alike = kept.filter(({ outcome }) => outcome === job.outcome);
  if (alike.length < PER_KIND) return true;
  if (alike.length >= FOLDER_LIMITS.errorsOfOutcome) return false;
  // The usual case, before the dearer comparison.
  if (alike.filter(({ message }) => message === job.message).length >= PER_KIND) return false;
  const kind = errorKind(job);
  return alike.filter((other) => errorKind(other) === kind).length < PER_KIND;
}

/** The user's own function may throw, perhaps for the second time. */
function attempt<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}
