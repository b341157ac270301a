import type { ErrorData } from '../errors.ts';
import type { TrialTrace } from './breakdown.ts';
import type { TrialRecord, WorkerCost } from './run-record.ts';

export type RunnerCommand =
  | {
      readonly type: 'trial';
      readonly round: number;
      readonly order: number;
      /** Number of the trial in the file that its rows go to; null: they are not kept. */
      readonly rowsTrial: number | null;
      /** What happens to each job is noted as well, and rows go to the file of traced trials. */
      readonly traced: boolean;
    }
  /** Answers `connected`: the trial begins. */
  | { readonly type: 'go' }
  /** Between trials: closes idle connections. */
  | { readonly type: 'disconnect' }
  /** Between trials, answers `held`: bytes that are left after a full collection in all threads. */
  | { readonly type: 'held' }
  /** Answered at once by a runner whose event loop is alive. */
  | { readonly type: 'ping' }
  /** Ends the trial in progress: what is in flight is aborted, the rest is not started. */
  | { readonly type: 'stop' }
  | { readonly type: 'shutdown' };

export type RunnerMessage =
  | {
      readonly type: 'ready';
      readonly threads: number;
      readonly concurrency: number;
      /** Time for the variant to start, ms: load the workload, start threads, open the client. */
      readonly startupMs: number;
      readonly workerCost: WorkerCost | null;
      /** process.hrtime() when the runner's first line ran, ns. */
      readonly firstLineNs: number;
    }
  /** Connections are open and the trial can begin; the runner waits for `go`. */
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  | { readonly type: 'held'; readonly bytes: number | null }
  | {
      readonly type: 'trial-done';
      readonly trial: TrialRecord;
      /** Null for a trial that was not traced. */
      readonly trace: TrialTrace | null;
    }
  | { readonly type: 'pong' }
  | { readonly type: 'failed'; readonly error: ErrorData };
