import type { ErrorData } from '../../../core/errors.ts';
import type { Row } from '../pools/process-messages.ts';
import type { ChannelMessage } from '../thread-channel.ts';
import type { ThreadReport } from '../thread-host.ts';

/** Data of a job in the queue: its position, and its input if inputs are sent. */
export interface JobData {
  readonly p: number;
  readonly i?: unknown;
}

/** What a worker returns of a job: who ran it, its row, and what the job returned. */
export interface JobReturn {
  readonly w: number;
  readonly r: Row;
  readonly v?: unknown;
}

/** Beyond what threads say: a worker tells who it is, again and again, and that it leaves. */
export type FromWorker =
  | Exclude<ChannelMessage, { kind: 'hello' }>
  | (ChannelMessage & { readonly kind: 'hello' } & WorkerFacts)
  | { readonly kind: 'bye'; readonly thread: number };

export interface WorkerFacts {
  readonly threads: number;
  readonly concurrency: number;
  readonly host: string;
  readonly pid: number;
  /** How far its times may be off on the axis of the coordinator, ms. */
  readonly clockErrorMs: number;
}

export type WorkerReport = ThreadReport & { readonly ran: number };

/** Messages from the parent to a worker process. */
export interface WorkerStart {
  /** Jobs in flight; null: as the run says. */
  readonly concurrency: number | null;
  readonly threads: number;
  /** The only run to work for, and its bundle, which lies on this machine; null: one run after another. */
  readonly only: { readonly run: string; readonly bundleUrl: string } | null;
}

/** What it tells its parent. */
export type WorkerEvent =
  | { readonly type: 'waiting' }
  | { readonly type: 'joined'; readonly run: string; readonly worker: number; readonly concurrency: number }
  | { readonly type: 'run-ended'; readonly run: string; readonly jobs: number }
  | { readonly type: 'left' }
  | { readonly type: 'failed'; readonly error: ErrorData };
