import { OUTCOME_CODE, OUTCOMES, type Outcome } from '../core/outcomes.ts';
import { createRandom } from '../core/statistics/random.ts';
import { classify } from './classify.ts';
import type { AttemptLog } from './job-trace.ts';
import type { JobResult, Slot, StartTurn, ThreadContext } from './workload.ts';
import { checkSpelling, WorkloadError } from './workload.ts';

/** Outcomes that another request may change. A job's time limit is for all its requests: `timeout` is none of them. */
const RETRIABLE = ['connect-error', 'reset', 'stale-connection', 'protocol-error', 'http-error'] as const;

/** When, and how soon, a request that failed is sent again. */
export interface RetryOptions {
  /** Requests of one job at the most, the first included: 1 to 100. */
  readonly attempts: number;
  /** Wait before the second request, ms; doubled for each further one, up to 30 s. Default 100. */
  readonly backoff?: number;
  /** Share of the wait that is drawn at random, 0 to 1, the same for a job in every variant. Default 0.5. */
  readonly jitter?: number;
  /**
   * Outcomes and HTTP statuses after which it is sent again. Default: `connect-error`, `reset`, `stale-connection`, 408,
   * 429, 500, 502, 503 and 504, and none of these for POST and PATCH.
   */
  readonly on?: readonly ((typeof RETRIABLE)[number] | number)[];
}

const DEFAULT_ON: NonNullable<RetryOptions['on']> = [
  'connect-error',
  'reset',
  'stale-connection',
  ...[408, 429, 500, 502, 503, 504],
];
/** RFC 9110, section 9.2.2: not idempotent. */
const ONCE_ONLY: readonly string[] = ['POST', 'PATCH'];
const MAX_ATTEMPTS = 100;
const MAX_WAIT_MS = 30_000;

export function checkRetry(retry: RetryOptions | undefined): RetryOptions | null {
  if (retry === undefined) return null;
  const wrong = (field: string, what: string) =>
    new WorkloadError(`httpWorkload: \`retry.${field}\` must be ${what}`);
  const within = (value: number, most: number) => typeof value === 'number' && value >= 0 && value <= most;
  if (typeof retry !== 'object' || retry === null)
    throw new WorkloadError('httpWorkload: `retry` must be an object');
  checkSpelling('httpWorkload: `retry`', retry, ['attempts', 'backoff', 'jitter', 'on']);
  const { attempts, backoff = 0, jitter = 0, on = [] } = retry;
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > MAX_ATTEMPTS) {
    throw wrong('attempts', `a whole number from 1 to ${MAX_ATTEMPTS}`);
  }
  if (!within(backoff, MAX_WAIT_MS)) throw wrong('backoff', `a number of ms from 0 to ${MAX_WAIT_MS}`);
  if (!within(jitter, 1)) throw wrong('jitter', 'a number from 0 to 1');
  if (!Array.isArray(on) || !on.every((each) => typeof each === 'number' || RETRIABLE.includes(each))) {
    throw wrong('on', `a list of statuses and of ${RETRIABLE.join(', ')}`);
  }
  return retry;
}

/** Sends a job's request again as its policy says. Rejects, or resolves, as the last one did. */
export class Retries {
  readonly #options: RetryOptions;
  readonly #on: ReadonlySet<string | number>;
  readonly #context: ThreadContext;
  readonly #log: AttemptLog | null;

  /** @param log null: nobody wants to know */
  constructor(options: RetryOptions, context: ThreadContext, log: AttemptLog | null) {
    this.#options = options;
    this.#on = new Set(options.on ?? DEFAULT_ON);
    this.#context = context;
    this.#log = log;
  }

  async run(
    job: { readonly position: number; readonly method: string; readonly slot: Slot },
    send: (attempt: number) => Promise<JobResult>,
  ): Promise<JobResult> {
    const { attempts, on } = this.#options;
    const repeats = on !== undefined || !ONCE_ONLY.includes(job.method);
    const deadline = performance.now() + this.#context.timeoutMs;
    for (let attempt = 0; ; attempt++) {
      const startedAt = performance.now();
      const [result, thrown] = await send(attempt).then(
        (settled) => [settled, null] as const,
        (error: unknown) => [null, error] as const,
      );
      const endedAt = performance.now();
      const outcome = result === null ? classify(thrown).outcome : OUTCOMES[result.outcome]!;
      const status = result?.status ?? 0;
      const waitMs = this.#waitMs(job.position, attempt, result?.retryAfterMs ?? 0);
      const goesOn =
        repeats &&
        attempt + 1 < attempts &&
        this.#isRetried(outcome, status) &&
        // One whose time would be up before the next request is not kept waiting.
        endedAt + waitMs < deadline;
      if (goesOn || attempt > 0) {
        this.#log?.ended(job.position, endedAt - startedAt, OUTCOME_CODE[outcome], status);
      }
      if (!goesOn) {
        if (result === null) throw thrown;
        return result;
      }
      this.#context.onRetry?.(endedAt - startedAt);
      await pause(waitMs, job.slot);
      if (this.#context.startTurn !== undefined) await turn(this.#context.startTurn, job.slot);
    }
  }

  #isRetried(outcome: Outcome, status: number): boolean {
    return this.#on.has(outcome) || (outcome === 'http-error' && this.#on.has(status));
  }

  #waitMs(position: number, attempt: number, retryAfterMs: number): number {
    const { backoff = 100, jitter = 0.5 } = this.#options;
    const random = createRandom(position * MAX_ATTEMPTS + attempt)();
    const wait = Math.min(MAX_WAIT_MS, backoff * 2 ** attempt) * (1 - jitter * random);
    return Math.max(wait, retryAfterMs);
  }
}

/** Rejects when the job is cancelled. */
function pause(ms: number, slot: Slot): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    slot.running = {
      cancel: (reason) => {
        clearTimeout(timer);
        reject(reason);
      },
    };
  });
}

/** Waits for its place in the rate limit. Rejects when the job is cancelled. */
function turn(startTurn: StartTurn, slot: Slot): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = startTurn(resolve);
    slot.running = {
      cancel: (reason) => {
        leave();
        reject(reason);
      },
    };
  });
}

/** `Retry-After` (RFC 9110, section 10.2.3), ms from now; 0 without one. */
export function retryAfterMs(header: string | string[] | undefined): number {
  const text = String(header ?? '').trim();
  const ms = /^\d+$/.test(text) ? 1_000 * Number(text) : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
