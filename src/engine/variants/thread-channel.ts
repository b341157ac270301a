import type { ErrorData } from '../../core/errors.ts';

/** What the main thread asks of every worker, beside the jobs. */
export type Command =
  | { readonly command: 'connect' }
  | { readonly command: 'disconnect' }
  | { readonly command: 'prepare'; readonly trace: SharedArrayBuffer | null; readonly watchLoop: boolean }
  | { readonly command: 'report' }
  | { readonly command: 'memory' | 'cpu' }
  | { readonly command: 'profile-start'; readonly samplingIntervalUs: number }
  | { readonly command: 'profile-stop' }
  | { readonly command: 'heap-start'; readonly intervalBytes: number }
  | { readonly command: 'heap-stop' }
  | { readonly command: 'held' }
  | { readonly command: 'close' };

export type ChannelMessage =
  | { readonly kind: 'hello'; readonly thread: number; readonly threadId: number }
  /** To processes, which do not share the memory that says it to threads. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'failed'; readonly error: ErrorData }
  | { readonly kind: 'ask'; readonly id: number; readonly command: Command }
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly threadId: number;
      readonly thread: number;
      readonly value: unknown;
    }
  | { readonly kind: 'refused'; readonly id: number; readonly threadId: number; readonly error: ErrorData };
