import type { ErrorData } from '../errors.ts';
import type { BlockTrace } from './breakdown.ts';
import type { BlockRecord } from './run-record.ts';

/** What the orchestrator tells a runner. */
export type RunnerCommand =
  | {
      readonly type: 'block';
      readonly round: number;
      readonly order: number;
      /** Number of the block in the file that its rows go to; null: they are not kept. */
      readonly rowsBlock: number | null;
      /** What happens to each job is noted as well, and rows go to the file of traced blocks. */
      readonly traced: boolean;
    }
  /** Answers `connected`: the block begins. */
  | { readonly type: 'go' }
  /** Between blocks: closes idle connections. */
  | { readonly type: 'disconnect' }
  /** Answered at once by a runner whose event loop is alive. */
  | { readonly type: 'ping' }
  /** Ends the block in progress: what is in flight is aborted, the rest is not started. */
  | { readonly type: 'stop' }
  | { readonly type: 'shutdown' };

/** What a runner tells the orchestrator. */
export type RunnerMessage =
  | {
      readonly type: 'ready';
      readonly threads: number;
      readonly concurrency: number;
      /** Time for the variant to start, ms: load the workload, start threads, open the client. */
      readonly startupMs: number;
      /** process.hrtime() when the runner's first line ran, ns. */
      readonly firstLineNs: number;
    }
  /** Connections are open and the block can begin; the runner waits for `go`. */
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  | {
      readonly type: 'block-done';
      readonly block: BlockRecord;
      /** Null for a block that was not traced. */
      readonly trace: BlockTrace | null;
    }
  | { readonly type: 'pong' }
  | { readonly type: 'failed'; readonly error: ErrorData };
